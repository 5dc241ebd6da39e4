import { aCrate } from "../support/a_crate.ts";
import { linesOf, Shelf } from "../support/a_shelf.ts";
import {
  assertEquals,
  assertIncludes,
  assertMatch,
} from "../support/assert.ts";

async function aShelfWithPeople(): Promise<Shelf> {
  const shelf = await Shelf.with(aCrate("foo-bar"));
  for (const name of ["anna", "ben"]) await shelf.done(["user", "add", name]);
  return shelf;
}

Deno.test("palletizer owner add and remove change who owns a crate, in any spelling", async () => {
  await using shelf = await aShelfWithPeople();
  const closed = await shelf.run(["owner", "list", "foo-bar"]);
  assertEquals([closed.status, closed.stdout], [0, ""]);
  assertMatch(closed.stderr, /^nobody owns crate `foo-bar`, so only admins/);

  assertEquals(await shelf.run(["owner", "add", "Foo_Bar", "anna"]), {
    status: 0,
    stdout: "added owner anna to foo-bar\n",
    stderr: "`palletizer owner remove foo-bar anna` takes it back\n",
  });
  await shelf.done(["owner", "add", "foo-bar", "ben"]);
  assertEquals(await shelf.run(["owner", "remove", "foo-bar", "anna"]), {
    status: 0,
    stdout: "removed owner anna from foo-bar\n",
    stderr: "`palletizer owner add foo-bar anna` takes it back\n",
  });
  assertEquals(
    await shelf.done(["owner", "list", "foo-bar"]),
    "NAME  ID\nben   2\n",
  );
  const json = await shelf.done(["owner", "list", "foo-bar", "--json"]);
  assertEquals(linesOf(json), [{ id: 2, name: "ben" }]);
});

Deno.test("palletizer owner remove keeps the last owner and says how to close a crate", async () => {
  await using shelf = await aShelfWithPeople();
  await shelf.done(["owner", "add", "foo-bar", "anna"]);
  const refused = await shelf.run(["owner", "remove", "foo-bar", "anna"]);
  assertEquals([refused.status, refused.stdout], [1, ""]);
  assertIncludes(refused.stderr, "make somebody else an owner first");
  assertIncludes(refused.stderr, "with an admin as its only owner");
  const json = await shelf.done(["owner", "list", "foo-bar", "--json"]);
  assertEquals(linesOf(json), [{ id: 1, name: "anna" }]);
});

const REFUSED: [args: string[], says: string][] = [
  [["owner", "list", "none"], "crate `none` is not in this registry"],
  [["owner", "add", "foo-bar", "carl"], "there is no user `carl`"],
  [["owner", "add", "foo-bar", "Anna"], "cannot be the name of a user"],
  [["owner", "add", "foo-bar", "anyone"], "it is reserved"],
  [["owner", "remove", "foo-bar", "anna"], "does not own crate `foo-bar`"],
];
for (const [args, says] of REFUSED) {
  Deno.test(`palletizer ${args.join(" ")} is refused: ${says}`, async () => {
    await using shelf = await aShelfWithPeople();
    const { status, stdout, stderr } = await shelf.run(args);
    assertEquals([status, stdout], [1, ""]);
    assertIncludes(stderr, says);
  });
}

Deno.test("palletizer crate add says which new crates nobody owns, unless an owner is named", async () => {
  await using shelf = await aShelfWithPeople();
  const crates = ["a", "b", "c", "d", "e"].map((name) => aCrate(name));
  const files = await shelf.write(...crates);
  const closed = await shelf.run(["crate", "add", ...files]);
  assertEquals(closed.status, 0);
  assertMatch(
    closed.stderr,
    /^nobody owns what is new \(`a`, `b`, `c` and 2 more\), /m,
  );
  assertIncludes(closed.stderr, "`palletizer owner add a USER`");

  const next = await shelf.write(aCrate("a", "1.1.0"));
  const old = await shelf.run(["crate", "add", ...next]);
  assertEquals([old.status, old.stderr.includes("nobody owns")], [0, false]);

  const own = await shelf.write(aCrate("mine"), aCrate("a", "1.2.0"));
  const args = ["crate", "add", "--owner", "anna", ...own];
  const owned = await shelf.run(args);
  assertEquals([owned.status, owned.stderr.includes("nobody owns")], [
    0,
    false,
  ]);
  const json = await shelf.done(["owner", "list", "mine", "--json"]);
  assertEquals(linesOf(json), [{ id: 1, name: "anna" }]);
  assertEquals((await shelf.run(["owner", "list", "a"])).stdout, "");

  const unknown = await shelf.run(["crate", "add", "--owner", "carl", ...own]);
  assertEquals([unknown.status, unknown.stdout], [1, ""]);
  assertIncludes(unknown.stderr, "there is no user `carl`");
});
