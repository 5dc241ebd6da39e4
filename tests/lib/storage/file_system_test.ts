import { Buffer } from "node:buffer";
import { join } from "node:path";
import {
  linkFile,
  listFolder,
  removeEmptyFolder,
  removeFile,
  removeFolder,
} from "../../../lib/storage/file_names.ts";
import {
  fileFacts,
  makeFile,
  makeFolder,
  makeFreshFolder,
  openFile,
  readPieces,
  toRefusal,
  writeNewFile,
} from "../../../lib/storage/file_system.ts";
import { isRefusal, type RefusalCode } from "../../../lib/refusal.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { tempFolder } from "../../support/temp_folder.ts";

function withCode(code: string): Error {
  return Object.assign(new Error("it failed"), { code });
}

const ERRORS: [error: Error, code: RefusalCode | null, why: string][] = [
  [withCode("ENOSPC"), "disk_full", "no space left"],
  [withCode("EDQUOT"), "disk_full", "the user's share is used up"],
  [withCode("EROFS"), "permission_denied", "a read-only file system"],
  [new Deno.errors.PermissionDenied("no"), "permission_denied", "no access"],
  [new Deno.errors.NotFound("no"), null, "the caller knows what is missing"],
  [new TypeError("no"), null, "a bug"],
];
for (const [error, code, why] of ERRORS) {
  Deno.test(`toRefusal() makes ${error} ${code ?? "nothing else"} (${why})`, () => {
    const result = toRefusal(error, "data/it");
    if (code === null) return assertEquals(result, error);
    assertTrue(isRefusal(result, code), `it is ${result}`);
    assertEquals(result.facts, { path: "data/it" });
    assertEquals(result.cause, error);
  });
}

Deno.test({
  name: "toRefusal() knows a disk that is really full",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using full = await Deno.open("/dev/full", { write: true });
    const error = await full.write(new Uint8Array(1)).catch((it) => it);
    assertTrue(isRefusal(toRefusal(error, "it"), "disk_full"), String(error));
  },
});

Deno.test("folders are made with mode 0700, those above them too, and files with 0600", async () => {
  await using temp = await tempFolder();
  const outer = join(temp.path, "a");
  const folder = join(outer, "b", "c");
  assertEquals([await makeFolder(folder), await makeFolder(folder)], [
    ...[true, false],
  ]);
  const file = join(folder, "it");
  assertEquals([await makeFile(file), await makeFile(file)], [true, false]);
  const written = join(folder, "written");
  await writeNewFile(written, [new Uint8Array([1])]);
  const fresh = makeFreshFolder(join(temp.path, "none", "yet"), "12-");
  const modes = [outer, join(outer, "b"), folder, fresh, file, written]
    .map((path) => (Deno.statSync(path).mode ?? 0) & 0o777);
  assertEquals(modes, [0o700, 0o700, 0o700, 0o700, 0o600, 0o600]);
});

Deno.test("makeFile() leaves a file that is there as it is", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "it");
  await Deno.writeTextFile(path, "before");
  assertEquals(await makeFile(path), false);
  assertEquals(await Deno.readTextFile(path), "before");
});

Deno.test("writeNewFile() writes all pieces, and readPieces() reads them back", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "it");
  const pieces = [100_000, 0, 1, 70_000].map((length, byte) =>
    new Uint8Array(length).fill(byte)
  );
  await writeNewFile(path, pieces);
  const read = await Array.fromAsync(readPieces(path));
  assertEquals(Buffer.concat(read), Buffer.concat(pieces));
  assertTrue(
    read.every(({ length }) => length <= 64 * 1024),
    "pieces are small",
  );
});

Deno.test("writeNewFile() leaves nothing when the pieces fail", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "it");
  const failure = new Error("the sender went away");
  async function* pieces() {
    yield new Uint8Array(10);
    await Promise.resolve();
    throw failure;
  }
  const error = await writeNewFile(path, pieces()).catch((it) => it);
  assertEquals(error, failure);
  assertEquals(await listFolder(temp.path), []);
});

Deno.test("writeNewFile() does not touch a file that is there", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "it");
  await Deno.writeTextFile(path, "before");
  const error = await writeNewFile(path, []).catch((it) => it);
  assertTrue(error instanceof Deno.errors.AlreadyExists, String(error));
  assertEquals(await Deno.readTextFile(path), "before");
});

Deno.test("openFile() reads a file, and is null for a missing one", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "it");
  assertEquals(await openFile(path), null);
  await Deno.writeTextFile(path, "four");
  const file = await openFile(path);
  assertTrue(file !== null, "it is there");
  assertEquals(await new Response(file).text(), "four");
});

Deno.test("linkFile() gives one file two names, and refuses a name in use", async () => {
  await using temp = await tempFolder();
  const [one, other] = [join(temp.path, "one"), join(temp.path, "other")];
  await Deno.writeTextFile(one, "it");
  assertEquals(await linkFile(one, other), true);
  assertEquals(await linkFile(one, other), false);
  assertEquals(
    (await fileFacts(one))?.identity,
    (await fileFacts(other))?.identity,
  );
});

Deno.test("removals say whether there was something", async () => {
  await using temp = await tempFolder();
  const folder = join(temp.path, "folder");
  const file = join(folder, "file");
  await makeFolder(folder);
  await makeFile(file);
  assertEquals(await removeEmptyFolder(folder), false);
  assertEquals(await listFolder(folder), ["file"]);
  assertEquals([await removeFile(file), await removeFile(file)], [true, false]);
  assertEquals(await removeEmptyFolder(folder), true);
  assertEquals(await removeEmptyFolder(folder), false);
  await makeFolder(folder);
  await makeFile(file);
  assertEquals([await removeFolder(folder), await removeFolder(folder)], [
    ...[true, false],
  ]);
  assertEquals(await fileFacts(folder), null);
  assertEquals(await listFolder(folder), []);
});
