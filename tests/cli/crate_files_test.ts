import { crateFilesAt } from "../../cli/crate_files.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** A folder with two crate files, and things that are none. */
async function crateFolder() {
  const folder = await tempFolder();
  const { path } = folder;
  for (const name of ["b-1.0.0.crate", "a-1.0.0.crate", "notes.txt"]) {
    await Deno.writeTextFile(`${path}/${name}`, `this is ${name}`);
  }
  await Deno.mkdir(`${path}/inner.crate`);
  await Deno.writeTextFile(`${path}/inner.crate/c-1.0.0.crate`, "c");
  await Deno.mkdir(`${path}/empty`);
  return folder;
}

function filesAt(cwd: string, ...paths: string[]) {
  return Array.fromAsync(crateFilesAt(cwd, paths));
}

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  return await new Response(ReadableStream.from(pieces)).text();
}

Deno.test("crateFilesAt() reads a file from where it was typed", async () => {
  await using folder = await crateFolder();
  const [file, ...rest] = await filesAt(folder.path, "./a-1.0.0.crate");
  assertEquals(file?.label, "./a-1.0.0.crate");
  assertEquals(rest, []);
  assertEquals(await textOf(file!.read()), "this is a-1.0.0.crate");
  assertEquals(await textOf(file!.read()), "this is a-1.0.0.crate", "again");
});

Deno.test("crateFilesAt() takes any file that is named, whatever it is called", async () => {
  await using folder = await crateFolder();
  const [file] = await filesAt("/", `${folder.path}/notes.txt`);
  assertEquals(await textOf(file!.read()), "this is notes.txt");
});

Deno.test("crateFilesAt() takes a folder for the crate files in it, by name, not deeper", async () => {
  await using folder = await crateFolder();
  const labels = async (path: string) =>
    (await filesAt(folder.path, path)).map(({ label }) => label);
  assertEquals(await labels("."), ["a-1.0.0.crate", "b-1.0.0.crate"]);
  assertEquals(await labels("inner.crate"), ["inner.crate/c-1.0.0.crate"]);
  assertEquals(await labels(folder.path), [
    `${folder.path}/a-1.0.0.crate`,
    `${folder.path}/b-1.0.0.crate`,
  ]);
});

const UNREADABLE: [path: string, problem: string, why: string][] = [
  ["none.crate", "there is no such file", "missing"],
  ["notes.txt/none.crate", "there is no such file", "below a file"],
  ["empty", "no file in this folder ends in `.crate`", "an empty folder"],
];
for (const [path, problem, why] of UNREADABLE) {
  Deno.test(`crateFilesAt() refuses ${path} when it is read (${why}), and others go on`, async () => {
    await using folder = await crateFolder();
    const [bad, good] = await filesAt(folder.path, path, "a-1.0.0.crate");
    await assertRejects(
      () => textOf(bad!.read()),
      "crate_file_unreadable",
      { path, problem },
    );
    assertEquals(await textOf(good!.read()), "this is a-1.0.0.crate");
  });
}
