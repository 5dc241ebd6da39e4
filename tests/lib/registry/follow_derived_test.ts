/**
 * Names, versions and dependents follow the index, whatever becomes of
 * derived.db and whoever changes the index.
 */

import { INDEX_REF } from "../../../lib/git/ref.ts";
import { parseCrateName } from "../../../lib/mod.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aLine, aLineDependency } from "../../support/a_push.ts";
import {
  addTo,
  ALICE,
  aRegistry,
  BOB,
  type TestRegistry,
  the,
} from "../../support/a_registry.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";

const HERE = { registryIndex: "sparse+http://127.0.0.1:7171/index/" };

/** A registry with some of everything. */
async function aUsedRegistry(): Promise<TestRegistry> {
  const it = await aRegistry();
  await it.add(
    aCrate("base", "1.0.0").with({ description: "Everything is on it." }),
    aCrate("base", "2.0.0"),
    aCrate("Foo-Bar").withDependency("base", "^1", HERE),
    aCrate("baz").withDependency("base", "^2", HERE),
    aCrate("gone").withDependency("base", "^2", HERE),
  );
  await it.registry.yank(the("base", "2.0.0"));
  await it.registry.remove(the("gone", "1.0.0"));
  return it;
}

/** Rows as they are told, whatever numbers they have in the database. */
async function told(it: TestRegistry) {
  const { names, dependents, list } = await it.stored();
  return {
    names: names.map(({ id: _, ...row }) => row).sort(byCanonical),
    dependents,
    list,
    asked: await it.registry.dependents({
      crate: parseCrateName("base"),
      version: null,
    }),
  };
}

function byCanonical(
  one: Record<string, unknown>,
  other: Record<string, unknown>,
): number {
  return String(one["canonical"]) < String(other["canonical"]) ? -1 : 1;
}

const ENDS = ["", "-wal", "-shm"];

const LOSSES: [
  what: string,
  act: (path: string) => unknown,
][] = [
  ["deleted", (path) => Deno.remove(path)],
  ["empty", (path) => Deno.writeTextFile(path, "")],
  ["no database at all", (path) => Deno.writeTextFile(path, "x".repeat(9_000))],
  ["damaged in its middle", (path) => damage(path)],
  ["cut short", async (path) => {
    await Deno.truncate(path, Math.floor((await Deno.stat(path)).size / 2));
  }],
];

async function damage(path: string, start = 100): Promise<void> {
  using file = await Deno.open(path, { write: true, read: true });
  const { size } = await file.stat();
  await file.seek(start, Deno.SeekMode.Start);
  await file.write(new Uint8Array(size - start).fill(0xff));
}

for (const [what, act] of LOSSES) {
  Deno.test(`derived.db is made anew when it is ${what} at the open`, async () => {
    await using it = await aUsedRegistry();
    const before = await told(it);
    await it.reopen(() => act(it.path("derived.db")));
    assertEquals(await told(it), before);
    await it.add(aCrate("new").withDependency("base", "^1", HERE));
    assertEquals((await told(it)).asked.length, before.asked.length + 1);
  });
}

Deno.test("derived.db that is damaged while it is open is made anew, and whoever asks is told right", async (t) => {
  for (const first of ["list", "dependents", "add"] as const) {
    await t.step(`first asked to ${first}`, async () => {
      await using it = await aUsedRegistry();
      const before = await told(it);
      await it.reopen(); // nothing of it is in memory now
      await damage(it.path("derived.db"), 4096);
      if (first === "list") {
        const page = { query: "", limit: 1_000, offset: 0 };
        await it.registry.fillDescriptions(10);
        assertEquals(await it.registry.list(page), before.list);
      } else if (first === "dependents") {
        const question = { crate: parseCrateName("base"), version: null };
        assertEquals(await it.registry.dependents(question), before.asked);
      } else {
        await it.add(aCrate("new"));
        await it.registry.remove({ ...the("new", "1.0.0"), version: null });
      }
      assertEquals(await told(it), before);
    });
  }
});

Deno.test("derived.db may be deleted while processes have it open", async () => {
  await using it = await aUsedRegistry();
  for (const end of ENDS) await Deno.remove(it.path(`derived.db${end}`));
  const second = await it.second();
  const before = await told(it);
  await it.add(aCrate("mine").withDependency("base", "^1", HERE));
  await addTo(second, [aCrate("theirs").withDependency("base", "^1", HERE)]);
  const question = { crate: parseCrateName("base"), version: null };
  for (const registry of [it.registry, second]) {
    assertEquals(
      (await registry.dependents(question)).length,
      before.asked.length + 2,
    );
  }
  assertEquals(await it.versions(), await it.versions(second));
});

