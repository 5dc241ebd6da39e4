import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  OPERATOR,
  parseCrateName,
  parseUserName,
  type Registry,
} from "../../../lib/mod.ts";
import {
  backUp,
  configIn,
  openRestored,
  pathsIn,
  restoreTo,
} from "../../support/a_backup.ts";
import { aCrate } from "../../support/a_crate.ts";
import {
  addTo,
  ALICE,
  aRegistry,
  outcomesOf,
  the,
} from "../../support/a_registry.ts";
import { noise } from "../../support/a_tar.ts";
import {
  assertEquals,
  assertIncludes,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";
import { OtherProcess } from "../../support/other_process.ts";

/** Tables that a backup must bring back to the last row. */
const TABLES = [
  "users",
  "tokens",
  "owners",
  "removed_versions",
  "state",
  "sqlite_sequence",
];

function rowsOf(path: string): unknown[] {
  using handle = new DatabaseSync(path);
  return TABLES.map((table) =>
    handle.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()
      .map((row) => ({ ...row }))
  );
}

const user = (name: string) => ({
  ...{ by: OPERATOR, name: parseUserName(name), user: parseUserName(name) },
});

for (const name of ["backup.tar", "backup.tar.gz"]) {
  Deno.test(`backup and restore bring everything back: ${name}`, async () => {
    await using it = await aRegistry();
    const { registry } = it;
    const long = `a${"-long".repeat(10)}`;
    await it.addBy(ALICE, aCrate("foo"), aCrate("foo", "1.1.0+build.5"));
    await it.add(aCrate("Bar_x"), aCrate("gone"), aCrate("back"));
    await it.add(aCrate(long, `1.0.0-${"x".repeat(100)}`));
    await registry.yank(the("Bar_x", "1.0.0"));
    await registry.remove(the("foo", "1.1.0+build.5"));
    const gone = { ...the("gone", "1.0.0"), version: null };
    await registry.remove(gone);
    registry.addUser({ ...user("carol"), isAdmin: true });
    await registry.removeUser({ ...user("carol"), transferTo: null });
    const { secret, token } = registry.createToken({
      ...{ by: OPERATOR, user: parseUserName("bob"), label: "laptop" },
    });

    const made = await backUp(it, name);
    assertEquals(made.tip, await it.tip());
    assertEquals(made.crateFiles, 4);
    const path = join(it.folder, name);
    const { mode, size } = await Deno.stat(path);
    assertEquals([(mode ?? 0) & 0o777, size], [0o600, made.sizeBytes]);
    assertEquals((await pathsIn(path))[0], "backup.json");
    assertTrue(!(await pathsIn(path)).includes("derived.db"), "derived");

    const restored = await restoreTo(it, "other", name);
    assertEquals(restored.tip, made.tip);
    assertEquals(restored.versions, 4);
    const data = configIn(it, "other").dataFolder;
    assertEquals(
      rowsOf(join(data, "palletizer.db")),
      rowsOf(it.path("palletizer.db")),
    );
    assertEquals(await modesOtherThanOurs(data), []);

    await using other = await openRestored(it, "other");
    assertEquals(await it.versions(other), await it.versions());
    assertEquals(other.authenticate(secret.reveal()), { kind: "user", id: 2 });
    assertEquals(other.tokens(), [token]);
    await goesOn(other);
  });
}

/** A restored registry knows what was refused before, and takes what was not. */
async function goesOn(other: Registry): Promise<void> {
  const changed = aCrate("foo", "1.1.0").withFile("x", "other bytes");
  const outcomes = await addTo(other, [changed, aCrate("foo", "1.2.0")]);
  assertEquals(outcomesOf(outcomes), {
    "foo-1.1.0.crate": "version_removed",
    "foo-1.2.0.crate": "added",
  });
  const taken = await addTo(other, [aCrate("gone", "2.0.0")], { by: ALICE });
  assertEquals(outcomesOf(taken), { "gone-2.0.0.crate": "crate_name_removed" });
  const { users } = await other.owners({ crate: parseCrateName("foo") });
  assertEquals(users.map(({ id }) => id), [1]);
  const dave = other.addUser({ ...user("dave"), isAdmin: false });
  assertEquals(dave.id, 4, "the number of a removed user is not given again");
  await other.yank(the("foo", "1.2.0"));
}

async function modesOtherThanOurs(folder: string): Promise<string[]> {
  const found: string[] = [];
  const look = async (path: string) => {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      const inner = join(path, name);
      const mode = ((await Deno.stat(inner)).mode ?? 0) & 0o077;
      if (mode !== 0) found.push(inner);
      if (isDirectory) await look(inner);
    }
  };
  await look(folder);
  return found;
}

