import { basename, join } from "node:path";
import { parseCrateName } from "../../lib/crate/name.ts";
import { parseCrateVersion } from "../../lib/crate/version.ts";
import { DEFAULT_LIMITS } from "../../lib/limits.ts";
import { FileCrateStore } from "../../lib/storage/file_crate_store.ts";
import { makeFolder } from "../../lib/storage/file_system.ts";
import { type NamedCrateFile, Staging } from "../../lib/storage/staging.ts";
import { assertEquals } from "../support/assert.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { testCrateStore } from "./crate_store_contract.ts";

testCrateStore("a folder of crate files", async (folder) => {
  await makeFolder(folder);
  return {
    store: new FileCrateStore(folder),
    contents: () => pathsBelow(folder),
  };
});

async function pathsBelow(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    paths.push(name);
    if (!isDirectory) continue;
    const below = await pathsBelow(join(folder, name));
    paths.push(...below.map((it) => `${name}/${it}`));
  }
  return paths.sort();
}

Deno.test("a folder of crate files leaves one record of a file that is put twice", async () => {
  await using temp = await tempFolder();
  const tmp = join(temp.path, "tmp");
  await using staging = Staging.open(tmp);
  const named = await stageFoo(staging);
  const store = new FileCrateStore(join(temp.path, "crates"));
  for (let times = 0; times < 2; times++) await store.put(named);
  const [folder = ""] = await pathsBelow(tmp);
  assertEquals(await pathsBelow(join(tmp, folder)), [basename(named.path)]);
});

Deno.test("a folder of crate files takes back a put that did not get far", async () => {
  await using temp = await tempFolder();
  await using staging = Staging.open(join(temp.path, "tmp"));
  const named = await stageFoo(staging);
  const folder = join(temp.path, "crates");
  await makeFolder(join(folder, "Foo-Bar"));
  assertEquals(await new FileCrateStore(folder).takeBack(named), false);
  assertEquals(await pathsBelow(folder), []);
});

async function stageFoo(staging: Staging): Promise<NamedCrateFile> {
  const staged = await staging.stage(
    ReadableStream.from([new Uint8Array([1])]),
    DEFAULT_LIMITS,
  );
  const crate = parseCrateName("Foo-Bar");
  return await staging.name(staged, crate, parseCrateVersion("1.0.0+b.1"));
}

Deno.test("a folder of crate files has them where dl says, for its owner alone", async () => {
  await using temp = await tempFolder();
  const folder = join(temp.path, "crates");
  await makeFolder(folder);
  await using staging = Staging.open(join(temp.path, "tmp"));
  await new FileCrateStore(folder).put(await stageFoo(staging));
  const paths = ["Foo-Bar", "Foo-Bar/Foo-Bar-1.0.0+b.1.crate"];
  assertEquals(await pathsBelow(folder), paths);
  const modes = paths.map((path) =>
    Deno.statSync(join(folder, path)).mode ?? 0
  );
  assertEquals(modes.map((mode) => mode & 0o777), [0o700, 0o600]);
});

Deno.test("a folder of crate files lists what is a version's, and nothing else", async () => {
  await using temp = await tempFolder();
  await Deno.writeTextFile(join(temp.path, "foo-1.0.0.crate"), "a stray file");
  const files = ["foo-1.0.0.crate", "foo-x.crate", "bar-1.0.0.crate", "foo-"];
  for (const folder of ["foo", "1foo"]) {
    await Deno.mkdir(join(temp.path, folder));
    for (const file of [...files, `${folder}-2.0.0.crate`]) {
      await Deno.writeTextFile(join(temp.path, folder, file), "");
    }
  }
  const listed = await Array.fromAsync(new FileCrateStore(temp.path).list());
  assertEquals(listed.map(({ crate, version }) => `${crate} ${version}`), [
    "foo 1.0.0",
    "foo 2.0.0",
  ]);
});
