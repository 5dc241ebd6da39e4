import { canonicalCrateName, parseCrateName } from "../../../lib/crate/name.ts";
import { parseCrateVersion } from "../../../lib/crate/version.ts";
import { INDEX_REF } from "../../../lib/git/ref.ts";
import { readLog } from "../../../lib/git/log.ts";
import { encodeIndexEntry } from "../../../lib/index/entry.ts";
import { Refusal } from "../../../lib/refusal.ts";
import { assertSound } from "../../support/a_repository.ts";
import {
  anEntry,
  anIndex,
  aPublish,
  type TestIndex,
} from "../../support/an_index.ts";
import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";
import { gitsOf } from "../../support/processes.ts";
import { until } from "../../support/until.ts";

const lineOf = (name: string, version: string) =>
  `${encodeIndexEntry(anEntry(name, version))}\n`;

Deno.test("IndexRepository makes one commit of a change, whose message says what it is", async () => {
  await using it = await anIndex();
  const { line } = await it.index.change(aPublish("serde", "1.0.0"));
  assertEquals(await it.files(), { "se/rd/serde": lineOf("serde", "1.0.0") });
  const [commit] = await readLog(it.repository.git, null, "HEAD");
  assertEquals(
    commit?.message,
    `publish serde 1.0.0 by operator id=${line.id}`,
  );
  assertMatch(line.id, /^[0-9a-f]{16}$/);
  await assertSound(it.repository.git);
});

Deno.test("IndexRepository writes changes that come together in one batch, a commit each", async () => {
  await using it = await anIndex();
  await it.index.change(aPublish("first", "1.0.0"));
  await Promise.all(
    ["1.0.0", "1.1.0", "1.2.0"].map((version) =>
      it.index.change(aPublish("foo", version))
    ),
  );
  assertEquals(it.followed.length, 2);
  assertEquals(it.followed[1]?.made.length, 3);
  assertEquals((await readLog(it.repository.git, null, "HEAD")).length, 4);
  const versions = ["1.0.0", "1.1.0", "1.2.0"].map((version) =>
    lineOf("foo", version)
  );
  assertEquals((await it.files())["3/f/foo"], versions.join(""));
});

Deno.test("changeTogether() puts up to 256 changes into one commit", async () => {
  await using it = await anIndex();
  const changes = Array.from(
    { length: 300 },
    (_, count) => aPublish("foo", `1.0.${count}`),
  );
  const outcomes = await it.index.changeTogether(changes);
  assertTrue(
    outcomes.every(({ status }) => status === "fulfilled"),
    "all are made",
  );
  const commits = await readLog(it.repository.git, null, "HEAD");
  assertEquals(commits.map(({ message }) => message.split("\n").length), [
    256,
    44,
  ]);
});

