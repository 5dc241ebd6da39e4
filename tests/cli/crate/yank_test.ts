import { assertEquals, assertIncludes } from "../../support/assert.ts";
import { aCrate } from "../../support/a_crate.ts";
import { Shelf } from "../../support/a_shelf.ts";

Deno.test("palletizer crate yank and unyank say what changed and how to take it back", async () => {
  await using shelf = await Shelf.with(aCrate("a"), aCrate("a", "1.1.0"));
  assertEquals(await shelf.run(["crate", "yank", "a", "1.0.0"]), {
    status: 0,
    stdout: "yanked a 1.0.0\n",
    stderr:
      "new lockfiles no longer take it, and old ones still build; `palletizer crate unyank a 1.0.0` takes it back\n",
  });
  assertEquals(await shelf.versions(), ["a 1.0.0 yanked", "a 1.1.0"]);
  assertEquals(await shelf.run(["crate", "unyank", "a@1.0.0"]), {
    status: 0,
    stdout: "unyanked a 1.0.0\n",
    stderr:
      "new lockfiles may take it again; `palletizer crate yank a 1.0.0` takes it back\n",
  });
  assertEquals(await shelf.versions(), ["a 1.0.0", "a 1.1.0"]);
});

const REFUSED: [args: string[], says: string, why: string][] = [
  [["b", "1.0.0"], "crate `b` is not in this registry", "no such crate"],
  [["a", "2.0.0"], "crate `a` has no version 2.0.0", "no such version"],
  [["a", "1"], "`1` is not a version", "no version"],
  [["../a", "1.0.0"], "cannot be the name of a crate", "no name"],
];
for (const [args, says, why] of REFUSED) {
  Deno.test(`palletizer crate yank ${args.join(" ")} is refused (${why})`, async () => {
    await using shelf = await Shelf.with(aCrate("a"));
    const { status, stdout, stderr } = await shelf.run([
      "crate",
      "yank",
      ...args,
    ]);
    assertEquals([status, stdout], [1, ""]);
    assertIncludes(stderr, says);
    assertEquals(await shelf.versions(), ["a 1.0.0"]);
  });
}
