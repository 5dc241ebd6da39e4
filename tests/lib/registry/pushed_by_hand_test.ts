/**
 * Somebody pushes into the index repository by hand, also another history: every
 * process that has it open notices at its next look.
 */

import { parseCrateName } from "../../../lib/crate/name.ts";
import { repack } from "../../../lib/git/repack.ts";
import { INDEX_REF } from "../../../lib/git/ref.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aLine } from "../../support/a_push.ts";
import {
  addTo,
  ALICE,
  aRegistry,
  BOB,
  outcomesOf,
  type TestRegistry,
  the,
} from "../../support/a_registry.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";
import { until } from "../../support/until.ts";

const foo = parseCrateName("foo");
const hand = parseCrateName("hand");

/** A registry in which alice owns `foo`, and which has forgotten a version. */
async function aUsedRegistry(): Promise<TestRegistry> {
  const it = await aRegistry();
  await it.addBy(ALICE, aCrate("foo"), aCrate("bar"), aCrate("foo", "2.0.0"));
  await it.registry.remove(the("foo", "2.0.0"));
  return it;
}

/**
 * Puts another history in the place of the present one, as a forced push does:
 * `bar` is not in it, `hand` is. What led to the old one is gone for good.
 */
async function pushByForce(it: TestRegistry): Promise<void> {
  await it.cutHistory();
  await it.commit({
    "3/b/bar": null,
    "ha/nd/hand": aLine("hand"),
    "3/f/foo": await it.indexFile("3/f/foo") + aLine("foo", "3.0.0"),
  });
  await it.cutHistory();
}

/** Only readers that have the old packs open still know what was in them. */
async function forgetUnreachable(it: TestRegistry): Promise<void> {
  const packs = it.path("index.git/objects/pack");
  const isKept = () =>
    [...Deno.readDirSync(packs)].some(({ name }) => name.endsWith(".keep"));
  await until(() => !isKept(), "no importer holds on to its packs");
  await repack(it.git, "full");
}

for (const isGone of [false, true]) {
  const old = isGone ? "and the old one is gone" : "and the old one is there";
  Deno.test(`another history is noticed at the next look of every process, ${old}`, async () => {
    await using it = await aUsedRegistry();
    const second = await it.second();
    const before = await it.stored();
    for (const registry of [it.registry, second]) {
      await registry.indexFile(foo); // which each now has in memory
      await registry.indexFile(hand);
    }
    await pushByForce(it);
    if (isGone) await forgetUnreachable(it);
    for (const registry of [it.registry, second]) {
      const file = await registry.indexFile(hand);
      assertEquals(file?.body, aLine("hand"));
      assertEquals(
        (await registry.indexFile(foo))?.body,
        await it.indexFile("3/f/foo"),
      );
      assertEquals(await registry.indexFile(parseCrateName("bar")), null);
      assertEquals(await it.versions(registry), [
        "foo 1.0.0",
        "foo 3.0.0",
        "hand 1.0.0",
      ]);
    }
    const after = await it.stored();
    assertEquals(after.owners, before.owners);
    assertEquals(after.removedVersions, before.removedVersions);
    assertEquals(after.crateFiles, before.crateFiles);
    assertEquals(after.names.map(({ name }) => name), ["foo", "hand"]);
  });
}

Deno.test("who owns a crate stays as it was in another history, and a crate pushed by hand is nobody's", async () => {
  await using it = await aUsedRegistry();
  await pushByForce(it);
  const try_ = async (name: string, version: string, by: typeof ALICE) => {
    const crate = aCrate(name, version);
    const outcomes = await it.tryToAdd([crate], { by });
    return outcomesOf(outcomes)[crate.fileName];
  };
  assertEquals(await try_("foo", "4.0.0", BOB), "not_permitted");
  assertEquals(await try_("hand", "2.0.0", ALICE), "not_permitted");
  assertEquals(await try_("hand", "2.0.0", BOB), "not_permitted");
  assertEquals(await try_("foo", "4.0.0", ALICE), "added");
  const { users } = await it.registry.owners({ crate: hand });
  assertEquals(users, []);
  await assertRejects(
    () => it.registry.yank({ ...the("hand", "1.0.0"), by: BOB }),
    "not_permitted",
  );
});

Deno.test("a removed version stays removed in another history: its number takes no other bytes", async () => {
  await using it = await aUsedRegistry();
  await pushByForce(it);
  const other = aCrate("foo", "2.0.0").withLibrary("// other bytes\n");
  const outcomes = await it.tryToAdd([other], { by: ALICE });
  assertEquals(outcomesOf(outcomes), { "foo-2.0.0.crate": "version_removed" });
});

Deno.test("a branch that is set back is noticed, and its lost versions can be published again", async () => {
  await using it = await aUsedRegistry();
  const second = await it.second();
  const tip = await it.tip();
  await it.addBy(ALICE, aCrate("later"));
  const later = parseCrateName("later");
  await second.indexFile(later);
  await it.git.run(["update-ref", INDEX_REF, tip]);
  for (const registry of [it.registry, second]) {
    assertEquals(await registry.indexFile(later), null);
  }
  await addTo(second, [aCrate("later")], { by: ALICE });
  assertEquals(await it.versions(), ["bar 1.0.0", "foo 1.0.0", "later 1.0.0"]);
});
