import { aCrate } from "../support/a_crate.ts";
import { linesOf, Shelf } from "../support/a_shelf.ts";
import {
  assertEquals,
  assertIncludes,
  assertMatch,
} from "../support/assert.ts";

Deno.test("palletizer user add makes a user and says what to do next", async () => {
  await using shelf = await Shelf.make();
  assertEquals(await shelf.run(["user", "add", "anna"]), {
    status: 0,
    stdout: "added user anna\n",
    stderr:
      "next: `palletizer token create --user anna` makes a token for cargo\n",
  });
  const again = await shelf.run(["user", "add", "anna"]);
  assertEquals([again.status, again.stdout], [1, ""]);
  assertIncludes(again.stderr, "there is a user `anna` already");
});

Deno.test("palletizer user list shows a table, or an object a line", async () => {
  await using shelf = await Shelf.make();
  const none = await shelf.run(["user", "list"]);
  assertEquals([none.status, none.stdout], [0, ""]);
  assertIncludes(none.stderr, "there are no users yet");

  await shelf.done(["user", "add", "olga", "--admin"]);
  await shelf.done(["user", "add", "anna"]);
  await shelf.done(["user", "disable", "anna"]);
  const table = await shelf.done(["user", "list"]);
  const rows = table.trimEnd().split("\n").map((row) => row.split(/ {2,}/));
  assertEquals(rows.map((row) => row.slice(0, 3)), [
    ["NAME", "ID", "ROLE"],
    ["anna", "2", "user"],
    ["olga", "1", "admin"],
  ]);
  const [, anna = [], olga = []] = rows;
  assertMatch(anna.slice(3).join(), /^disabled 20\S+Z,20\S+Z$/);
  assertMatch(olga.slice(3).join(), /^ok,20\S+Z$/);

  const lines = linesOf(await shelf.done(["user", "list", "--json"]));
  assertEquals(
    lines.map(({ created: _, disabled, ...it }) => [it, disabled !== null]),
    [
      [{ id: 2, name: "anna", admin: false }, true],
      [{ id: 1, name: "olga", admin: true }, false],
    ],
  );
});

Deno.test("palletizer user disable and enable undo each other, and say so", async () => {
  await using shelf = await Shelf.make();
  await shelf.done(["user", "add", "anna"]);
  for (const [verb, undo] of [["disable", "enable"], ["enable", "disable"]]) {
    const { status, stdout, stderr } = await shelf.run([
      ...["user", verb ?? "", "anna"],
    ]);
    assertEquals([status, stdout], [0, `${verb}d user anna\n`]);
    assertIncludes(stderr, `\`palletizer user ${undo} anna\` takes it back`);
  }
  const unknown = await shelf.run(["user", "disable", "ben"]);
  assertEquals([unknown.status, unknown.stdout], [1, ""]);
});

Deno.test("palletizer user remove names the crates that need another owner, and transfers them", async () => {
  await using shelf = await Shelf.make();
  for (const name of ["anna", "ben"]) await shelf.done(["user", "add", name]);
  const files = await shelf.write(aCrate("foo-bar"));
  await shelf.done(["crate", "add", ...files, "--owner", "anna"]);

  const refused = await shelf.run(["user", "remove", "anna"]);
  assertEquals([refused.status, refused.stdout], [1, ""]);
  assertIncludes(refused.stderr, "is the only owner of `foo-bar`");
  assertIncludes(
    refused.stderr,
    "`palletizer user remove anna --transfer USER`",
  );

  const args = ["user", "remove", "anna", "--transfer", "ben"];
  assertEquals(
    await shelf.done(args),
    "removed user anna\ntransferred foo-bar to ben\n",
  );
  const owners = await shelf.done(["owner", "list", "foo-bar", "--json"]);
  assertEquals(linesOf(owners), [{ id: 2, name: "ben" }]);
});
