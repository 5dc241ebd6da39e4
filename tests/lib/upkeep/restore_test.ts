import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { PEOPLE_MIGRATIONS } from "../../../lib/database/migrations.ts";
import {
  initRegistry,
  openRegistry,
  type RefusalCode,
  restoreRegistry,
} from "../../../lib/mod.ts";
import { readArchive } from "../../../lib/upkeep/archive.ts";
import {
  backUp,
  configIn,
  openRestored,
  restoreTo,
} from "../../support/a_backup.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aRegistry, type TestRegistry, the } from "../../support/a_registry.ts";
import {
  fileEntry,
  joined,
  rawEntry,
  TAR_END,
  toBytes,
} from "../../support/a_tar.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";
import { OtherProcess } from "../../support/other_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** The files of a backup by path, in order: to be changed and written again. */
type Files = Map<string, Uint8Array>;

const FOO = "crates/foo/foo-1.0.0.crate";
const BAR = "crates/bar/bar-1.0.0.crate";

async function aBackup(it: TestRegistry): Promise<Files> {
  await it.add(aCrate("foo"), aCrate("bar"), aCrate("gone"));
  await it.registry.remove({ ...the("gone", "1.0.0"), version: null });
  await backUp(it, "good.tar");
  return await filesOf(join(it.folder, "good.tar"));
}

async function filesOf(path: string): Promise<Files> {
  const files: Files = new Map();
  for await (const file of readArchive(path)) {
    files.set(file.path, joined(...await copiesOf(file.pieces)));
  }
  return files;
}

const copiesOf = (pieces: AsyncIterable<Uint8Array>) =>
  Array.fromAsync(pieces, (piece) => piece.slice());

function archiveOf(files: Files, ...more: Uint8Array[]): Uint8Array {
  const entries = Array.from(files, ([path, it]) => fileEntry(path, it));
  return joined(...entries, ...more, TAR_END);
}

function changed(files: Files, path: string, contents: string | Uint8Array) {
  return new Map(files).set(path, toBytes(contents));
}

/** With another database or index, and a backup.json that fits it. */
function withPart(files: Files, path: string, contents: Uint8Array): Files {
  const key = path === "palletizer.db" ? "database" : "index";
  const checksum = createHash("sha256").update(contents).digest("hex");
  const facts = { ...factsOf(files), [key]: checksum };
  return changed(
    changed(files, path, contents),
    "backup.json",
    JSON.stringify(facts),
  );
}

const factsOf = (files: Files): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(files.get("backup.json")));

const withFacts = (files: Files, facts: Record<string, unknown>) =>
  archiveOf(
    changed(
      files,
      "backup.json",
      JSON.stringify({ ...factsOf(files), ...facts }),
    ),
  );

const without = (files: Files, path: string): Files =>
  new Map([...files].filter(([it]) => it !== path));

const flipped = (
  bytes: Uint8Array = new Uint8Array(1),
  at = bytes.length >> 1,
) => bytes.with(at, 1 ^ (bytes[at] ?? 0));

const only = (...entries: [string, Uint8Array][]): Files => new Map(entries);

/** A database of the backup after some SQL. */
async function database(files: Files, sql: string): Promise<Uint8Array> {
  await using temp = await tempFolder();
  const path = join(temp.path, "db");
  await Deno.writeFile(path, files.get("palletizer.db") ?? new Uint8Array());
  using handle = new DatabaseSync(path);
  handle.exec(sql);
  handle.close();
  return await Deno.readFile(path);
}

type Make = (files: Files) => Uint8Array | Promise<Uint8Array>;

/** An entry behind all others. */
const plus = (entry: Uint8Array): Make => (files) => archiveOf(files, entry);
const plusFile = (path: string): Make => plus(fileEntry(path, "evil"));

