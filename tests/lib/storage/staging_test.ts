import { join } from "node:path";
import { checksumOf } from "../../../lib/crate/checksum.ts";
import { parseCrateName } from "../../../lib/crate/name.ts";
import { parseCrateVersion } from "../../../lib/crate/version.ts";
import { DEFAULT_LIMITS } from "../../../lib/limits.ts";
import {
  type DataPaths,
  dataPaths,
  makeDataFolder,
} from "../../../lib/storage/data_folder.ts";
import { FileCrateStore } from "../../../lib/storage/file_crate_store.ts";
import { listFolder } from "../../../lib/storage/file_names.ts";
import { Staging, sweepDead } from "../../../lib/storage/staging.ts";
import {
  assertEquals,
  assertMatch,
  assertRejects,
} from "../../support/assert.ts";
import { OtherProcess } from "../../support/other_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const FOO = parseCrateName("foo");
const V1 = parseCrateVersion("1.0.0");

async function* inPieces(...texts: string[]) {
  for (const text of texts) {
    await Promise.resolve();
    yield new TextEncoder().encode(text);
  }
}

async function filesIn(tmp: string): Promise<string[]> {
  const files: string[] = [];
  for (const folder of await listFolder(tmp)) {
    files.push(...await listFolder(join(tmp, folder)));
  }
  return files;
}

Deno.test("staging takes a crate file in, with its checksum and size", async () => {
  await using temp = await tempFolder();
  await using staging = Staging.open(temp.path);
  const staged = await staging.stage(inPieces("ab", "", "c"), DEFAULT_LIMITS);
  const bytes = new TextEncoder().encode("abc");
  assertEquals([staged.checksum, staged.sizeBytes], [checksumOf(bytes), 3]);
  const read = async () =>
    await new Response(ReadableStream.from(staged.read())).text();
  assertEquals([await read(), await read()], ["abc", "abc"]);
});

Deno.test("staging is a folder named after its process, for its owner alone", async () => {
  await using temp = await tempFolder();
  await using staging = Staging.open(temp.path);
  await staging.stage(inPieces("abc"), DEFAULT_LIMITS);
  const [name = ""] = await listFolder(temp.path);
  assertMatch(name, new RegExp(`^${Deno.pid}-.`));
  const folder = join(temp.path, name);
  const modes = [folder, join(folder, "1")]
    .map((path) => (Deno.statSync(path).mode ?? 0) & 0o777);
  assertEquals(modes, [0o700, 0o600]);
});

Deno.test("staging takes a file of just the limit, and refuses one byte more", async () => {
  await using temp = await tempFolder();
  await using staging = Staging.open(temp.path);
  const limits = { crateFileBytesMax: 4 };
  const fits = await staging.stage(inPieces("ab", "cd"), limits);
  await staging.discard(fits);
  await assertRejects(
    () => staging.stage(inPieces("ab", "cd", "e"), limits),
    "crate_file_too_large",
    { size_bytes: 5, limit_bytes: 4 },
  );
  assertEquals(await filesIn(temp.path), []);
});

Deno.test("staging stops to read as soon as a file is too large", async () => {
  await using temp = await tempFolder();
  await using staging = Staging.open(temp.path);
  let sent = 0;
  async function* endless() {
    for (;; sent++) {
      await Promise.resolve();
      yield new Uint8Array(10);
    }
  }
  const limits = { crateFileBytesMax: 25 };
  await assertRejects(
    () => staging.stage(endless(), limits),
    "crate_file_too_large",
    { size_bytes: 30, limit_bytes: 25 },
  );
  assertEquals(sent, 2);
});

Deno.test("staging leaves nothing of a file whose sender went away", async () => {
  await using temp = await tempFolder();
  await using staging = Staging.open(temp.path);
  const failure = new Error("gone");
  async function* broken() {
    yield* inPieces("abc");
    throw failure;
  }
  const error = await staging.stage(broken(), DEFAULT_LIMITS).catch((it) => it);
  assertEquals(error, failure);
  assertEquals(await filesIn(temp.path), []);
});

Deno.test("a staged file that is named can be read and discarded as before", async () => {
  await using temp = await tempFolder();
  await using staging = Staging.open(temp.path);
  const other = await staging.stage(inPieces("other"), DEFAULT_LIMITS);
  const staged = await staging.stage(inPieces("abc"), DEFAULT_LIMITS);
  const named = await staging.name(staged, FOO, V1);
  assertEquals(await filesIn(temp.path), ["1", "2~foo~1.0.0.crate"]);
  assertEquals([named.crate, named.version, named.checksum, named.sizeBytes], [
    ...[FOO, V1, staged.checksum, 3],
  ]);
  assertEquals(
    await new Response(ReadableStream.from(named.read())).text(),
    "abc",
  );
  await staging.discard(named);
  await staging.discard(named);
  assertEquals(await filesIn(temp.path), ["1"]);
  await staging.discard(other);
  assertEquals(await filesIn(temp.path), []);
});

