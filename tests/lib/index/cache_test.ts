import { rejects } from "node:assert/strict";
import { CatFile, type GitObject } from "../../../lib/git/cat_file.ts";
import { DiffTree } from "../../../lib/git/diff_tree.ts";
import { IndexRef } from "../../../lib/git/ref.ts";
import { IndexCache } from "../../../lib/index/cache.ts";
import {
  aRepository,
  type TestRepository,
} from "../../support/a_repository.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";

Deno.test("IndexCache sees what another process commits, at the very next lookup", async () => {
  await using it = await aCache();
  await it.repository.commit({ "se/rd/serde": "one\n" });
  assertEquals(await it.read("se/rd/serde"), "one\n");
  await it.repository.commit({ "se/rd/serde": "one\ntwo\n" });
  assertEquals(await it.read("se/rd/serde"), "one\ntwo\n");
  await it.repository.commit({ "se/rd/serde": null });
  assertEquals(await it.read("se/rd/serde"), null);
});

Deno.test("IndexCache answers at once what it has, and forgets only what differs", async () => {
  await using it = await aCache();
  await it.repository.commit({ "1/a": "a\n", "1/b": "b\n" });
  await it.read("1/a");
  await it.read("1/b");
  await it.repository.commit({ "1/b": "c\n" });
  await it.cache.tip();
  assertEquals(
    await it.isInMemory("1/a"),
    true,
    "what did not change stays in memory",
  );
  assertEquals(
    await it.isInMemory("1/b"),
    false,
    "what changed must be read again",
  );
});

Deno.test("IndexCache keeps no file of the old tip that comes as the branch is seen to move", async () => {
  await using repository = await aRepository();
  const { git } = repository;
  const ref = new IndexRef(git);
  const catFile = new CatFile(git);
  const sources = { ref, catFile, diffTree: new DiffTree(git) };
  const cache = new IndexCache(sources, 1_000_000);
  const old = await repository.commit({ "1/a": "old\n" });
  await cache.tip();
  const late = Promise.withResolvers<GitObject>();
  const read = catFile.read.bind(catFile);
  catFile.read = (revision) =>
    revision === `${old}:1/a` ? late.promise : read(revision);
  const reading = cache.get("1/a"); // asked for at the old tip

  const tip = await repository.commit({ "1/a": "new\n" });
  const move = Promise.withResolvers<string>();
  ref.read = () => move.promise;
  const looking = cache.tip();
  await new Promise((resolve) => setTimeout(resolve, 0)); // it waits now
  move.resolve(tip);
  late.resolve({ oid: "0".repeat(40), bytes: new Uint8Array(0) });
  await Promise.all([looking, reading]);

  assertEquals((await cache.get("1/a"))?.body, "new\n");
  await catFile.close();
});

Deno.test("IndexCache finds the tip again after the branch could not be looked at", async () => {
  await using repository = await aRepository();
  const { git } = repository;
  const tip = await repository.commit({ "1/a": "a\n" });
  const ref = new IndexRef(git);
  const catFile = new CatFile(git);
  const sources = { ref, catFile, diffTree: new DiffTree(git) };
  const cache = new IndexCache(sources, 1_000_000);
  const stamp = ref.stamp.bind(ref);
  ref.stamp = () => {
    throw new Deno.errors.PermissionDenied("simulated");
  };
  await rejects(() => cache.tip(), Deno.errors.PermissionDenied);
  ref.stamp = stamp;
  assertEquals(await cache.tip(), tip);
});

Deno.test("IndexCache keeps what is absent, too", async () => {
  await using it = await aCache();
  await it.repository.commit({ "1/a": "a\n" });
  assertEquals(await it.read("1/x"), null);
  assertEquals(it.cache.get("1/x"), null);
  await it.repository.commit({ "1/x": "x\n" });
  assertEquals(await it.read("1/x"), "x\n");
});

Deno.test("IndexCache gives a file the id of its blob", async () => {
  await using it = await aCache();
  const commit = await it.repository.commit({ "1/a": "a\n" });
  const file = await it.cache.get("1/a");
  const { stdout } = await it.repository.git.run([
    "rev-parse",
    `${commit}:1/a`,
  ]);
  assertEquals(file?.oid, stdout.trim());
});

Deno.test("IndexCache stays within its bytes, the least recently used going first", async () => {
  await using it = await aCache(3 * (250 + 3 + 1000));
  const files = ["1/a", "1/b", "1/c", "1/d"];
  await it.repository.commit(
    Object.fromEntries(files.map((path) => [path, "x".repeat(1000)])),
  );
  for (const path of ["1/a", "1/b", "1/c", "1/a", "1/d"]) await it.read(path);
  assertTrue(it.cache.bytes <= 3 * 1253, `${it.cache.bytes} bytes`);
  assertEquals(await it.isInMemory("1/a"), true, "1/a was used again");
  assertEquals(await it.isInMemory("1/b"), false, "1/b was the oldest");
});

Deno.test("IndexCache learns of its own process's commits without comparing trees", async () => {
  await using it = await aCache();
  const one = await it.repository.commit({ "1/a": "a\n" });
  await it.read("1/a");
  const two = await it.repository.commit({ "1/a": "b\n" });
  it.cache.advance(one, two, ["1/a"]);
  assertEquals(await it.read("1/a"), "b\n");
});

Deno.test("IndexCache works when somebody packed the refs", async () => {
  await using it = await aCache();
  await it.repository.commit({ "1/a": "a\n" });
  await it.repository.git.run(["pack-refs", "--all"]);
  assertEquals(await it.read("1/a"), "a\n");
  await it.repository.commit({ "1/a": "b\n" });
  assertEquals(await it.read("1/a"), "b\n");
});

Deno.test("IndexCache serves bytes that are not UTF-8 as they are", async () => {
  await using it = await aCache();
  const { git, ref } = it.repository;
  const blob = new Uint8Array([0xff, 0xfe, 0x0a]);
  const { FastImport } = await import("../../../lib/git/fast_import.ts");
  const importer = new FastImport(git, ref);
  await importer.commit(null, [{
    message: "by hand",
    when: new Date(0),
    files: new Map([["1/a", blob]]),
  }]);
  await importer.end();
  assertEquals((await it.cache.get("1/a"))?.body, blob);
});

Deno.test("IndexCache is never behind a commit that was there when it was asked", async () => {
  await using it = await aCache();
  await it.repository.commit({ "1/a": "0" });
  await it.read("1/a");
  for (let round = 1; round <= 10; round++) {
    const behind = it.cache.get("1/b"); // begins to look while the commit is made
    await it.repository.commit({ "1/a": String(round) });
    assertEquals(await it.read("1/a"), String(round));
    await behind;
  }
});

interface TestCache extends AsyncDisposable {
  repository: TestRepository;
  cache: IndexCache;
  read(path: string): Promise<string | Uint8Array | null>;
  /** Whether a lookup is answered without asking git. */
  isInMemory(path: string): Promise<boolean>;
}

async function aCache(bytesMax = 1_000_000): Promise<TestCache> {
  const repository = await aRepository();
  const { git, ref } = repository;
  const catFile = new CatFile(git);
  const diffTree = new DiffTree(git);
  const cache = new IndexCache({ ref, catFile, diffTree }, bytesMax);
  return {
    repository,
    cache,
    read: async (path) => (await cache.get(path))?.body ?? null,
    async isInMemory(path) {
      const file = cache.get(path);
      await file;
      return !(file instanceof Promise);
    },
    async [Symbol.asyncDispose]() {
      await catFile.close();
      await diffTree.close();
      await repository[Symbol.asyncDispose]();
    },
  };
}