const BAD: [what: string, make: Make][] = [
  ["nothing at all", () => new Uint8Array()],
  ["a text", () => toBytes("this is no backup")],
  ["an empty archive", () => TAR_END],
  ["a crate file", () => aCrate("foo").bytes()],
  ["gzip that is cut off", (it) => gzipSync(archiveOf(it)).subarray(0, -9)],
  [
    "gzip with more behind it",
    (it) => joined(gzipSync(archiveOf(it)), gzipSync(archiveOf(it))),
  ],
  ["bytes behind the end", (it) => joined(archiveOf(it), toBytes("more"))],
  ["no end", (it) => archiveOf(it).slice(0, -TAR_END.length)],
  ["no backup.json", (it) => archiveOf(without(it, "backup.json"))],
  [
    "a backup.json that is not the first",
    (it) =>
      archiveOf(
        new Map([...without(it, "backup.json"), ...[...it].slice(0, 1)]),
      ),
  ],
  [
    "a backup.json that is none",
    (it) => archiveOf(changed(it, "backup.json", "{")),
  ],
  [
    "a backup.json of a list",
    (it) => archiveOf(changed(it, "backup.json", "[]")),
  ],
  [
    "a backup.json without end",
    (it) => archiveOf(changed(it, "backup.json", " ".repeat(70_000))),
  ],
  ["a backup.json without a format", (it) => withFacts(it, { format: null })],
  ["a newer format", (it) => withFacts(it, { format: 2 })],
  ["a tip that is an option", (it) => withFacts(it, { tip: "--exec=x" })],
  ["another tip", (it) => withFacts(it, { tip: "0".repeat(40) })],
  ["a checksum that is none", (it) => withFacts(it, { index: "x" })],
  ["no database", (it) => archiveOf(without(it, "palletizer.db"))],
  ["no index", (it) => archiveOf(without(it, "index.bundle"))],
  [
    "a database with another byte",
    (it) =>
      archiveOf(changed(it, "palletizer.db", flipped(it.get("palletizer.db")))),
  ],
  [
    "an index with another byte",
    (it) =>
      archiveOf(changed(it, "index.bundle", flipped(it.get("index.bundle")))),
  ],
  [
    "a database that is none",
    (it) => archiveOf(withPart(it, "palletizer.db", toBytes("x".repeat(5000)))),
  ],
  [
    "an empty database",
    (it) => archiveOf(withPart(it, "palletizer.db", new Uint8Array())),
  ],
  [
    "a database with a trigger",
    async (it) =>
      archiveOf(withPart(
        it,
        "palletizer.db",
        await database(
          it,
          "CREATE TRIGGER t AFTER INSERT ON owners BEGIN DELETE FROM tokens; END",
        ),
      )),
  ],
  [
    "a database with another table",
    async (it) =>
      archiveOf(withPart(
        it,
        "palletizer.db",
        await database(it, "CREATE TABLE more (x)"),
      )),
  ],
  [
    "a database with a token of nobody",
    async (it) =>
      archiveOf(withPart(
        it,
        "palletizer.db",
        await database(
          it,
          "PRAGMA foreign_keys = OFF; INSERT INTO tokens VALUES (9, 99, '', 'h', 't', NULL, NULL)",
        ),
      )),
  ],
  [
    "an index that is no bundle",
    (it) => archiveOf(withPart(it, "index.bundle", toBytes("no bundle"))),
  ],
  [
    "an index with a broken object",
    (it) =>
      archiveOf(
        withPart(
          it,
          "index.bundle",
          flipped(
            it.get("index.bundle"),
            (it.get("index.bundle")?.length ?? 0) - 60,
          ),
        ),
      ),
  ],
  ["a crate file too few", (it) => archiveOf(without(it, FOO))],
  ["a crate file with other bytes", (it) => archiveOf(changed(it, FOO, "x"))],
  [
    "another version's crate file",
    (it) => archiveOf(changed(it, FOO, it.get(BAR) ?? "")),
  ],
  ["a crate file twice", (it) => plus(fileEntry(FOO, it.get(FOO) ?? ""))(it)],
  ["a crate file of no version", plusFile("crates/foo/foo-9.0.0.crate")],
  [
    "a crate file of a removed version",
    plusFile("crates/gone/gone-1.0.0.crate"),
  ],
  ["another spelling", plusFile("crates/FOO/FOO-1.0.0.crate")],
  ["a path that leads out", plusFile("crates/../../evil")],
  [
    "a path that leads out by a version",
    plusFile("crates/foo/foo-../../x.crate"),
  ],
  ["an absolute path", plusFile("/tmp/evil.crate")],
  ["a path with a dot", plusFile("./crates/foo/foo-1.0.0.crate")],
  ["a deeper path", plusFile("crates/foo/x/foo-1.0.0.crate")],
  ["another file", plusFile("palletizer.toml")],
  ["a second database", plusFile("palletizer.db")],
  ["a hook", plusFile("index.git/hooks/post-update")],
  [
    "a symbolic link",
    plus(rawEntry({ path: "crates/foo", type: "2", linkName: "/etc" })),
  ],
  [
    "a hard link",
    plus(rawEntry({ path: FOO, type: "1", linkName: "/etc/passwd" })),
  ],
  ["a folder", plus(rawEntry({ path: "crates/foo", type: "5", mode: 0o755 }))],
  ["a device", plus(rawEntry({ path: FOO, type: "3" }))],
  [
    "the database behind the index",
    (it) => {
      const [json, db, index, ...rest] = [...it];
      if (json === undefined || db === undefined || index === undefined) {
        throw new Error("the backup lacks something");
      }
      return archiveOf(only(json, index, db, ...rest));
    },
  ],
];

