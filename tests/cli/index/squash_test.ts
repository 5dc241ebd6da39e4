import assert from "node:assert/strict";
import { aCrate } from "../../support/a_crate.ts";
import { Shelf } from "../../support/a_shelf.ts";
import {
  assertEquals,
  assertIncludes,
  assertMatch,
} from "../../support/assert.ts";
import { commitCount, git, tipOf } from "../../support/git.ts";

const ALL = ["bar 1.0.0", "foo 1.0.0"];

async function shelf(): Promise<Shelf> {
  const it = await Shelf.with(aCrate("foo"));
  const files = await it.write(aCrate("bar"));
  await it.done(["crate", "add", ...files]);
  return it;
}

const commits = ({ path }: Shelf) =>
  commitCount(`${path}/palletizer-data/index.git`);

Deno.test("palletizer index squash without a terminal and without --yes is refused", async () => {
  await using it = await shelf();
  const before = await commits(it);
  const { status, stdout, stderr } = await it.run(["index", "squash"]);
  assertEquals([status, stdout], [1, ""]);
  assertIncludes(
    stderr,
    "error: squashing the history of the index was not confirmed and nothing was changed",
  );
  assertEquals(await commits(it), before);
});

Deno.test("palletizer index squash asks on a terminal and takes any answer but yes for no", async () => {
  await using it = await shelf();
  const before = await commits(it);
  for (const answer of ["n\n", "\n", "squash\n"]) {
    const options = { answers: [answer] };
    const { status, stderr } = await it.run(["index", "squash"], options);
    assertEquals(status, 1);
    assertIncludes(stderr, "squash the history of the index? [y/N]");
  }
  assertEquals(await commits(it), before);
  const { status } = await it.run(["index", "squash"], { answers: ["y\n"] });
  assertEquals([status, await commits(it)], [0, 1]);
});

Deno.test("palletizer index squash --yes tells commits and size before and after, and where the old history is", async () => {
  await using it = await shelf();
  const before = await commits(it);
  const { status, stdout, stderr } = await it.run(["index", "squash", "--yes"]);
  assertEquals(status, 0, stderr);
  assertMatch(
    stdout,
    new RegExp(
      `^before: ${before} commits, \\d+ KiB\\nafter: 1 commit, \\d+ KiB\\n$`,
    ),
  );
  assertMatch(stderr, /kept as refs\/squashed\/\d{4}-\d\d-\d\d-[0-9a-f]{12},/);
  assertEquals(await it.versions(), ALL);
});

Deno.test("palletizer index squash of one commit says that there was nothing to cut", async () => {
  await using it = await shelf();
  await it.done(["index", "squash", "--yes"]);
  const { status, stdout, stderr } = await it.run(["index", "squash", "--yes"]);
  assertEquals(status, 0);
  assertIncludes(stdout, "after: 1 commit,");
  assertIncludes(stderr, "there was no history to cut off");
  assertEquals(await it.versions(), ALL);
});

Deno.test("palletizer index squash again frees the old history whose ref is gone", async () => {
  await using it = await shelf();
  const repository = `${it.path}/palletizer-data/index.git`;
  const old = await tipOf(repository);
  await it.done(["index", "squash", "--yes"]);
  await git(repository, ["cat-file", "-e", old]);
  const refs = await git(repository, [
    ...["for-each-ref", "--format=%(refname)", "refs/squashed"],
  ]);
  await git(repository, ["update-ref", "-d", refs.trim()]);
  await it.done(["index", "squash", "--yes"]);
  await assert.rejects(() => git(repository, ["cat-file", "-e", old]));
  assertEquals(await it.versions(), ALL);
});
