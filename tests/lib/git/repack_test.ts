import { join } from "node:path";
import { GitFailure } from "../../../lib/git/child.ts";
import { FastImport } from "../../../lib/git/fast_import.ts";
import { packedBytes, repack, repackNeeded } from "../../../lib/git/repack.ts";
import { INDEX_REF } from "../../../lib/git/ref.ts";
import {
  aRepository,
  assertSound,
  newCommit,
  type TestRepository,
} from "../../support/a_repository.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { assertFsckClean } from "../../support/git.ts";

const MIB = 1024 * 1024;

/** The names of what is in the folder of packs, with this ending. */
function names({ git }: TestRepository, ending: string): string[] {
  const folder = `${git.gitFolder}/objects/pack`;
  return Array.from(Deno.readDirSync(folder), ({ name }) => name)
    .filter((name) => name.endsWith(ending)).sort();
}

/** A text that does not get smaller when it is packed. */
function noise(bytes: number): string {
  const text = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65_536) {
    crypto.getRandomValues(text.subarray(at, at + 65_536));
  }
  return text.toHex();
}

/** A file that counts as a pack of a size, and holds nothing. */
function putPack({ git }: TestRepository, name: string, bytes: number): void {
  const path = `${git.gitFolder}/objects/pack/${name}.pack`;
  Deno.writeTextFileSync(path, "");
  Deno.truncateSync(path, bytes);
}

Deno.test("a repack pays when there are many packs, or much that no bitmap knows", async () => {
  await using it = await aRepository();
  await it.commit({ "a/a": noise(MIB) });
  assertEquals(repackNeeded(it.git), null);
  await it.commit({ "b/b": noise(3 * MIB) });
  assertEquals(repackNeeded(it.git), "full");
  await repack(it.git, "full");
  assertEquals(repackNeeded(it.git), null);
  assertEquals(names(it, ".bitmap").length, 1);

  await assertSound(it.git);

  for (let count = 1; count < 48; count++) {
    assertEquals(repackNeeded(it.git), null, `${count} packs`);
    putPack(it, `pack-${count}`, 1000);
  }
  assertEquals(repackNeeded(it.git), "geometric");
});

Deno.test("a full repack pays again when a quarter of the bitmapped pack lies beside it, not before", async () => {
  await using it = await aRepository();
  putPack(it, "pack-1", 40 * MIB);
  const folder = `${it.git.gitFolder}/objects/pack`;
  Deno.writeTextFileSync(`${folder}/pack-1.bitmap`, "");
  putPack(it, "pack-2", 9 * MIB);
  assertEquals(repackNeeded(it.git), null);
  putPack(it, "pack-3", 2 * MIB);
  assertEquals(repackNeeded(it.git), "full");
});

Deno.test("a geometric repack leaves the bitmapped pack alone", async () => {
  await using it = await aRepository();
  const files = Array.from({ length: 300 }, (_, count) => [`${count}`, "x"]);
  await it.commit(Object.fromEntries(files));
  await repack(it.git, "full");
  const [bitmap] = names(it, ".bitmap");
  for (let count = 0; count < 50; count++) {
    await it.commit({ "1": `${count}` });
    if (repackNeeded(it.git) !== null) await repack(it.git, "geometric");
  }
  assertEquals(repackNeeded(it.git), null);
  assertEquals(names(it, ".bitmap"), [bitmap ?? ""]);
  assertTrue(names(it, ".pack").length < 48, "small packs were joined");
  await assertSound(it.git);
});

Deno.test("a full repack deletes no pack of an importer that lives, nor what it writes meanwhile", async () => {
  await using it = await aRepository();
  const importer = new FastImport(it.git, it.ref);
  const write = async (text: string) =>
    await importer.commit(await it.ref.read(), [newCommit(text, { a: text })]);
  await write("one");
  const kept = names(it, ".keep");
  assertEquals(kept.length, 1);
  const repacking = repack(it.git, "full");
  await write("two");
  await repacking;
  const tip = await write("three");
  assertEquals(names(it, ".keep").includes(kept[0] ?? ""), true);
  await importer.end();
  assertEquals(names(it, ".keep"), []);
  assertEquals(await it.ref.read(), tip);
  await repack(it.git, "full");
  assertEquals(names(it, ".pack").length, 1);
  await assertSound(it.git);
});

Deno.test("a full repack deletes nothing that an importer has written and no ref leads to yet", async () => {
  await using it = await aRepository();
  await it.commit({ a: "1" });
  const importer = new FastImport(it.git, it.ref);
  const lock = `${it.git.gitFolder}/${INDEX_REF}.lock`;
  Deno.writeTextFileSync(lock, ""); // the moment before the branch is moved
  const tip = await it.ref.read();
  const commit = newCommit("unmoved", { a: "2" });
  const failure = await importer.commit(tip, [commit]).catch((it) => it);
  assertTrue(failure instanceof GitFailure, "the branch was not moved");
  const packs = names(it, ".keep").map((name) => name.replace("keep", "pack"));
  assertEquals(packs.length, 1);
  await repack(it.git, "full");
  assertEquals(names(it, ".pack").includes(packs[0] ?? ""), true);
  Deno.removeSync(lock);
  const moved = await importer.commit(tip, [newCommit("moved", { a: "2" })]);
  assertEquals(await it.ref.read(), moved); // its blob is the one of before
  await importer.end();
  await assertFsckClean(it.git.gitFolder);
});

Deno.test("a kept pack makes nobody repack: it would stay where it is", async () => {
  await using it = await aRepository();
  putPack(it, "pack-1", 8 * MIB);
  const [pack = ""] = names(it, ".pack");
  const folder = `${it.git.gitFolder}/objects/pack`;
  const keep = join(folder, pack.replace(/pack$/, "keep"));
  Deno.writeTextFileSync(keep, "fast-import");
  assertEquals(repackNeeded(it.git), null);
  Deno.removeSync(keep);
  assertEquals(repackNeeded(it.git), "full");
  assertTrue(packedBytes(it.git) > 4 * MIB, "its size counts all the same");
});
