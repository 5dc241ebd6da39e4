import { CatFile } from "../../../lib/git/cat_file.ts";
import { GitFailure } from "../../../lib/git/child.ts";
import { Git, requireGit } from "../../../lib/git/command.ts";
import { DiffTree } from "../../../lib/git/diff_tree.ts";
import { IndexRef } from "../../../lib/git/ref.ts";
import { isAncestor, listFiles, readLog } from "../../../lib/git/log.ts";
import { createRepository, requireRepository } from "../../../lib/git/setup.ts";
import { aRepository } from "../../support/a_repository.ts";
import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";
import { HANGS, oddGit } from "../../support/odd_git.ts";
import { gitsOf } from "../../support/processes.ts";
import { tempFolder } from "../../support/temp_folder.ts";
import { until } from "../../support/until.ts";

Deno.test("requireGit() tells the version of git", async () => {
  assertMatch(await requireGit(), /^\d+\.\d+/);
});

Deno.test("CatFile answers questions in order, also for what is missing", async () => {
  await using repository = await aRepository();
  const oid = await repository.commit({
    "a/a": "one",
    "b/b": "two\n",
    "c/c": "",
  });
  const catFile = new CatFile(repository.git);
  const objects = await Promise.all(
    ["a/a", "x/x", "b/b", "c/c", "a"].map((path) =>
      catFile.read(`${oid}:${path}`)
    ),
  );
  const texts = objects.slice(0, 4).map((it) =>
    it && new TextDecoder().decode(it.bytes)
  );
  assertEquals(texts, ["one", null, "two\n", ""]);
  await catFile.close();
});

Deno.test("CatFile answers many questions at once, more than pipes hold", async () => {
  await using repository = await aRepository();
  const large = "x".repeat(100_000);
  const oid = await repository.commit({ "a/a": "one", "b/b": large });
  const catFile = new CatFile(repository.git);
  const paths = Array.from(
    { length: 3000 },
    (_, at) => ["a/a", "x/x", "b/b"][at % 3] ?? "",
  );
  const objects = await catFile.readAll(paths.map((it) => `${oid}:${it}`));
  assertEquals(
    objects.map((it) => it && it.bytes.length),
    paths.map((_, at) => [3, null, large.length][at % 3]),
  );
  assertEquals(await catFile.readAll([]), []);
  assertEquals((await catFile.read(`${oid}:a/a`))?.bytes.length, 3);
  await catFile.close();
});

Deno.test("CatFile starts a new child when its own was killed", async () => {
  await using repository = await aRepository();
  const oid = await repository.commit({ "a/a": "one" });
  const catFile = new CatFile(repository.git);
  await catFile.read(oid);
  await killGitOf(repository.git);
  assertEquals((await catFile.read(`${oid}:a/a`))?.bytes.length, 3);
  await catFile.close();
});

Deno.test("CatFile and DiffTree end a child that does not answer in time, and ask another", async () => {
  await using repository = await aRepository();
  const one = await repository.commit({ "a/a": "one" });
  const two = await repository.commit({ "a/a": "two" });
  const git = new Git(repository.git.gitFolder, 500);
  const catFile = new CatFile(git);
  const diffTree = new DiffTree(git);
  const oldTree = await catFile.readTreeOf(one) ?? "";
  const newTree = await catFile.readTreeOf(two) ?? "";
  await diffTree.changedPaths(oldTree, newTree);
  const hanging = gitsOf(git.gitFolder);
  assertEquals(hanging.length, 2);
  for (const pid of hanging) Deno.kill(pid, "SIGSTOP");
  assertEquals((await catFile.read(`${one}:a/a`))?.bytes.length, 3);
  assertEquals(await diffTree.changedPaths(oldTree, newTree), ["a/a"]);
  assertEquals(gitsOf(git.gitFolder).filter((it) => hanging.includes(it)), []);
  await catFile.close();
  await diffTree.close();
});

Deno.test("CatFile fails when no child of two answers in time", async () => {
  using odd = oddGit();
  await using repository = await aRepository();
  const oid = await repository.commit({ "a/a": "one" });
  const catFile = new CatFile(new Git(repository.git.gitFolder, 100));
  odd.make("cat-file", HANGS);
  await assertGitFails(() => catFile.read(oid));
  assertEquals(odd.ran(), ["cat-file", "cat-file"]);
  odd.mend();
  await catFile.close();
});

Deno.test("Git.run() ends a git that takes too long", async () => {
  using odd = oddGit();
  await using repository = await aRepository();
  odd.make("log", HANGS);
  await assertGitFails(() => repository.git.run(["log"], { msMax: 100 }));
});

Deno.test("IndexRef ends a git that does not tell it the tip in time", async () => {
  using odd = oddGit();
  await using repository = await aRepository();
  await repository.commit({ "a/a": "1" });
  await repository.git.run(["pack-refs", "--all"]);
  odd.make("rev-parse", HANGS);
  const ref = new IndexRef(new Git(repository.git.gitFolder, 100));
  await assertGitFails(() => ref.read());
});