Deno.test("backup writes over nothing, and into no folder that is not there", async () => {
  await using it = await aRegistry();
  await Deno.writeTextFile(join(it.folder, "there.tar"), "mine");
  await Deno.symlink("nowhere/disk.tar", join(it.folder, "link.tar"));
  for (const name of ["there.tar", "link.tar", "nowhere/new.tar"]) {
    const path = join(it.folder, name);
    await assertRejects(() => backUp(it, name), "backup_target_unusable", {
      path,
    });
  }
  assertEquals(await Deno.readTextFile(join(it.folder, "there.tar")), "mine");
  const link = await Deno.lstat(join(it.folder, "link.tar"));
  assertEquals(link.isSymlink, true);
  assertEquals(await leftIn(it.folder), ["link.tar", "there.tar"]);
});

/** What is beside the data folder. */
async function leftIn(folder: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(folder), (it) => it.name);
  return names.filter((name) => name !== "palletizer-data").sort();
}

Deno.test("backup is refused for a missing crate file, and names it", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"), aCrate("bar"));
  await Deno.remove(it.path("crates", "foo", "foo-1.0.0.crate"));
  await assertRejects(() => backUp(it, "b.tar"), "crate_file_missing", {
    crate: "foo",
    version: "1.0.0",
  });
  assertEquals(await leftIn(it.folder), []);
  await it.add(aCrate("baz")); // nothing is held any more
});

const DAMAGES: [how: string, damage: (bytes: Uint8Array) => Uint8Array][] = [
  ["a byte is another one", (bytes) => bytes.with(50, 1 ^ (bytes[50] ?? 0))],
  ["it is cut off", (bytes) => bytes.slice(0, -1)],
  ["it is longer", (bytes) => Uint8Array.of(...bytes, 0)],
];

for (const [how, damage] of DAMAGES) {
  for (const name of ["b.tar", "b.tgz"]) {
    Deno.test(`backup is refused for a damaged crate file, and names it: ${how}, ${name}`, async () => {
      await using it = await aRegistry();
      await it.add(aCrate("foo"), aCrate("bar"));
      const path = it.path("crates", "foo", "foo-1.0.0.crate");
      await Deno.writeFile(path, damage(await Deno.readFile(path)));
      await assertRejects(() => backUp(it, name), "crate_file_damaged", {
        crate: "foo",
        version: "1.0.0",
      });
      assertEquals(await leftIn(it.folder), []);
      assertEquals((await it.stored()).inProgress, []);
    });
  }
}

Deno.test("backup replaces what a killed one left under its working name", async () => {
  await using it = await aRegistry();
  await Deno.writeTextFile(join(it.folder, "b.tar.part"), "half");
  await backUp(it, "b.tar");
  assertEquals(await leftIn(it.folder), ["b.tar"]);
});

Deno.test("backup is refused while another process makes one, and says who", async () => {
  await using it = await aRegistry();
  await using copying = await aCopier(it.path("backup"));
  await assertRejects(() => backUp(it, "b.tar"), "backup_running");
  assertEquals(await leftIn(it.folder), []);
  await copying.end();
  await backUp(it, "b.tar");
});

Deno.test("backup is refused while this process makes one", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  const outcomes = await Promise.allSettled([
    backUp(it, "one.tar"),
    backUp(it, "two.tar"),
  ]);
  const [refused] = outcomes.flatMap((it) =>
    it.status === "rejected" ? [it.reason.code] : []
  );
  assertTrue(
    refused === undefined || refused === "backup_running",
    `refused with ${refused}`,
  );
  await backUp(it, "three.tar");
  await restoreTo(it, "other", "three.tar");
});

/** A process that holds a lock. */
async function aCopier(path: string): Promise<OtherProcess> {
  const [process, line] = await OtherProcess.start("lock_holder.ts", path);
  assertEquals(line, "held");
  return process;
}

Deno.test("remove keeps crate files while another process copies, and deletes them later", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"), aCrate("foo", "1.1.0"), aCrate("bar"));
  await using copying = await aCopier(it.path("backup"));
  await it.registry.remove(the("foo", "1.1.0"));
  await it.registry.remove({ ...the("bar", "1.0.0"), version: null });
  await it.add(aCrate("other")); // the next one looks whether it can be done
  assertEquals(Object.keys((await it.stored()).crateFiles), [
    "bar/bar-1.0.0.crate",
    "foo/foo-1.0.0.crate",
    "foo/foo-1.1.0.crate",
    "other/other-1.0.0.crate",
  ]);
  await assertRejects(
    () => it.registry.crateFile(the("foo", "1.1.0")),
    "version_not_found",
  );
  await copying.kill();
  await it.add(aCrate("another"));
  assertEquals(Object.keys((await it.stored()).crateFiles), [
    "another/another-1.0.0.crate",
    "foo/foo-1.0.0.crate",
    "other/other-1.0.0.crate",
  ]);
});

