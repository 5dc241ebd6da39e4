import {
  assertEquals,
  assertIncludes,
  assertMatch,
} from "../../support/assert.ts";
import { aCrate } from "../../support/a_crate.ts";
import { Shelf } from "../../support/a_shelf.ts";

/** `base` in two versions; `upper` needs the newer one. */
async function shelf(): Promise<Shelf> {
  const made = await Shelf.with(aCrate("base"), aCrate("base", "1.1.0"));
  const registryIndex = `file://${made.path}/palletizer-data/index.git`;
  const [file] = await made.write(
    aCrate("upper").withDependency("base", "^1.1", { registryIndex }),
  );
  await made.done(["crate", "add", file ?? ""]);
  return made;
}

const ALL = ["base 1.0.0", "base 1.1.0", "upper 1.0.0"];

Deno.test("palletizer crate remove without a terminal and without --yes is refused, and says who depends on it", async () => {
  await using it = await shelf();
  const { status, stdout, stderr } = await it.run(["crate", "remove", "base"]);
  assertEquals([status, stdout], [1, ""]);
  assertIncludes(
    stderr,
    "these depend on crate `base` with all its versions:\n",
  );
  assertMatch(stderr, /^ {2}upper 1\.0\.0 \(normal, \^1\.1\)$/m);
  assertIncludes(
    stderr,
    "error: removing crate `base` with all its versions was not confirmed and nothing was changed",
  );
  assertEquals(await it.versions(), ALL);
});

Deno.test("palletizer crate remove asks on a terminal and takes any answer but yes for no", async () => {
  await using it = await shelf();
  const args = ["crate", "remove", "base", "1.0.0"];
  for (const answer of ["n\n", "\n", "base\n"]) {
    const { status, stderr } = await it.run(args, { answers: [answer] });
    assertEquals(status, 1);
    assertIncludes(
      stderr,
      "remove version 1.0.0 of crate `base` for good? [y/N]",
    );
  }
  assertEquals(await it.versions(), ALL);
  const { status, stdout } = await it.run(args, { answers: ["yes\n"] });
  assertEquals([status, stdout], [0, "removed base 1.0.0\n"]);
  assertEquals(await it.versions(), ["base 1.1.0", "upper 1.0.0"]);
});

Deno.test("palletizer crate remove --yes removes a version and says what that means", async () => {
  await using it = await shelf();
  const args = ["crate", "remove", "base@1.0.0", "--yes"];
  const { status, stdout, stderr } = await it.run(args);
  assertEquals([status, stdout], [0, "removed base 1.0.0\n"]);
  assertIncludes(
    stderr,
    "nothing in this registry depends on version 1.0.0 of crate `base`\n",
  );
  assertIncludes(stderr, "1 version removed, and lockfiles that name one");
  assertEquals(await it.versions(), ["base 1.1.0", "upper 1.0.0"]);
});

Deno.test("palletizer crate remove NAME --yes removes all versions, a line each", async () => {
  await using it = await shelf();
  const stdout = await it.done(["crate", "remove", "BASE", "--yes"]);
  assertEquals(stdout.trim().split("\n").sort(), [
    "removed base 1.0.0",
    "removed base 1.1.0",
  ]);
  assertEquals(await it.versions(), ["upper 1.0.0"]);
});

Deno.test("palletizer crate remove of what is not there asks nothing", async () => {
  await using it = await shelf();
  for (const what of [["none"], ["base", "9.0.0"]]) {
    const args = ["crate", "remove", ...what];
    const { status, stderr } = await it.run(args, { answers: ["yes\n"] });
    assertEquals(status, 1);
    assertEquals(stderr.includes("[y/N]"), false, stderr);
  }
  assertEquals(await it.versions(), ALL);
});
