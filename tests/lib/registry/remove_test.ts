import {
  type Identity,
  NOBODY,
  OPERATOR,
  parseCrateName,
  parseCrateVersion,
  type RefusalCode,
} from "../../../lib/mod.ts";
import { aCrate, type CrateBuilder } from "../../support/a_crate.ts";
import {
  ALICE,
  aRegistry,
  BOB,
  outcomesOf,
  the,
} from "../../support/a_registry.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";

const HERE = { registryIndex: "sparse+http://127.0.0.1:7171/index/" };

const other = (crate: CrateBuilder) => crate.withFile("other.txt", "other");

/** The whole of a crate, for requests. */
const all = (name: string) => ({ ...the(name, "0.0.0"), version: null });

const REFUSALS: [
  code: RefusalCode,
  by: Identity,
  name: string,
  version: string | null,
  why: string,
][] = [
  ["crate_not_found", BOB, "nothing", "1.0.0", "there is no such crate"],
  ["crate_not_found", BOB, "nothing", null, "the whole of it neither"],
  ["version_not_found", ALICE, "alices", "2.0.0", "there is no such version"],
  ["not_permitted", NOBODY, "closed", "1.0.0", "nobody owns it"],
  ["not_permitted", NOBODY, "closed", null, "the whole of it neither"],
  ["not_permitted", BOB, "alices", "1.0.0", "another user owns it"],
  ["not_permitted", BOB, "alices", null, "the whole of it too"],
];

Deno.test("remove refuses, and stores nothing", async (t) => {
  await using it = await aRegistry();
  await it.add(aCrate("closed"));
  await it.addBy(ALICE, aCrate("alices"));
  const before = await it.stored();
  for (const [code, by, name, version, why] of REFUSALS) {
    await t.step(`${code}: ${why}`, async () => {
      const asked = {
        ...{ by, crate: parseCrateName(name) },
        version: version === null ? null : parseCrateVersion(version),
      };
      await assertRejects(() => it.registry.remove(asked), code);
      assertEquals(await it.stored(), before);
    });
  }
});

Deno.test("remove of a version takes line and crate file, and leaves the others", async () => {
  await using it = await aRegistry();
  await it.addBy(
    ALICE,
    aCrate("foo-bar", "1.0.0+b"),
    aCrate("foo-bar", "1.1.0"),
  );
  const before = await it.stored();
  const lines = (await it.indexFile("fo/o-/foo-bar")).split("\n");
  const removed = await it.registry.remove({
    ...the("FOO_bar", "1.0.0"),
    by: ALICE,
  });
  const { crate, version } = the("foo-bar", "1.0.0+b");
  assertEquals(removed, { crate, versions: [version] });
  assertEquals(await it.indexFile("fo/o-/foo-bar"), lines.slice(1).join("\n"));
  const after = await it.stored();
  assertEquals(Object.keys(after.crateFiles), ["foo-bar/foo-bar-1.1.0.crate"]);
  assertEquals(after.owners, before.owners);
  assertEquals(after.removedVersions, [{
    crate: "foo_bar",
    version: "1.0.0",
    checksum: before.crateFiles["foo-bar/foo-bar-1.0.0+b.crate"] ?? "",
    removed_by: "user:1",
    removed_at: "2026-01-02T03:04:05Z",
  }]);
  assertEquals(it.events.at(-1), {
    kind: "removed",
    by: ALICE,
    crate,
    versions: [version],
    wholeCrate: false,
  });
});

for (const version of [null, "1.0.0"]) {
  const what = version === null ? "a crate" : "a crate's last version";
  Deno.test(`remove of ${what} takes file, folder, owners, name and dependents`, async () => {
    await using it = await aRegistry();
    await it.add(aCrate("bar"));
    const before = await it.stored();
    await it.addBy(ALICE, aCrate("foo").withDependency("bar", "^1", HERE));
    await it.registry.remove({
      ...all("Foo"),
      version: version === null ? null : parseCrateVersion(version),
    });
    const after = await it.stored();
    assertEquals(
      { ...after, tip: before.tip, removedVersions: [] },
      { ...before, removedVersions: [] },
    );
    assertEquals(after.removedVersions.length, 1);
    await assertRejects(
      () => it.registry.show(parseCrateName("foo")),
      "crate_not_found",
    );
    assertEquals(
      (await it.git.run(["ls-tree", "-r", "--name-only", "HEAD"])).stdout,
      [
        "3/b/bar\nconfig.json\n",
      ].join(),
    );
    const { crate } = the("foo", "1.0.0");
    assertEquals(it.events.at(-1), {
      kind: "removed",
      by: OPERATOR,
      crate,
      versions: [parseCrateVersion("1.0.0")],
      wholeCrate: true,
    });
    assertEquals(
      (await it.messages()).at(-1)?.split(" id=")[0],
      "remove foo * by operator",
    );
    // Whoever used it before is no owner of what comes under its name.
    await it.add(aCrate("foo", "2.0.0"));
    assertEquals((await it.registry.show(crate)).owners, []);
  });
}