Deno.test("restore refuses what is no whole backup, and leaves nothing", async (t) => {
  await using it = await aRegistry();
  const files = await aBackup(it);
  for (const [what, make] of BAD) {
    await t.step(what, async () => {
      await Deno.writeFile(join(it.folder, "bad.tar"), await make(files));
      await refusesAndLeavesNothing(it, "backup_unusable");
    });
  }
  const whole = archiveOf(files);
  const cuts = [0.1, 0.4, 0.7, 0.9].map((part) => whole.length * part | 0);
  for (const cut of [...cuts, ...[1100, 1700, 3000].map((it) => -it)]) {
    await t.step(`cut off at ${cut}`, async () => {
      await Deno.writeFile(join(it.folder, "bad.tar"), whole.slice(0, cut));
      await refusesAndLeavesNothing(it, "backup_unusable");
    });
  }
  await t.step("a database of a newer format", async () => {
    const newer = await database(files, "PRAGMA user_version = 99");
    const archive = archiveOf(withPart(files, "palletizer.db", newer));
    await Deno.writeFile(join(it.folder, "bad.tar"), archive);
    await refusesAndLeavesNothing(it, "data_format_too_new");
  });
  await t.step("but takes the whole one", async () => {
    await Deno.writeFile(join(it.folder, "bad.tar"), whole);
    await restoreTo(it, "good", "bad.tar");
    await using other = await openRestored(it, "good");
    assertEquals(await it.versions(other), await it.versions());
  });
});

async function refusesAndLeavesNothing(it: TestRegistry, code: RefusalCode) {
  const parent = join(it.folder, "other");
  await Deno.mkdir(parent);
  await assertRejects(() => restoreTo(it, "other", "bad.tar"), code);
  assertEquals([...Deno.readDirSync(parent)], []);
  await Deno.remove(parent);
}

Deno.test("restore leaves a folder that was empty empty when it refuses", async () => {
  await using it = await aRegistry();
  const bad = archiveOf(without(await aBackup(it), FOO));
  await Deno.writeFile(join(it.folder, "bad.tar"), bad);
  const { dataFolder } = configIn(it, "other");
  await Deno.mkdir(dataFolder, { recursive: true });
  await assertRejects(
    () => restoreTo(it, "other", "bad.tar"),
    "backup_unusable",
  );
  assertEquals([...Deno.readDirSync(dataFolder)], []);
});

for (const what of ["missing.tar", "."]) {
  Deno.test(`restore refuses \`${what}\`, which is no file`, async () => {
    await using it = await aRegistry();
    await assertRejects(() => restoreTo(it, "other", what), "backup_unusable", {
      path: join(it.folder, what),
    });
  });
}