Deno.test("a deletion that waits is not forgotten by those who come later", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"), aCrate("bar"));
  await using copying = await aCopier(it.path("backup"));
  await it.registry.remove(the("foo", "1.0.0"));
  await it.reopen();
  await it.registry.catchUp();
  const both = ["bar/bar-1.0.0.crate", "foo/foo-1.0.0.crate"];
  assertEquals(Object.keys((await it.stored()).crateFiles), both);
  await copying.end();
  await it.registry.catchUp(); // as a server does at its start
  const { crateFiles } = await it.stored();
  assertEquals(Object.keys(crateFiles), ["bar/bar-1.0.0.crate"]);
});

Deno.test("a version that comes back keeps its file when its deletion had to wait", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  await using copying = await aCopier(it.path("backup"));
  await it.registry.remove(the("foo", "1.0.0"));
  await it.add(aCrate("foo"));
  await copying.end();
  await it.registry.catchUp();
  const { crateFiles } = await it.stored();
  assertEquals(Object.keys(crateFiles), ["foo/foo-1.0.0.crate"]);
  await backUp(it, "b.tar");
});

Deno.test("backup of many versions beside publishes and removals is whole, again and again", async () => {
  await using it = await aRegistry();
  await it.add(
    ...Array.from(
      { length: 40 },
      (_, count) => aCrate(`old-${count}`).withFile("x", noise(50_000)),
    ),
  );
  const copier = await it.second();
  let isOver = false;
  const working = (async () => {
    for (let count = 0; !isOver; count++) {
      await it.add(aCrate("busy", `1.${count}.0`));
      // From the end: what is removed was not copied yet.
      if (count < 40) {
        await it.registry.remove(the(`old-${39 - count}`, "1.0.0"));
      }
    }
  })();
  for (let count = 0; count < 4; count++) {
    const { tip } = await backUp(it, `${count}.tar`, { registry: copier });
    const restored = await restoreTo(it, `other-${count}`, `${count}.tar`);
    assertEquals(restored.tip, tip);
  }
  isOver = true;
  await working;
  await it.registry.catchUp();
  const { crateFiles } = await it.stored();
  const versions = await it.versions();
  assertEquals(Object.keys(crateFiles).length, versions.length);
});

Deno.test("backup since a former one has only what is new, and both restore", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"), aCrate("bar"), aCrate("gone"));
  await backUp(it, "full.tar");
  await it.add(aCrate("foo", "1.1.0"), aCrate("new"));
  await it.registry.remove({ ...the("gone", "1.0.0"), version: null });
  await it.registry.yank(the("bar", "1.0.0"));
  await backUp(it, "one.tgz", { since: "full.tar" });
  assertEquals((await pathsIn(join(it.folder, "one.tgz"))).slice(3), [
    "crates/foo/foo-1.1.0.crate",
    "crates/new/new-1.0.0.crate",
  ]);
  await it.add(aCrate("newest"));
  await backUp(it, "two.tar", { since: "one.tgz" });
  assertEquals((await pathsIn(join(it.folder, "two.tar"))).slice(3), [
    "crates/newest/newest-1.0.0.crate",
  ]);

  await restoreTo(it, "other", "full.tar", "one.tgz", "two.tar");
  await using other = await openRestored(it, "other");
  assertEquals(await it.versions(other), await it.versions());

  for (const chain of [["two.tar"], ["full.tar", "two.tar"]]) {
    const { facts } = await assertRejects(
      () => restoreTo(it, "lacking", ...chain),
      "backup_unusable",
    );
    assertIncludes(facts.problem, "--since");
  }
  assertEquals([...Deno.readDirSync(join(it.folder, "lacking"))], []);
});

Deno.test("backup is refused since one of another registry, or of none", async () => {
  await using it = await aRegistry();
  await using other = await aRegistry();
  await other.add(aCrate("foo"));
  await backUp(other, "b.tar");
  await Deno.copyFile(join(other.folder, "b.tar"), join(it.folder, "b.tar"));
  await Deno.writeTextFile(join(it.folder, "no.tar"), "no backup");
  for (const since of ["b.tar", "no.tar", "missing.tar"]) {
    const path = join(it.folder, since);
    await assertRejects(
      () => backUp(it, "new.tar", { since }),
      "backup_unusable",
      { path },
    );
  }
  assertEquals(await leftIn(it.folder), ["b.tar", "no.tar"]);
});
