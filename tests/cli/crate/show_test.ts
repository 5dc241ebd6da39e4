import { assertEquals, assertIncludes } from "../../support/assert.ts";
import { aCrate } from "../../support/a_crate.ts";
import { Shelf } from "../../support/a_shelf.ts";

const PUBLISHED = "2026-01-31T12:00:00Z";

async function shelf(): Promise<Shelf> {
  const made = await Shelf.make();
  const files = await made.write(
    aCrate("parser").with({ description: "Reads\n\x1b[31mwords." }),
    aCrate("parser", "1.1.0-rc.1").with({ "rust-version": "1.70" })
      .withDependency("serde", "^1", { kind: "dev" })
      .withFeature("std"),
  );
  await made.done(["crate", "add", ...files, "--published", PUBLISHED]);
  await made.done(["crate", "yank", "parser", "1.0.0"]);
  return made;
}

Deno.test("palletizer crate show prints a crate's versions, the newest first", async () => {
  await using it = await shelf();
  const { status, stdout } = await it.run(["crate", "show", "Parser"]);
  assertEquals(status, 0);
  const [title, blank, ...rows] = stdout.trimEnd().split("\n");
  assertEquals(title?.startsWith("parser"), true);
  assertEquals(blank, "");
  const cells = rows.map((row) => row.split(/ {2,}/).slice(0, 5));
  const sizes = cells.map((row) => row[2]);
  assertEquals(cells, [
    ["VERSION", "PUBLISHED", "SIZE", "RUST", "STATE"],
    ["1.1.0-rc.1", PUBLISHED, sizes[1], "1.70", "ok"],
    ["1.0.0", PUBLISHED, sizes[2], "-", "yanked"],
  ]);
});

Deno.test("palletizer crate show --json prints one object", async () => {
  await using it = await shelf();
  const stdout = await it.done(["crate", "show", "parser", "--json"]);
  assertEquals(stdout.split("\n").length, 2, "a line");
  const { name, keywords, versions } = JSON.parse(stdout);
  assertEquals([name, keywords], ["parser", []]);
  const [newest, oldest] = versions;
  const { size } = await Deno.stat(`${it.path}/parser-1.1.0-rc.1.crate`);
  assertEquals(newest, {
    version: "1.1.0-rc.1",
    published: PUBLISHED,
    yanked: false,
    checksum: newest.checksum,
    size_bytes: size,
    rust_version: "1.70",
    links: null,
    features: { std: [] },
    dependencies: [{
      name: "serde",
      req: "^1",
      features: [],
      optional: false,
      default_features: true,
      target: null,
      kind: "dev",
      registry: "https://github.com/rust-lang/crates.io-index",
    }],
  });
  assertEquals([oldest.version, oldest.yanked], ["1.0.0", true]);
});

Deno.test("palletizer crate show prints other people's text on one line, and harmless", async () => {
  await using it = await Shelf.with(
    aCrate("parser").with({ description: "Reads\n\x1b[31mwords." }),
  );
  const stdout = await it.done(["crate", "show", "parser"]);
  assertIncludes(stdout, "parser: Reads \\u{1b}[31mwords.\n");
});

Deno.test("palletizer crate show refuses what is not there", async () => {
  await using it = await Shelf.make();
  const { status, stdout, stderr } = await it.run(["crate", "show", "none"]);
  assertEquals([status, stdout], [1, ""]);
  assertIncludes(stderr, "crate `none` is not in this registry");
});
