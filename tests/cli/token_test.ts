import { linesOf, Shelf } from "../support/a_shelf.ts";
import {
  assertEquals,
  assertIncludes,
  assertMatch,
  assertTrue,
} from "../support/assert.ts";

Deno.test("palletizer token create prints the secret alone on stdout, all else on stderr", async () => {
  await using shelf = await Shelf.make();
  await shelf.done(["user", "add", "anna"]);
  const args = ["token", "create", "--user", "anna", "--name", "my laptop"];
  const { status, stdout, stderr } = await shelf.run(args);
  assertEquals(status, 0);
  assertMatch(stdout, /^plt_[0-9A-Za-z]{38}\n$/);
  assertTrue(!stderr.includes(stdout.trim()), "the secret is shown once");
  assertIncludes(stderr, "token 1 of user `anna`");
  assertIncludes(stderr, "`cargo login --registry palletizer`");
  assertIncludes(stderr, "$CARGO_REGISTRIES_PALLETIZER_TOKEN");
  assertIncludes(stderr, "`palletizer token revoke 1`");
});

Deno.test("palletizer token create names the variable that cargo reads", async () => {
  await using shelf = await Shelf.make();
  const text = '[registry]\nname = "my-crates"\n';
  await Deno.writeTextFile(`${shelf.path}/palletizer.toml`, text);
  await shelf.done(["user", "add", "anna"]);
  const { stderr } = await shelf.run(["token", "create", "--user", "anna"]);
  assertIncludes(stderr, "`cargo login --registry my-crates`");
  assertIncludes(stderr, "$CARGO_REGISTRIES_MY_CRATES_TOKEN");
});

Deno.test("palletizer token create refuses unknown users, and prints no secret", async () => {
  await using shelf = await Shelf.make();
  const ended = await shelf.run(["token", "create", "--user", "anna"]);
  assertEquals([ended.status, ended.stdout], [1, ""]);
  assertIncludes(ended.stderr, "`palletizer user add anna`");
});

Deno.test("palletizer token list shows a table, or an object a line, and no secret", async () => {
  await using shelf = await Shelf.make();
  const none = await shelf.run(["token", "list"]);
  assertEquals([none.status, none.stdout], [0, ""]);
  assertIncludes(none.stderr, "there are no tokens yet");

  const secrets: string[] = [];
  for (const name of ["anna", "ben"]) {
    await shelf.done(["user", "add", name]);
    const args = ["token", "create", "--user", name];
    secrets.push(
      await shelf.done(args),
      await shelf.done([...args, "--name", "ci"]),
    );
  }
  await shelf.done(["token", "revoke", "1"]);
  await shelf.done(["user", "disable", "ben"]);
  const table = await shelf.done(["token", "list"]);
  const rows = table.trimEnd().split("\n").map((row) => row.split(/ {2,}/));
  assertEquals(rows.map((row) => row.slice(0, 4)), [
    ["ID", "USER", "NAME", "STATE"],
    ["1", "anna", "-", "revoked"],
    ["2", "anna", "ci", "ok"],
    ["3", "ben", "-", "user disabled"],
    ["4", "ben", "ci", "user disabled"],
  ]);
  const json = await shelf.done(["token", "list", "--json"]);
  const [first, second] = linesOf(json);
  assertEquals([first?.state, first?.last_used], ["revoked", null]);
  const { created: _, ...rest } = second ?? {};
  assertEquals(rest, {
    ...{ id: 2, user: "anna", name: "ci", state: "ok", last_used: null },
  });
  for (const secret of secrets) {
    const part = secret.slice(4, 20);
    assertTrue(!(table + json).includes(part), "a secret is in a list");
  }
});

Deno.test("palletizer token revoke says what it did", async () => {
  await using shelf = await Shelf.make();
  await shelf.done(["user", "add", "anna"]);
  await shelf.done(["token", "create", "--user", "anna"]);
  for (let times = 0; times < 2; times++) {
    const { status, stdout, stderr } = await shelf.run([
      "token",
      "revoke",
      "1",
    ]);
    assertEquals([status, stdout], [0, "revoked token 1\n"]);
    assertIncludes(stderr, "`palletizer token create --user anna`");
  }
  const unknown = await shelf.run(["token", "revoke", "2"]);
  assertEquals([unknown.status, unknown.stdout], [1, ""]);
});