Deno.test("DiffTree tells exactly the files that differ", async () => {
  await using repository = await aRepository();
  const one = await repository.commit({ "a/a": "1", "b/b": "1", "c/c": "1" });
  const two = await repository.commit({ "a/a": "2", "c/c": null, "d/ä": "1" });
  const catFile = new CatFile(repository.git);
  const diffTree = new DiffTree(repository.git);
  const oldTree = await catFile.readTreeOf(one) ?? "";
  const newTree = await catFile.readTreeOf(two) ?? "";
  assertEquals(await diffTree.changedPaths(oldTree, newTree), [
    "a/a",
    "c/c",
    "d/ä",
  ]);
  assertEquals(await diffTree.changedPaths(newTree, newTree), []);
  assertEquals(await catFile.readTreeOf("0".repeat(40)), null);
  const gone = "1".repeat(40);
  assertEquals(await diffTree.changedPaths(gone, newTree), null);
  assertEquals(await diffTree.changedPaths(newTree, gone), null);
  assertEquals((await diffTree.changedPaths(oldTree, newTree))?.length, 3);
  await catFile.close();
  await diffTree.close();
});

Deno.test("readLog() tells messages whole, oldest first", async () => {
  await using repository = await aRepository();
  const one = await repository.commit({ "a/a": "1" }, "first\n\nsecond line\n");
  const two = await repository.commit({ "a/a": "2" }, "third");
  const when = new Date("2026-01-02T03:04:05Z");
  assertEquals(await readLog(repository.git, null, two), [
    { oid: one, message: "first\n\nsecond line", when },
    { oid: two, message: "third", when },
  ]);
  assertEquals(await readLog(repository.git, two, two), []);
});

Deno.test("isAncestor() is false for what is unknown", async () => {
  await using repository = await aRepository();
  const one = await repository.commit({ "a/a": "1" });
  const two = await repository.commit({ "a/a": "2" });
  assertEquals(await isAncestor(repository.git, one, two), true);
  assertEquals(await isAncestor(repository.git, two, one), false);
  assertEquals(await isAncestor(repository.git, "0".repeat(40), two), false);
});

Deno.test("listFiles() tells all files", async () => {
  await using repository = await aRepository();
  const oid = await repository.commit({
    "config.json": "{}",
    "se/rd/serde": "1",
  });
  assertEquals(await listFiles(repository.git, oid), [
    "config.json",
    "se/rd/serde",
  ]);
});

Deno.test("requireRepository() puts back a configuration that carries durability", async () => {
  await using repository = await aRepository();
  const { git } = repository;
  await git.run(["config", "core.fsync", "none"]);
  await git.run(["config", "--unset", "fastimport.unpackLimit"]);
  await requireRepository(git);
  assertEquals((await git.run(["config", "core.fsync"])).stdout, "all\n");
  assertEquals(
    (await git.run(["config", "fastimport.unpackLimit"])).stdout,
    "0\n",
  );
});

Deno.test("requireRepository() refuses a folder that is no repository", async () => {
  await using folder = await tempFolder();
  await assertRejects(
    () => requireRepository(new Git(folder.path)),
    "index_repository_unusable",
    { path: folder.path },
  );
});

Deno.test("requireRepository() refuses a repository whose HEAD is another branch", async () => {
  await using repository = await aRepository();
  await repository.git.run(["symbolic-ref", "HEAD", "refs/heads/other"]);
  await assertRejects(
    () => requireRepository(repository.git),
    "index_repository_unusable",
  );
});

Deno.test("createRepository() can be done again without harm", async () => {
  await using repository = await aRepository();
  const oid = await repository.commit({ "a/a": "1" });
  await createRepository(repository.git);
  assertEquals(await repository.ref.read(), oid);
});

Deno.test("IndexRef reads a ref that somebody packed", async () => {
  await using repository = await aRepository();
  const oid = await repository.commit({ "a/a": "1" });
  await repository.git.run(["pack-refs", "--all"]);
  assertEquals(repository.ref.stamp(), null);
  assertEquals(await repository.ref.read(), oid);
});

Deno.test("Git.run() fails with what git said", async () => {
  await using repository = await aRepository();
  try {
    await repository.git.run(["rev-parse", "--verify", "nothing"]);
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    assertMatch(
      error.facts.problem,
      /^git rev-parse: exit status 128: fatal: /,
    );
    return;
  }
  throw new Error("expected git to fail");
});

async function assertGitFails(act: () => Promise<unknown>): Promise<void> {
  const error = await act().catch((error) => error);
  assertTrue(error instanceof GitFailure, String(error));
}

/** Kills the git that works on a repository. */
async function killGitOf({ gitFolder }: Git): Promise<void> {
  const gits = gitsOf(gitFolder);
  assertEquals(gits.length, 1);
  for (const pid of gits) Deno.kill(pid, "SIGKILL");
  await until(() => gitsOf(gitFolder).length === 0, "git is dead");
}