Deno.test("IndexRepository takes a change that is refused out of its batch, and no other", async () => {
  await using it = await anIndex();
  const refused = aPublish("foo", "2.0.0", {
    edit() {
      throw new Refusal("crate_not_found", { crate: "foo" });
    },
  });
  const [one, no, other] = await it.index.changeTogether([
    aPublish("foo", "1.0.0"),
    refused,
    aPublish("bar", "1.0.0"),
  ]);
  assertEquals([one?.status, no?.status, other?.status], [
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  assertEquals(Object.keys(await it.files()), ["3/b/bar", "3/f/foo"]);
});

Deno.test("IndexRepository commits nothing when all is refused", async () => {
  await using it = await anIndex();
  await it.index.change(aPublish("foo", "1.0.0"));
  const tip = await it.repository.ref.read();
  await assertRejects(
    () => it.index.change(aPublish("foo", "1.0.0")),
    "version_exists",
  );
  assertEquals(await it.repository.ref.read(), tip);
});

Deno.test("IndexRepository lets a change see what earlier ones of its batch did", async () => {
  await using it = await anIndex();
  const outcomes = await it.index.changeTogether([
    aPublish("foo", "1.0.0"),
    aPublish("foo", "1.0.0"),
    aPublish("Foo", "1.1.0", {
      edit(_, state) {
        const existing =
          state.crateNamed(canonicalCrateName(parseCrateName("Foo"))) ?? "none";
        throw new Refusal("crate_name_taken", { name: "Foo", existing });
      },
    }),
  ]);
  assertEquals(outcomes.map((it) => it.status), [
    "fulfilled",
    "rejected",
    "rejected",
  ]);
  const reason = outcomes[2]?.status === "rejected"
    ? outcomes[2].reason.facts
    : null;
  assertEquals(reason, { name: "Foo", existing: "foo" });
});

Deno.test("IndexRepository runs an edit again without a change whose files could not be put on disk", async () => {
  await using it = await anIndex();
  const undone: string[] = [];
  const outcomes = await it.index.changeTogether([
    aPublish("foo", "1.0.0", {
      prepare: () =>
        Promise.reject(new Refusal("disk_full", { path: "crates" })),
      undo: () => Promise.resolve(undone.push("foo 1.0.0")),
    }),
    aPublish("foo", "1.1.0"),
  ]);
  assertEquals(outcomes.map(({ status }) => status), ["rejected", "fulfilled"]);
  assertEquals(undone, ["foo 1.0.0"]);
  assertEquals(await it.files(), { "3/f/foo": lineOf("foo", "1.1.0") });
});

Deno.test("IndexRepository deletes the file of a crate without versions", async () => {
  await using it = await anIndex();
  await it.index.change(aPublish("foo", "1.0.0"));
  const version = parseCrateVersion("1.0.0");
  await it.index.change({
    ...aPublish("foo", "1.0.0"),
    verb: "remove",
    edit: (file) => ({ file: file.without(version), version: "*" }),
  });
  assertEquals(await it.files(), {});
  assertEquals((await it.index.read(parseCrateName("foo"))).name, null);
});

Deno.test("two IndexRepositories on one repository lose no line of each other", async () => {
  await using one = await anIndex();
  await using other = await anIndex({ repository: one.repository });
  const versions = Array.from({ length: 20 }, (_, count) => count);
  await Promise.all(versions.flatMap((count) => [
    one.index.change(aPublish("foo", `1.${count}.0`)),
    other.index.change(aPublish("foo", `2.${count}.0`)),
  ]));
  const file = await one.index.read(parseCrateName("foo"));
  assertEquals(file.entries.length, 40);
  assertEquals((await other.index.read(parseCrateName("foo"))).text, file.text);
  await assertSound(one.repository.git);
});

Deno.test("IndexRepository loses no line that is pushed by hand meanwhile", async () => {
  await using it = await anIndex();
  await it.index.change(aPublish("foo", "1.0.0"));
  let pushed = 0;
  const change = aPublish("foo", "1.2.0", {
    // The push comes between the reading of the file and the commit.
    prepare: async () => {
      if (pushed++ > 0) return;
      const text = lineOf("foo", "1.0.0") + lineOf("foo", "1.1.0");
      await it.repository.commit({ "3/f/foo": text });
    },
  });
  await it.index.change(change);
  const text = ["1.0.0", "1.1.0", "1.2.0"].map((version) =>
    lineOf("foo", version)
  ).join("");
  assertEquals(await it.files(), { "3/f/foo": text });
});

Deno.test("IndexRepository finds a change whose answer was lost, and does not make it twice", async () => {
  await using it = await anIndex();
  await it.index.change(aPublish("foo", "1.0.0"));
  const { git } = it.repository;
  let tries = 0;
  const change = aPublish("foo", "1.1.0", {
    // git moves the branch, but its answer is lost: as if it died right then.
    prepare: () => {
      if (tries++ === 0) it.repository.ref.read = lostOnce(it.repository.ref);
      return Promise.resolve();
    },
  });
  await it.index.change(change);
  const log = await readLog(git, null, "HEAD");
  assertEquals(log.map(({ message }) => message.split(" by")[0]), [
    "publish foo 1.0.0",
    "publish foo 1.1.0",
  ]);
  assertEquals(tries, 1);
});

Deno.test("IndexRepository removes the lock that a killed git left on the branch", async () => {
  await using it = await anIndex();
  await it.index.change(aPublish("foo", "1.0.0"));
  const lock = `${it.repository.git.gitFolder}/${INDEX_REF}.lock`;
  await Deno.writeTextFile(lock, "");
  await Deno.utime(lock, 0, 0);
  await it.index.change(aPublish("foo", "1.1.0"));
  assertEquals((await it.index.read(parseCrateName("foo"))).entries.length, 2);
});

Deno.test("IndexRepository answers a change although rows could not follow it", async () => {
  const trouble = new Error("database is locked");
  await using it = await anIndex({
    follow() {
      throw trouble;
    },
  });
  const undone: string[] = [];
  await it.index.change(
    aPublish("foo", "1.0.0", {
      undo: () => Promise.resolve(undone.push("foo")),
    }),
  );
  assertEquals(it.failures, [trouble]);
  assertEquals(undone, []);
  assertEquals(Object.keys(await it.files()), ["3/f/foo"]);
});

Deno.test("IndexRepository refuses when another process does not free the lock in time", async () => {
  await using it = await anIndex({ limits: { lockWaitMsMax: 30 } });
  const path = `${it.repository.git.gitFolder}.lock`;
  using holder = await Deno.open(path, {
    create: true,
    write: true,
    read: true,
  });
  await holder.lock(true);
  await assertRejects(
    () => it.index.change(aPublish("foo", "1.0.0")),
    "index_busy",
  );
  holder.unlockSync();
  await using patient = await anIndex({ repository: it.repository });
  await patient.index.change(aPublish("foo", "1.0.0"));
});

Deno.test("IndexRepository refuses to edit a file that is not text, and nothing else of its batch", async () => {
  await using it = await anIndex();
  const { git, ref } = it.repository;
  const { FastImport } = await import("../../../lib/git/fast_import.ts");
  const importer = new FastImport(git, ref);
  const files = new Map([["3/f/foo", new Uint8Array([0xff, 0x0a])]]);
  await importer.commit(null, [{
    message: "by hand",
    when: new Date(0),
    files,
  }]);
  await importer.end();
  const outcomes = await it.index.changeTogether([
    aPublish("bar", "1.0.0"),
    aPublish("foo", "1.0.0"),
    aPublish("baz", "1.0.0"),
  ]);
  const statuses = outcomes.map(({ status }) => status);
  assertEquals(statuses, ["fulfilled", "rejected", "fulfilled"]);
  await assertRejects(
    () => it.index.change(aPublish("foo", "1.0.0")),
    "index_file_malformed",
  );
});

Deno.test("IndexRepository repacks in the background, and git finds nothing wrong", async () => {
  await using it = await anIndex();
  for (let count = 0; count < 70; count++) {
    await it.index.change(aPublish("foo", `1.0.${count}`));
  }
  await it.index.close();
  const packs = packFiles(it, ".pack");
  assertTrue(packs.length < 48, `${packs.length} packs`);
  assertEquals((await it.index.read(parseCrateName("foo"))).entries.length, 70);
  await assertSound(it.repository.git);
});

Deno.test("IndexRepository joins packs also in processes that write but once and end", async () => {
  await using it = await anIndex();
  const { repository } = it;
  for (let count = 0; count < 50; count++) {
    await using process = await anIndex({ repository });
    await process.index.change(aPublish("foo", `1.0.${count}`));
    assertEquals(process.failures, []);
  }
  assertTrue(packFiles(it, ".pack").length < 48, "small packs were joined");
  assertEquals((await it.index.read(parseCrateName("foo"))).entries.length, 50);
  await assertSound(repository.git);
});

Deno.test("IndexRepository writes all packs anew in the background when much was written, with a new reader then", async () => {
  await using it = await anIndex();
  const { gitFolder } = it.repository.git;
  const noise = Array.from(
    { length: 80 },
    () => crypto.getRandomValues(new Uint8Array(65_536)).toHex(),
  ).join("\n");
  await it.index.change(aPublish("foo", "1.0.0"));
  await it.index.read(parseCrateName("foo"));
  const readers = gitsOf(gitFolder, "cat-file");
  assertEquals(readers.length, 1);
  await it.index.putConfigJson(noise);
  await until(() => packFiles(it, ".bitmap").length === 1, "a bitmap is there");
  await until(
    () => !gitsOf(gitFolder, "cat-file").includes(readers[0] ?? 0),
    "its reader, which holds on to the old packs, has ended",
  );
  await it.index.change(aPublish("foo", "1.1.0"));
  assertEquals((await it.index.read(parseCrateName("foo"))).entries.length, 2);
  assertEquals(it.failures, []);
  await assertSound(it.repository.git);
});

Deno.test("IndexRepository ends its importer after a while, whoever made it write", async () => {
  await using it = await anIndex();
  await it.index.putConfigJson("{}\n");
  const packs = `${it.repository.git.gitFolder}/objects/pack`;
  // A pack is kept by the importer that wrote it, until that ends.
  const isKept = () =>
    [...Deno.readDirSync(packs)].some(({ name }) => name.endsWith(".keep"));
  assertEquals(isKept(), true);
  await until(() => !isKept(), "the importer has let go of its pack");
});

Deno.test("putConfigJson() writes only what differs", async () => {
  await using it = await anIndex();
  await it.index.putConfigJson("{}\n");
  const tip = await it.repository.ref.read();
  await it.index.putConfigJson("{}\n");
  assertEquals(await it.repository.ref.read(), tip);
  assertEquals(await it.files(), { "config.json": "{}\n" });
});

/** The names in the folder of packs with this ending. */
function packFiles({ repository }: TestIndex, ending: string): string[] {
  const folder = `${repository.git.gitFolder}/objects/pack`;
  return Array.from(Deno.readDirSync(folder), ({ name }) => name)
    .filter((name) => name.endsWith(ending));
}

/** Reads the ref, but for the first time after the next commit. */
function lostOnce(
  ref: { read(): Promise<string | null> },
): () => Promise<string | null> {
  const read = ref.read.bind(ref);
  let isLost = false;
  return () => {
    if (isLost) return read();
    isLost = true;
    return Promise.resolve("0".repeat(40));
  };
}
