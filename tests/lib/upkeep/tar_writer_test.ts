import { join } from "node:path";
import { readTar } from "../../../lib/crate/tar.ts";
import { DEFAULT_LIMITS } from "../../../lib/limits.ts";
import { type ArchiveFile, writeTar } from "../../../lib/upkeep/tar_writer.ts";
import { joined, toBytes } from "../../support/a_tar.ts";
import { assertEquals } from "../../support/assert.ts";
import { runProgram } from "../../support/palletizer.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const MODIFIED = new Date("2026-01-02T03:04:05Z");

async function* filesOf(files: readonly (readonly [string, string])[]) {
  for (const [path, text] of files) {
    const bytes = toBytes(text);
    yield { path, sizeBytes: bytes.length, pieces: [bytes] };
    await Promise.resolve();
  }
}

const FILES = [
  ["backup.json", "{}"],
  ["empty", ""],
  ["one-block", "x".repeat(512)],
  [`crates/${"a".repeat(93)}`, "a path of 100 bytes"],
  [`crates/${"a".repeat(94)}`, "a path of 101 bytes"],
  [`crates/${"a".repeat(500)}`, "a long path"],
] as const;

Deno.test("writeTar() writes what GNU tar reads, and nothing it complains of", async () => {
  await using temp = await tempFolder();
  const pieces = await Array.fromAsync(writeTar(filesOf(FILES), MODIFIED));
  await Deno.writeFile(join(temp.path, "a.tar"), joined(...pieces));
  for (const [path, text] of FILES) {
    if (path.length > 300) continue; // no file system has such names
    const args = ["-xOf", "a.tar", path];
    const { code, stdout, stderr } = await runProgram("tar", args, {
      cwd: temp.path,
    });
    assertEquals([code, stdout, stderr], [0, text, ""], path);
  }
});

Deno.test("writeTar() writes what our reader reads", async () => {
  const read: [string, string][] = [];
  const archive = writeTar(filesOf(FILES), MODIFIED);
  const decoder = new TextDecoder();
  for await (const part of readTar(archive, DEFAULT_LIMITS)) {
    if (!(part instanceof Uint8Array)) {
      read.push([decoder.decode(part.path), ""]);
    } else {
      const last = read.at(-1);
      if (last !== undefined) last[1] += decoder.decode(part);
    }
  }
  assertEquals(read, FILES.map(([path, text]) => [path, text]));
});

for (const sizeBytes of [8 ** 11 - 1, 8 ** 11, 2 ** 45 + 7]) {
  Deno.test(`writeTar() tells a size of ${sizeBytes} bytes`, async () => {
    async function* files(): AsyncGenerator<ArchiveFile> {
      const pieces = [new Uint8Array(2 ** 20)]; // the rest is never asked for
      yield { path: "large", sizeBytes, pieces };
      await Promise.resolve();
    }
    const archive = writeTar(files(), MODIFIED);
    for await (const part of readTar(archive, DEFAULT_LIMITS)) {
      assertEquals(part instanceof Uint8Array ? 0 : part.sizeBytes, sizeBytes);
      break;
    }
  });
}
