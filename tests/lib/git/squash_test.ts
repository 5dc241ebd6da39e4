import { GitFailure } from "../../../lib/git/child.ts";
import { repack } from "../../../lib/git/repack.ts";
import { INDEX_REF } from "../../../lib/git/ref.ts";
import {
  countCommits,
  keepTip,
  moveBranch,
  SQUASHED_REFS,
  writeRootCommit,
} from "../../../lib/git/squash.ts";
import {
  aRepository,
  assertSound,
  type TestRepository,
} from "../../support/a_repository.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { syncedBy } from "../../support/synced.ts";

const when = new Date("2026-01-02T03:04:05Z");

/** Cuts off all history; answers the new tip. */
async function cut({ git }: TestRepository, tip: string): Promise<string> {
  const root = await writeRootCommit(git, tip, { message: "cut", when });
  await keepTip(git, tip, when);
  await moveBranch(git, tip, root);
  return root;
}

Deno.test("a root commit has the tree of the other, no parents and its message", async () => {
  await using it = await aRepository();
  await it.commit({ "a/a": "1" });
  const tip = await it.commit({ "a/a": "2", "b/b": "1" });
  const root = await cut(it, tip);
  assertEquals(await it.ref.read(), root);
  assertEquals(await countCommits(it.git, root), 1);
  assertEquals(await countCommits(it.git, tip), 2);
  const { stdout } = await it.git.run(["cat-file", "commit", root]);
  const who = "palletizer <palletizer@localhost> 1767323045 +0000";
  const tree = (await it.git.run(["rev-parse", `${tip}:`])).stdout;
  assertEquals(
    stdout,
    `tree ${tree}author ${who}\ncommitter ${who}\n\ncut\n`,
  );
  await assertSound(it.git);
});

Deno.test("a cut makes commit and refs durable also where git does not, as before 2.36", async () => {
  await using it = await aRepository();
  await it.commit({ a: "1" });
  const tip = await it.commit({ a: "2" });
  let root = "";
  const synced = await syncedBy(async () => root = await cut(it, tip));
  const kept = `${SQUASHED_REFS}/2026-01-02-${tip.slice(0, 12)}`;
  const object = `objects/${root.slice(0, 2)}/${root.slice(2)}`;
  for (const path of [object, kept, SQUASHED_REFS, INDEX_REF, "refs/heads"]) {
    assertTrue(synced.has(`${it.git.gitFolder}/${path}`), path);
  }
});

Deno.test("keepTip() keeps a tip through full repacks, and done again changes nothing", async () => {
  await using it = await aRepository();
  await it.commit({ a: "1" });
  const tip = await it.commit({ a: "2" });
  await cut(it, tip);
  const ref = await keepTip(it.git, tip, when);
  assertEquals(ref, `${SQUASHED_REFS}/2026-01-02-${tip.slice(0, 12)}`);
  await repack(it.git, "full");
  assertEquals(await countCommits(it.git, ref), 2);
});

Deno.test("moveBranch() does not move a branch that is elsewhere by then", async () => {
  await using it = await aRepository();
  const tip = await it.commit({ a: "1" });
  const root = await writeRootCommit(it.git, tip, { message: "cut", when });
  const later = await it.commit({ a: "2" });
  const failure = await moveBranch(it.git, tip, root).catch((it) => it);
  assertTrue(failure instanceof GitFailure, `${failure}`);
  assertEquals(await it.ref.read(), later);
});

Deno.test("a full repack tells nothing of the index as its difference from old history", async () => {
  await using it = await aRepository();
  const lines = Array.from({ length: 300 }, () => `${crypto.randomUUID()}\n`);
  await it.commit({ a: lines.join("") });
  // git would tell the smaller of two files as its difference from the larger.
  const tip = await it.commit({ a: lines.slice(0, 250).join("") });
  await cut(it, tip);
  await repack(it.git, "full");
  const blob = (await it.git.run(["rev-parse", `${tip}:a`])).stdout.trim();
  const [pack] = Array.from(
    Deno.readDirSync(`${it.git.gitFolder}/objects/pack`),
    ({ name }) => name,
  ).filter((name) => name.endsWith(".idx"));
  const path = `${it.git.gitFolder}/objects/pack/${pack}`;
  const { stdout } = await it.git.run(["verify-pack", "-v", path]);
  const line = stdout.split("\n").find((line) => line.startsWith(blob));
  assertEquals(line?.split(/\s+/).length, 5, line); // two more for a difference
});