Deno.test("restore brings a database of an older format up to ours, and keeps a copy", async () => {
  await using it = await aRegistry();
  const files = await aBackup(it);
  const old = await oldDatabase();
  const archive = archiveOf(withPart(files, "palletizer.db", old));
  await Deno.writeFile(join(it.folder, "old.tar"), archive);
  await restoreTo(it, "other", "old.tar");
  await using other = await openRestored(it, "other");
  assertEquals(other.users(), []);
  assertEquals(await it.versions(other), await it.versions());
  const { dataFolder } = configIn(it, "other");
  await Deno.stat(join(dataFolder, "palletizer.db.format-1"));
});

async function oldDatabase(): Promise<Uint8Array> {
  await using temp = await tempFolder();
  const path = join(temp.path, "db");
  const handle = new DatabaseSync(path);
  handle.exec(PEOPLE_MIGRATIONS[0] ?? "");
  handle.exec("PRAGMA user_version = 1");
  handle.close();
  return await Deno.readFile(path);
}

Deno.test("restore writes over nothing, and an empty file system counts as empty", async () => {
  await using it = await aRegistry();
  await aBackup(it);
  const { dataFolder } = configIn(it, "other");
  await Deno.mkdir(dataFolder, { recursive: true });
  const mine = join(dataFolder, "mine");
  await Deno.writeTextFile(mine, "mine");
  await assertRejects(
    () => restoreTo(it, "other", "good.tar"),
    "data_folder_not_empty",
    { path: dataFolder },
  );
  assertEquals([...Deno.readDirSync(dataFolder)].map(({ name }) => name), [
    "mine",
  ]);
  await Deno.remove(mine);
  await Deno.mkdir(join(dataFolder, "lost+found"));
  await restoreTo(it, "other", "good.tar");
  await assertRejects(
    () => restoreTo(it, "other", "good.tar"),
    "data_folder_not_empty",
  );
  await using other = await openRestored(it, "other");
  assertEquals(await it.versions(other), await it.versions());
});

Deno.test("a restore that was cut off is taken for no registry, and can be done again", async () => {
  await using it = await aRegistry();
  await aBackup(it);
  const config = configIn(it, "other");
  await restoreTo(it, "other", "good.tar");
  const half = join(config.dataFolder, "restoring");
  await Deno.mkdir(join(half, "index.git"), { recursive: true });
  for (const act of [openRegistry, initRegistry]) {
    await assertRejects(() => act(config), "restore_unfinished", {
      path: config.dataFolder,
    });
  }
  for (const { name } of [...Deno.readDirSync(config.dataFolder)]) {
    if (name === "restoring") continue;
    await Deno.remove(join(config.dataFolder, name), { recursive: true });
  }
  await restoreTo(it, "other", "good.tar");
  await using other = await openRestored(it, "other");
  assertEquals(await it.versions(other), await it.versions());
});

Deno.test("restore leaves a folder alone into which another process restores", async () => {
  await using it = await aRegistry();
  await aBackup(it);
  const config = configIn(it, "other");
  const half = join(config.dataFolder, "restoring");
  await Deno.mkdir(half, { recursive: true });
  await Deno.writeTextFile(join(half, "theirs"), "");
  await using holder = await aRestorer(half);
  await assertRejects(
    () => restoreTo(it, "other", "good.tar"),
    "restore_unfinished",
  );
  assertEquals([...Deno.readDirSync(half)].map(({ name }) => name), ["theirs"]);
  await holder.kill();
  await restoreTo(it, "other", "good.tar");
});

async function aRestorer(folder: string): Promise<OtherProcess> {
  const [process] = await OtherProcess.start("folder_holder.ts", folder);
  return process;
}

Deno.test("restore takes crate files that are larger than may be published now", async () => {
  await using it = await aRegistry();
  await aBackup(it);
  const config = configIn(it, "other");
  const limits = { ...config.limits, crateFileBytesMax: 1 };
  const paths = [join(it.folder, "good.tar")];
  const { versions } = await restoreRegistry({ ...config, limits }, { paths });
  assertEquals(versions, 2);
});

Deno.test("restore of nothing but an empty registry works", async () => {
  await using it = await aRegistry();
  await backUp(it, "empty.tar");
  await restoreTo(it, "other", "empty.tar");
  await using other = await openRestored(it, "other");
  assertEquals(await it.versions(other), []);
  assertEquals(other.users().length, 2);
});
