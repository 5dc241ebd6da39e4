/**
 * A squash takes away nothing but history, in every process that has the
 * registry open.
 */

import { parseCrateName } from "../../../lib/crate/name.ts";
import { SQUASHED_REFS } from "../../../lib/git/squash.ts";
import { openRegistry } from "../../../lib/mod.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aLine, commitAtOnce } from "../../support/a_push.ts";
import { addTo, ALICE, aRegistry, the } from "../../support/a_registry.ts";
import type { TestRegistry } from "../../support/a_registry.ts";
import {
  assertEquals,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";
import { assertFsckClean, commitCount } from "../../support/git.ts";
import { FileLock } from "../../../lib/storage/lock.ts";
import { SYSTEM_CLOCK } from "../../../lib/clock.ts";

/** A registry with owners, a yank and a removal in its history. */
async function withHistory(): Promise<TestRegistry> {
  const it = await aRegistry();
  await it.addBy(ALICE, aCrate("foo"), aCrate("foo", "1.1.0"));
  await it.add(aCrate("bar"), aCrate("baz"));
  await it.registry.yank(the("foo", "1.0.0"));
  await it.registry.remove(the("bar", "1.0.0"));
  return it;
}

const commits = (it: TestRegistry) => commitCount(it.path("index.git"));

async function keptTips(it: TestRegistry): Promise<string[]> {
  const args = ["for-each-ref", "--format=%(objectname)", SQUASHED_REFS];
  const { stdout } = await it.git.run(args);
  return stdout.split("\n").filter((line) => line !== "");
}

Deno.test("squash() leaves one commit and all else as it is, and keeps the old tip", async () => {
  await using it = await withHistory();
  const { tip, ...before } = await it.stored();
  const count = await commits(it);
  const squashed = await it.registry.squash();
  assertEquals([squashed.before.commits, squashed.after.commits], [count, 1]);
  const { tip: newTip, ...after } = await it.stored();
  assertEquals(after, before);
  assertTrue(newTip !== tip, "the tip is another");
  assertEquals(await commits(it), 1);
  assertEquals(await keptTips(it), [tip]);
  const trees = await it.git.run(["rev-parse", `${tip}:`, `${newTip}:`]);
  assertEquals(new Set(trees.stdout.trim().split("\n")).size, 1);
  await assertFsckClean(it.path("index.git"));
});

Deno.test("squash() writes one pack with a bitmap", async () => {
  await using it = await withHistory();
  await it.registry.squash();
  const names = Array.from(
    Deno.readDirSync(it.path("index.git/objects/pack")),
    ({ name }) => name.replace(/^.*\./, ""),
  );
  assertEquals(names.sort(), ["bitmap", "idx", "pack"]);
});

Deno.test("a process that is open goes on after another has squashed", async () => {
  await using it = await withHistory();
  const second = await it.second();
  const foo = parseCrateName("foo");
  const served = await second.indexFile(foo);
  await addTo(second, [aCrate("two")]); // its importer knows the old branch
  await it.registry.squash();
  assertEquals(await second.indexFile(foo), served);
  await addTo(second, [aCrate("foo", "1.2.0")]);
  await it.add(aCrate("foo", "1.3.0"));
  assertEquals(await it.versions(second), await it.versions());
  assertEquals((await it.versions()).includes("foo 1.2.0"), true);
  assertEquals(await commits(it), 3);
});

Deno.test("owners and removals are followed after a squash as before it, in every process", async () => {
  await using it = await withHistory();
  const second = await it.second();
  await addTo(second, [aCrate("two")]);
  const { owners } = await it.stored();
  await it.registry.squash();
  const refused = await addTo(second, [aCrate("foo", "3.0.0")], {
    by: { kind: "user", id: 2 },
  });
  assertEquals(refused.map(({ outcome }) => outcome), ["refused"]);
  await addTo(second, [aCrate("new")], { by: ALICE });
  await second.remove(the("baz", "1.0.0"));
  const { owners: after, removedVersions } = await it.stored();
  assertEquals(
    after.filter(({ crate }) => crate !== "new" && crate !== "baz"),
    owners.filter(({ crate }) => crate !== "baz"),
  );
  assertEquals(after.filter(({ crate }) => crate === "new").length, 1);
  assertEquals(removedVersions.map(({ crate }) => crate), ["bar", "baz"]);
});

Deno.test("squash() reads what commits say that nobody has read yet, before they go", async () => {
  await using it = await withHistory();
  const id = "0123456789abcdef";
  const message = `publish new 1.0.0 by nobody owner=1 id=${id}\n`;
  await it.commit({ "3/n/new": aLine("new") }, message);
  await it.registry.squash();
  await it.reopen();
  const { owners, names } = await it.stored();
  assertEquals(owners.filter(({ crate }) => crate === "new").length, 1);
  assertEquals(names.some(({ name }) => name === "new"), true);
});

Deno.test("squash() again cuts nothing, and again after a change does", async () => {
  await using it = await withHistory();
  await it.registry.squash();
  const tip = await it.tip();
  const again = await it.registry.squash();
  assertEquals([again.keptAs, await it.tip()], [null, tip]);
  await it.add(aCrate("later"));
  const { keptAs } = await it.registry.squash();
  assertTrue(keptAs !== null, "there was something to cut");
  assertEquals((await keptTips(it)).length, 2);
});

Deno.test("squash() is refused while another repacks for long, and changes nothing", async () => {
  await using it = await withHistory();
  await it.close();
  const registry = await openRegistry({
    ...it.config,
    limits: { ...it.config.limits, lockWaitMsMax: 50 },
  }, it.options);
  const tip = await it.tip();
  using lock = FileLock.open(it.path("maintenance"), SYSTEM_CLOCK);
  await lock.acquire(1000);
  await assertRejects(() => registry.squash(), "index_busy");
  lock.release();
  assertEquals([await it.tip(), await keptTips(it)], [tip, []]);
  await registry.squash();
  await registry.close();
});

Deno.test("squash() cuts nothing when somebody pushes in the middle of it", async () => {
  let push = () => {};
  await using it = await aRegistry({
    reached: (step) => step === "history_kept" && push(),
  });
  await it.add(aCrate("foo"));
  push = () => {
    push = () => {};
    commitAtOnce(it.path("index.git"), "3/b/bar", aLine("bar"));
  };
  await assertRejects(() => it.registry.squash(), "index_write_failed");
  assertEquals(await it.versions(), ["bar 1.0.0", "foo 1.0.0"]);
  await it.registry.squash();
  assertEquals(await it.versions(), ["bar 1.0.0", "foo 1.0.0"]);
  assertEquals(await commits(it), 1);
});
