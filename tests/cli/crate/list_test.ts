import { assertEquals, assertIncludes } from "../../support/assert.ts";
import { aCrate } from "../../support/a_crate.ts";
import { linesOf, Shelf } from "../../support/a_shelf.ts";

const TEXT =
  "Reads the words of a language that nobody speaks any more, slowly";

function crates() {
  return Shelf.with(
    aCrate("parser", "1.0.0").with({ description: TEXT }),
    aCrate("parser", "1.1.0").with({ description: TEXT, keywords: ["words"] }),
    aCrate("Other-One", "0.1.0"),
  );
}

Deno.test("palletizer crate list prints a table, with descriptions cut short", async () => {
  await using shelf = await crates();
  const { status, stdout, stderr } = await shelf.run(["crate", "list"]);
  assertEquals([status, stderr], [0, ""]);
  assertEquals(stdout.split("\n"), [
    "NAME       NEWEST  VERSIONS  DESCRIPTION",
    "Other-One  0.1.0   1",
    `parser     1.1.0   2         ${TEXT.slice(0, 60)}…`,
    "",
  ]);
});

Deno.test("palletizer crate list --json prints an object a line", async () => {
  await using shelf = await crates();
  assertEquals(linesOf(await shelf.done(["crate", "list", "--json"])), [
    {
      name: "Other-One",
      newest_version: "0.1.0",
      version_count: 1,
      yanked: false,
      description: null,
      keywords: [],
    },
    {
      name: "parser",
      newest_version: "1.1.0",
      version_count: 2,
      yanked: false,
      description: TEXT,
      keywords: ["words"],
    },
  ]);
});

Deno.test("palletizer crate list QUERY finds by name and description", async () => {
  await using shelf = await crates();
  for (const query of ["parser", "pars", "language"]) {
    const found = await shelf.done(["crate", "list", query, "--json"]);
    assertEquals(linesOf(found).map(({ name }) => name), ["parser"], query);
  }
});

Deno.test("palletizer crate list says that a crate is yanked as a whole", async () => {
  await using shelf = await crates();
  await shelf.done(["crate", "yank", "Other-One", "0.1.0"]);
  assertIncludes(await shelf.done(["crate", "list"]), "0.1.0 (yanked)");
});

Deno.test("palletizer crate list says that nothing matches, which is no failure", async () => {
  await using shelf = await crates();
  const { status, stdout, stderr } = await shelf.run([
    "crate",
    "list",
    "xyzzy",
  ]);
  assertEquals([status, stdout], [0, ""]);
  assertIncludes(stderr, "no crate matches `xyzzy`");
  assertEquals(await shelf.done(["crate", "list", "xyzzy", "--json"]), "");
});

Deno.test("palletizer crate list lists more crates than fit a page", async () => {
  await using shelf = await Shelf.make();
  await Deno.mkdir(`${shelf.path}/many`);
  const names = Array.from({ length: 201 }, (_, it) => `crate-${1000 + it}`);
  await Promise.all(names.map((name) => {
    const crate = aCrate(name);
    const path = `${shelf.path}/many/${crate.fileName}`;
    return Deno.writeFile(path, crate.bytes());
  }));
  await shelf.done(["crate", "add", "many"]);
  const listed = linesOf(await shelf.done(["crate", "list", "--json"]));
  assertEquals(listed.map(({ name }) => name), names);
});
