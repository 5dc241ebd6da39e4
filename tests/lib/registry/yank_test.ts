import { type Identity, NOBODY, type RefusalCode } from "../../../lib/mod.ts";
import { aCrate } from "../../support/a_crate.ts";
import { ALICE, aRegistry, BOB, the } from "../../support/a_registry.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";

const REFUSALS: [
  code: RefusalCode,
  by: Identity,
  name: string,
  version: string,
  why: string,
][] = [
  ["crate_not_found", BOB, "nothing", "1.0.0", "there is no such crate"],
  ["crate_not_found", BOB, "gone", "1.0.0", "it was removed"],
  ["version_not_found", ALICE, "alices", "2.0.0", "there is no such version"],
  [
    "version_not_found",
    ALICE,
    "alices",
    "1.0.0+other",
    "build metadata that is given must be the right one",
  ],
  ["not_permitted", NOBODY, "closed", "1.0.0", "nobody owns it"],
  ["not_permitted", ALICE, "closed", "1.0.0", "the user does not own it"],
  ["not_permitted", BOB, "alices", "1.0.0", "another user owns it"],
  ["not_permitted", BOB, "alices", "1.1.0", "the more so if that is done"],
];

Deno.test("yank and unyank refuse, and store nothing", async (t) => {
  await using it = await aRegistry();
  await it.add(aCrate("closed"), aCrate("gone"));
  await it.addBy(ALICE, aCrate("alices", "1.0.0+b"), aCrate("alices", "1.1.0"));
  await it.registry.yank(the("alices", "1.1.0"));
  await it.registry.remove({ ...the("gone", "1.0.0"), version: null });
  const before = await it.stored();
  for (const [code, by, name, version, why] of REFUSALS) {
    await t.step(`${code}: ${why}`, async () => {
      const asked = { ...the(name, version), by };
      await assertRejects(() => it.registry.yank(asked), code);
      await assertRejects(() => it.registry.unyank(asked), code);
      assertEquals(await it.stored(), before);
    });
  }
});

Deno.test("yank and unyank change the one line, and nothing else in it", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo", "1.0.0"), aCrate("foo", "1.1.0"));
  const lines = async () => (await it.indexFile("3/f/foo")).split("\n");
  const before = await lines();
  await it.registry.yank(the("foo", "1.0.0"));
  assertEquals(await lines(), [
    before[0]?.replace('"yanked":false', '"yanked":true') ?? "",
    ...before.slice(1),
  ]);
  assertEquals(await it.versions(), ["foo 1.0.0 yanked", "foo 1.1.0"]);
  await it.registry.unyank(the("foo", "1.0.0"));
  assertEquals(await lines(), before);
});

Deno.test("yank done again changes nothing and tells nothing", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  await it.registry.yank(the("foo", "1.0.0"));
  const before = await it.stored();
  await it.registry.yank(the("foo", "1.0.0"));
  assertEquals(await it.stored(), before);
  assertEquals(it.events.slice(1), [{
    kind: "yanked",
    ...the("foo", "1.0.0"),
  }]);
});

Deno.test("unyank tells what happened, by the names that the index has", async () => {
  await using it = await aRegistry();
  await it.addBy(ALICE, aCrate("foo-bar", "1.0.0+b"));
  await it.registry.yank({ ...the("Foo_Bar", "1.0.0"), by: ALICE });
  await it.registry.unyank({ ...the("FOO-bar", "1.0.0+b"), by: ALICE });
  const { crate, version } = the("foo-bar", "1.0.0+b");
  assertEquals(it.events.slice(1), [
    { kind: "yanked", by: ALICE, crate, version },
    { kind: "unyanked", by: ALICE, crate, version },
  ]);
  assertEquals(
    (await it.messages()).at(-1)?.split(" id=")[0],
    [
      "unyank foo-bar 1.0.0+b by user:1",
    ].join(),
  );
});

Deno.test("yank is open to all where anyone owns the crate", async () => {
  await using it = await aRegistry();
  await it.addBy(NOBODY, aCrate("foo"));
  await it.registry.yank({ ...the("foo", "1.0.0"), by: BOB });
  await it.registry.unyank({ ...the("foo", "1.0.0"), by: NOBODY });
  assertEquals(await it.versions(), ["foo 1.0.0"]);
});

Deno.test("yank makes another version the newest", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo", "1.0.0"), aCrate("foo", "2.0.0"));
  const newest = async () => {
    const { list } = await it.stored();
    return list.crates.map(({ newestVersion, yanked }) => [
      newestVersion,
      yanked,
    ]);
  };
  await it.registry.yank(the("foo", "2.0.0"));
  assertEquals(await newest(), [["1.0.0", false]]);
  await it.registry.yank(the("foo", "1.0.0"));
  assertEquals(await newest(), [["2.0.0", true]]);
});