Deno.test("a removed version comes back with the bytes it had, and never with others", async () => {
  await using it = await aRegistry();
  const crate = aCrate("foo", "1.0.0");
  await it.add(crate, aCrate("foo", "2.0.0"));
  await it.registry.yank(the("foo", "1.0.0"));
  for (let times = 0; times < 2; times++) {
    await it.registry.remove(the("foo", "1.0.0"));
    for (const reject of [other(crate), aCrate("foo", "1.0.0+build")]) {
      const before = await it.stored();
      assertEquals(outcomesOf(await it.tryToAdd([reject])), {
        [reject.fileName]: "version_removed",
      });
      assertEquals(await it.stored(), before);
    }
    await it.add(crate);
    assertEquals(await it.versions(), ["foo 1.0.0", "foo 2.0.0"]);
  }
  await it.registry.remove(all("foo"));
  await it.reopen();
  assertEquals(outcomesOf(await it.tryToAdd([other(crate), crate])), {
    "foo-1.0.0.crate": "added",
  });
  assertEquals(await it.versions(), ["foo 1.0.0"]);
});

Deno.test("the name of a removed crate, in any spelling, is free for the operator alone", async () => {
  await using it = await aRegistry();
  await it.addBy(ALICE, aCrate("foo-bar"));
  await it.registry.remove({ ...all("foo-bar"), by: ALICE });
  for (const by of [ALICE, NOBODY]) {
    const before = await it.stored();
    const outcomes = await it.tryToAdd([aCrate("foo-bar"), aCrate("Foo_Bar")], {
      by,
    });
    assertEquals(outcomesOf(outcomes), {
      "foo-bar-1.0.0.crate": "crate_name_removed",
      "Foo_Bar-1.0.0.crate": "crate_name_removed",
    });
    assertEquals(await it.stored(), before);
  }
  await it.add(aCrate("Foo_Bar", "2.0.0"));
  assertEquals(await it.versions(), ["Foo_Bar 2.0.0"]);
});

Deno.test("remove and publish of one version at once end in agreement", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  const crate = aCrate("foo");
  await it.add(crate, aCrate("foo", "2.0.0"));
  for (let times = 0; times < 5; times++) {
    await Promise.all([
      it.registry.remove(the("foo", "1.0.0")).catch(() => {}),
      second.remove(the("foo", "1.0.0")).catch(() => {}),
      it.tryToAdd([crate]),
    ]);
    await it.tryToAdd([crate]);
    const { crateFiles } = await it.stored();
    assertEquals(Object.keys(crateFiles).length, 2);
    assertEquals(await it.versions(), ["foo 1.0.0", "foo 2.0.0"]);
  }
});

Deno.test("dependents() tells who depends on a crate, and on a version of it", async () => {
  await using it = await aRegistry();
  await it.add(
    aCrate("base", "1.0.0"),
    aCrate("base", "2.0.0+b"),
    aCrate("One").withDependency("base", "^1", HERE)
      .withDependency("base", "^2", { ...HERE, alias: "base2", kind: "dev" }),
    aCrate("two", "0.1.0").withDependency("base", "^1", HERE),
    aCrate("two", "0.2.0").withDependency("base", "^2", {
      ...HERE,
      kind: "build",
    }),
    aCrate("far").withDependency("base"), // crates.io's
    aCrate("base", "3.0.0").withDependency("base", "^1", {
      ...HERE,
      kind: "dev",
    }),
  );
  const told = async (version: string | null) =>
    (await it.registry.dependents({
      crate: parseCrateName("Base"),
      version: version === null ? null : parseCrateVersion(version),
    })).map((it) => `${it.crate} ${it.version} ${it.kind} ${it.requirement}`);
  const [one, oneDev, two, twoBuild] = [
    "One 1.0.0 normal ^1",
    "One 1.0.0 dev ^2",
    "two 0.1.0 normal ^1",
    "two 0.2.0 build ^2",
  ];
  assertEquals((await told(null)).sort(), [oneDev, one, two, twoBuild]);
  assertEquals(await told("1.0.0"), [one, two]);
  assertEquals(await told("2.0.0"), [oneDev, twoBuild]);
  assertEquals(await told("3.0.0"), []);
  await assertRejects(() => told("4.0.0"), "version_not_found");
  await it.registry.remove(the("two", "0.1.0"));
  assertEquals(await told("1.0.0"), [one]);
  await it.registry.remove(all("base"));
  await assertRejects(() => told(null), "crate_not_found");
});