Deno.test("names and dependents follow what is pushed by hand", async () => {
  await using it = await aUsedRegistry();
  const deps = [
    aLineDependency("base", { req: "^1.0" }),
    aLineDependency("renamed", { package: "base", req: "^2", kind: "dev" }),
    aLineDependency("base", { registry: "https://elsewhere.example" }),
    aLineDependency("base", { req: "no requirement" }),
    aLineDependency("no name!"),
  ];
  await it.commit({
    "ha/nd/hand": aLine("hand", "1.0.0", { deps }),
    "fo/o-/foo-bar": null,
    "README.md": "about this index\n",
    "no/tc/rate": "no line\n",
    "ba/d_/bad_file": "{}\n",
    "lo/lost": aLine("lost"), // where cargo does not look
  });
  const { asked, list } = await told(it);
  assertEquals(list.crates.map(({ name }) => name as string), [
    "base",
    "baz",
    "hand",
  ]);
  assertEquals(asked.map((it) => `${it.crate} ${it.kind} ${it.requirement}`), [
    "baz normal ^2",
    "hand dev ^2",
    "hand normal ^1.0",
  ]);
});

Deno.test("a rebuild and a step by step following tell the same", async () => {
  await using it = await aUsedRegistry();
  await it.add(aCrate("foo", "1.0.0+one").withDependency("base", "^1", HERE));
  await it.registry.remove(the("foo", "1.0.0"));
  await it.add(
    aCrate("foo", "1.1.0").withDependency("base", "^1", HERE),
    aCrate("foo", "1.2.0-pre").withDependency("baz", "^1", HERE),
  );
  await it.registry.yank(the("foo", "1.1.0"));
  await it.registry.remove({ ...the("baz", "1.0.0"), version: null });
  const before = await told(it);
  await it.reopen(() => Deno.remove(it.path("derived.db")));
  assertEquals(await told(it), before);
});

Deno.test("derived.db follows an index that got another history", async () => {
  await using it = await aUsedRegistry();
  const before = await told(it);
  await it.cutHistory();
  assertEquals(await told(it), before);
  await it.commit({ "3/b/baz": null });
  await it.cutHistory();
  await it.git.run(["reflog", "expire", "--expire=now", "--all"]);
  await it.git.run(["prune", "--expire=now"]);
  await it.git.run(["repack", "-a", "-d", "-q"]);
  const { list } = await told(it);
  assertEquals(list.crates.map(({ name }) => name as string), [
    "base",
    "Foo-Bar",
  ]);
});

/** What becomes of the commits that a forced push took off the branch. */
const FORCED: readonly [what: string, isPruned: boolean][] = [
  ["are still there", false],
  ["are gone for good", true],
];

for (const [what, isPruned] of FORCED) {
  Deno.test(`a forced push: derived.db says what the tree says, and owners stay, when the commits that it took away ${what}`, async () => {
    await using it = await aUsedRegistry();
    await it.addBy(ALICE, aCrate("alices"));
    const fork = await it.tip();
    await it.addBy(
      BOB,
      aCrate("bobs").withDependency("base", "^1", HERE),
      aCrate("bobs", "2.0.0"),
    );
    const { owners } = await it.stored(); // rows are of the tip that is lost
    await it.git.run(["update-ref", INDEX_REF, fork]);
    const deps = [aLineDependency("base", { req: "^1.5" })];
    await it.commit({
      "ha/nd/hand": aLine("hand", "1.0.0", { deps }),
      "al/ic/alices": null,
      "3/b/baz": aLine("baz", "7.0.0"),
    });
    if (isPruned) {
      await it.git.run(["reflog", "expire", "--expire=now", "--all"]);
      await it.git.run(["repack", "-a", "-d", "-q"]);
      await it.git.run(["prune", "--expire=now"]);
    }
    const followed = await told(it);
    assertEquals(
      followed.list.crates.map(({ name, newestVersion }) =>
        `${name} ${newestVersion}`
      ),
      ["base 1.0.0", "baz 7.0.0", "Foo-Bar 1.0.0", "hand 1.0.0"],
    );
    assertEquals(
      followed.asked.map(({ crate, requirement }) => `${crate} ${requirement}`),
      ["Foo-Bar ^1", "hand ^1.5"],
    );
    assertEquals((await it.stored()).owners, owners);
    await it.reopen(() => Deno.remove(it.path("derived.db")));
    assertEquals(await told(it), followed, "as made anew from the tree");
    assertEquals((await it.stored()).owners, owners);
  });
}

Deno.test("a list is told from what is known while the write lock cannot be had", async () => {
  await using it = await aRegistry({ limits: { lockWaitMsMax: 20 } });
  await it.add(aCrate("foo"));
  await it.commit({ "3/b/bar": aLine("bar") });
  {
    using holder = await Deno.open(it.path("lock"), {
      read: true,
      write: true,
    });
    await holder.lock(true);
    assertEquals(await it.versions(), ["foo 1.0.0"]);
    assertTrue(
      it.events.some(({ kind }) => kind === "background_failed"),
      "somebody hears of it",
    );
  }
  assertEquals(await it.versions(), ["bar 1.0.0", "foo 1.0.0"]);
});