Deno.test("staging leaves nothing in tmp/ when it is closed", async () => {
  await using temp = await tempFolder();
  const staging = Staging.open(temp.path);
  await staging.stage(inPieces("abc"), DEFAULT_LIMITS);
  await staging.close();
  assertEquals(await listFolder(temp.path), []);
});

/** A data folder with a store, and what a sweep of it leaves. */
class SweptFolder {
  readonly paths: DataPaths;
  readonly crates: FileCrateStore;
  readonly published = new Set<string>();

  constructor(folder: string) {
    this.paths = dataPaths(folder);
    this.crates = new FileCrateStore(this.paths.crates);
  }

  sweep(): Promise<number> {
    const { crates } = this;
    return sweepDead(this.paths.tmp, {
      crates,
      isPublished: (crate, version) =>
        this.published.has(`${crate} ${version}`),
    });
  }

  async stored(): Promise<string[]> {
    return await Array.fromAsync(
      this.crates.list(),
      ({ crate, version }) => `${crate} ${version}`,
    );
  }

  /** Another process that has stored `foo` 1.0.0 and not published it. */
  async startUpload(): Promise<OtherProcess> {
    const args = [this.paths.folder, "foo", "1.0.0", "theirs"];
    return (await OtherProcess.start("upload_stager.ts", ...args))[0];
  }

  async put(contents: string): Promise<void> {
    await using staging = Staging.open(this.paths.tmp);
    const staged = await staging.stage(inPieces(contents), DEFAULT_LIMITS);
    await this.crates.put(await staging.name(staged, FOO, V1));
  }
}

function testSweep(
  sentence: string,
  act: (folder: SweptFolder) => Promise<void>,
): void {
  Deno.test(`a sweep ${sentence}`, async () => {
    await using temp = await tempFolder();
    await makeDataFolder(temp.path);
    await act(new SweptFolder(temp.path));
  });
}

testSweep(
  "touches nothing of a process that lives, this one too",
  async (folder) => {
    await using staging = Staging.open(folder.paths.tmp);
    await staging.stage(inPieces("ours"), DEFAULT_LIMITS);
    await using _other = await folder.startUpload();
    const before = await filesIn(folder.paths.tmp);
    assertEquals(await folder.sweep(), 0);
    assertEquals(await filesIn(folder.paths.tmp), before);
    assertEquals(await folder.stored(), ["foo 1.0.0"]);
  },
);

testSweep(
  "removes what a killed process staged and stored, if it was not published",
  async (folder) => {
    await using other = await folder.startUpload();
    await other.kill();
    assertEquals(await folder.stored(), ["foo 1.0.0"]);
    assertEquals(await folder.sweep(), 1);
    assertEquals(await folder.stored(), []);
    assertEquals(await listFolder(folder.paths.crates), []);
    assertEquals(await listFolder(folder.paths.tmp), []);
    assertEquals(await folder.sweep(), 0);
  },
);

testSweep(
  "keeps the crate file of a killed process that was published",
  async (folder) => {
    await using other = await folder.startUpload();
    await other.kill();
    folder.published.add("foo 1.0.0");
    assertEquals(await folder.sweep(), 1);
    assertEquals(await folder.stored(), ["foo 1.0.0"]);
    assertEquals(await listFolder(folder.paths.tmp), []);
  },
);

testSweep(
  "keeps a crate file that somebody else has stored since",
  async (folder) => {
    await using other = await folder.startUpload();
    await other.kill();
    await folder.put("ours");
    assertEquals(await folder.sweep(), 1);
    const { pieces } = await folder.crates.open(FOO, V1);
    assertEquals(await new Response(pieces).text(), "ours");
  },
);

testSweep(
  "removes folders of the dead that record nothing it could take back",
  async (folder) => {
    const dead = join(folder.paths.tmp, "1-dead");
    await Deno.mkdir(dead);
    await folder.put("ours");
    const names = [
      "1",
      "2~foo~1.0.0.crate.second",
      "3~foo~x.crate",
      "~~.crate",
    ];
    for (const name of names) await Deno.writeTextFile(join(dead, name), "");
    await Deno.writeTextFile(join(folder.paths.tmp, "a stray file"), "");
    assertEquals(await folder.sweep(), 1);
    assertEquals(await listFolder(folder.paths.tmp), ["a stray file"]);
    assertEquals(await folder.stored(), ["foo 1.0.0"]);
  },
);
