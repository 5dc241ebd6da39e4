import { CatFile } from "../../../lib/git/cat_file.ts";
import { GitFailure } from "../../../lib/git/child.ts";
import { FastImport } from "../../../lib/git/fast_import.ts";
import { INDEX_REF } from "../../../lib/git/ref.ts";
import { readLog } from "../../../lib/git/log.ts";
import {
  aRepository,
  assertSound,
  newCommit,
} from "../../support/a_repository.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { HANGS, oddGit } from "../../support/odd_git.ts";
import { syncedBy } from "../../support/synced.ts";
import { until } from "../../support/until.ts";

Deno.test("FastImport writes several commits of a batch and moves the branch to the last", async () => {
  await using repository = await aRepository();
  const { git, ref } = repository;
  const importer = new FastImport(git, ref);
  const first = await importer.commit(null, [newCommit("one", { "a/b": "1" })]);
  const last = await importer.commit(first, [
    newCommit("two", { "a/c": "ä\n" }),
    newCommit("three", { "a/b": null }),
  ]);
  await importer.end();
  assertEquals(await ref.read(), last);
  const log = await readLog(git, null, last);
  assertEquals(log.map(({ message }) => message), ["one", "two", "three"]);
  const catFile = new CatFile(git);
  assertEquals(await catFile.read(`${last}:a/b`), null);
  const object = await catFile.read(`${last}:a/c`);
  assertEquals(new TextDecoder().decode(object?.bytes), "ä\n");
  await catFile.close();
  await assertSound(git);
});

Deno.test("FastImport makes the ref durable also where git does not, as before 2.36", async () => {
  await using repository = await aRepository();
  const { git, ref } = repository;
  const importer = new FastImport(git, ref);
  const synced = await syncedBy(() =>
    importer.commit(null, [newCommit("one", { "a/b": "1" })])
  );
  await importer.end();
  for (const path of ["objects/pack", "refs/heads", INDEX_REF]) {
    assertTrue(synced.has(`${git.gitFolder}/${path}`), path);
  }
});

Deno.test("FastImport continues on a commit that another process made", async () => {
  await using repository = await aRepository();
  const { git, ref } = repository;
  const importer = new FastImport(git, ref);
  const first = await importer.commit(null, [
    newCommit("ours", { "a/a": "1" }),
  ]);
  const foreign = await repository.commit({ "b/b": "2" }, "theirs");
  await importer.commit(foreign, [newCommit("ours again", { "c/c": "3" })]);
  await importer.end();
  const log = await readLog(git, first, await ref.read() ?? "");
  assertEquals(log.map(({ message }) => message), ["theirs", "ours again"]);
  const { stdout } = await git.run(["ls-tree", "-r", "--name-only", INDEX_REF]);
  assertEquals(stdout, "a/a\nb/b\nc/c\n");
});

Deno.test("FastImport does not move the branch when its parent is no longer the tip", async () => {
  await using repository = await aRepository();
  const { git, ref } = repository;
  const first = await repository.commit({ "a/a": "1" });
  const foreign = await repository.commit({ "b/b": "2" });
  const importer = new FastImport(git, ref);
  await assertGitFails(() =>
    importer.commit(first, [newCommit("late", { "a/a": "3" })])
  );
  await importer.drop();
  assertEquals(await ref.read(), foreign);
});

for (const locked of [INDEX_REF, "HEAD"]) {
  Deno.test(`FastImport says that the branch was not moved when ${locked} is locked`, async () => {
    await using repository = await aRepository();
    const { git, ref } = repository;
    const first = await repository.commit({ "a/a": "1" });
    const lock = `${git.gitFolder}/${locked}.lock`;
    await Deno.writeTextFile(lock, "");
    const importer = new FastImport(git, ref);
    await assertGitFails(() =>
      importer.commit(first, [newCommit("no", { "a/a": "2" })])
    );
    await importer.drop();
    assertEquals(await ref.read(), first);
    ref.removeLeftLocks(new Date()); // too young to be surely left over
    assertTrue(await exists(lock), "a young lock stays");
    const hour = 3_600_000; // by which somebody set the clock back
    for (const now of [Date.now() + 5000, Date.now() - hour]) {
      await Deno.writeTextFile(lock, "");
      ref.removeLeftLocks(new Date(now));
      assertTrue(!await exists(lock), "an old lock goes");
    }
  });
}

Deno.test("FastImport tells when its git is killed, and a new one goes on", async () => {
  await using repository = await aRepository();
  const { git, ref } = repository;
  const importer = new FastImport(git, ref);
  const first = await importer.commit(null, [newCommit("one", { "a/a": "1" })]);
  await importer.drop();
  const second = await importer.commit(first, [
    newCommit("two", { "a/a": "2" }),
  ]);
  await importer.end();
  assertEquals(await ref.read(), second);
  await assertSound(git);
});

Deno.test("FastImport ends a git that is not waited for any longer", async () => {
  using odd = oddGit();
  await using repository = await aRepository();
  const { git, ref } = repository;
  odd.make("fast-import", HANGS);
  const importer = new FastImport(git, ref);
  const patience = new AbortController();
  const commit = newCommit("never", { "a/a": "1" });
  const failing = assertGitFails(() =>
    importer.commit(null, [commit], patience.signal)
  );
  await until(() => odd.ran().length > 0, "git has been started");
  patience.abort();
  await failing;
  await importer.drop();
  assertEquals(await ref.read(), null);
});

Deno.test("FastImport leaves no loose objects, which a power cut could empty", async () => {
  await using repository = await aRepository();
  await repository.commit({ "a/a": "1" });
  const { stdout } = await repository.git.run(["count-objects", "-v"]);
  assertTrue(stdout.startsWith("count: 0\n"), stdout);
});

async function assertGitFails(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof GitFailure) return;
    throw error;
  }
  throw new Error("expected git to fail");
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
