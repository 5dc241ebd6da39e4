/**
 * Files and folders as the data folder wants them: modes given when they are
 * made, bytes and names on disk when a call returns that says so, and the
 * machine's "no" as a refusal.
 *
 * What is about the names of files alone is in `file_names.ts`.
 *
 * Folders have mode 0700, files 0600. `Deno.errors.NotFound` goes through to
 * the caller, who alone knows what is missing.
 *
 * @module
 */

import { dirname } from "node:path";
import { Refusal } from "../refusal.ts";

/** The mode of every folder that Palletizer makes. */
export const FOLDER_MODE = 0o700;
/** The mode of every file that Palletizer makes. */
export const FILE_MODE = 0o600;

/** Size of the pieces in which files are read, in bytes. */
const PIECE_BYTES = 64 * 1024;

const DISK_FULL: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT"]);

/**
 * An error of the operating system as a refusal, with the error as its cause;
 * any other error is given back as it is.
 *
 * @param path what was to be read or changed.
 */
export function toRefusal(error: unknown, path: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (DISK_FULL.has(code)) {
    return new Refusal("disk_full", { path }, { cause: error });
  }
  if (error instanceof Deno.errors.PermissionDenied || code === "EROFS") {
    return new Refusal("permission_denied", { path }, { cause: error });
  }
  return error;
}

/** Does something with `path`; see {@linkcode toRefusal} for its errors. */
export async function withPath<T>(
  path: string,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw toRefusal(error, path);
  }
}

/**
 * Makes a folder, and those above it that are missing.
 *
 * @returns whether it was missing. It is on disk after an fsync of its parent.
 */
export async function makeFolder(path: string): Promise<boolean> {
  try {
    await Deno.mkdir(path, { mode: FOLDER_MODE });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    if (!(error instanceof Deno.errors.NotFound)) throw toRefusal(error, path);
  }
  const parent = dirname(path);
  if (await makeFolder(parent)) await fsyncFolder(dirname(parent));
  return await makeFolder(path);
}

/**
 * Makes a folder that was not there, with a name that begins with `prefix`.
 *
 * @returns its path.
 */
export function makeFreshFolder(parent: string, prefix: string): string {
  const options = { dir: parent, prefix };
  try {
    return Deno.makeTempDirSync(options); // its mode is 0700
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw toRefusal(error, parent);
    }
  }
  Deno.mkdirSync(parent, { recursive: true, mode: FOLDER_MODE });
  return Deno.makeTempDirSync(options);
}

/**
 * Makes an empty file.
 *
 * @returns whether it was missing; a file that is there is left alone.
 */
export async function makeFile(path: string): Promise<boolean> {
  const options = { createNew: true, write: true, mode: FILE_MODE };
  try {
    (await Deno.open(path, options)).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw toRefusal(error, path);
  }
}

/**
 * Writes a new file from pieces, as they come, and fsyncs it. If that fails, or
 * if the pieces do, no file is left.
 *
 * Its name is on disk only after an fsync of its folder.
 *
 * @param isSynced `false` leaves the fsync to the caller.
 */
export async function writeNewFile(
  path: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { isSynced = true }: { readonly isSynced?: boolean } = {},
): Promise<void> {
  const options = { createNew: true, write: true, mode: FILE_MODE };
  const file = await withPath(path, () => Deno.open(path, options));
  try {
    for await (const piece of pieces) {
      await withPath(path, () => writeWhole(file, piece));
    }
    if (isSynced) await withPath(path, () => file.sync());
    file.close();
  } catch (error) {
    file.close();
    await withPath(path, () => Deno.remove(path));
    throw error;
  }
}

/**
 * Adds a text to the end of a file, which is made if it is missing. Both are on
 * disk when this returns.
 */
export async function appendToFile(path: string, text: string): Promise<void> {
  const options = { create: true, append: true, mode: FILE_MODE };
  await withPath(path, async () => {
    using file = await Deno.open(path, options);
    await writeWhole(file, new TextEncoder().encode(text));
    await file.sync();
  });
  await fsyncFolder(dirname(path));
}

async function writeWhole(file: Deno.FsFile, piece: Uint8Array): Promise<void> {
  for (let written = 0; written < piece.length;) {
    written += await file.write(piece.subarray(written));
  }
}

/** Flushes a folder's names to disk: what was made, linked or removed in it. */
export async function fsyncFolder(path: string): Promise<void> {
  await withPath(path, async () => {
    using folder = await Deno.open(path, { read: true });
    await folder.sync();
  });
}

/** Reads a file in pieces of up to 64 KiB. */
export async function* readPieces(path: string): AsyncIterable<Uint8Array> {
  using file = await withPath(path, () => Deno.open(path, { read: true }));
  for (;;) {
    const piece = new Uint8Array(PIECE_BYTES);
    const length = await withPath(path, () => file.read(piece));
    if (length === null) return;
    yield piece.subarray(0, length);
  }
}

/** All of a small file of text; `null` when there is none. */
export async function readTextFile(path: string): Promise<string | null> {
  return await unlessMissing(path, () => Deno.readTextFile(path));
}

/** A part of a file, in bytes from its beginning. */
export interface ByteRange {
  /** The first byte. */
  readonly start: number;
  /** The byte behind the last. */
  readonly end: number;
}

/**
 * Opens a file for reading, all of it or a part.
 *
 * @returns its contents, to be read to the end or cancelled, or the file stays
 * open; `null` when there is none.
 */
export async function openFile(
  path: string,
  range?: ByteRange,
): Promise<ReadableStream<Uint8Array> | null> {
  const file = await unlessMissing(path, () => Deno.open(path, { read: true }));
  if (file === null || range === undefined) return file?.readable ?? null;
  try {
    await file.seek(range.start, Deno.SeekMode.Start);
    return file.readable.pipeThrough(firstBytes(range));
  } catch (error) {
    file.close();
    throw toRefusal(error, path);
  }
}

/** Lets as many bytes pass as a range has, and then ends. */
function firstBytes(
  { start, end }: ByteRange,
): TransformStream<Uint8Array, Uint8Array> {
  let left = end - start;
  return new TransformStream({
    transform(piece, controller) {
      controller.enqueue(piece.subarray(0, left));
      left -= Math.min(left, piece.length);
      if (left === 0) controller.terminate();
    },
  });
}

/**
 * Reads a part of a file at once: quicker than a stream where it is small.
 *
 * @returns `null` when there is no file; less when it is shorter.
 */
export async function readRange(
  path: string,
  { start, end }: ByteRange,
): Promise<Uint8Array<ArrayBuffer> | null> {
  return await unlessMissing(path, async () => {
    using file = await Deno.open(path, { read: true });
    if (start > 0) await file.seek(start, Deno.SeekMode.Start);
    const bytes = new Uint8Array(end - start);
    let filled = 0;
    while (filled < bytes.length) {
      const length = await file.read(bytes.subarray(filled));
      if (length === null) break;
      filled += length;
    }
    return bytes.subarray(0, filled);
  });
}

/** What is known of a file or folder without opening it. */
export interface FileFacts {
  /** Whether it is a folder. */
  readonly isFolder: boolean;
  /** Its size in bytes. */
  readonly sizeBytes: number;
  /** When its contents were last changed. */
  readonly modified: Date;
  /** The id of the machine's user who owns it. */
  readonly ownerId: number;
  /** The same for two names of one file, and for no others. */
  readonly identity: string;
}

/**
 * What is known of a file or folder.
 *
 * @returns `null` when there is none.
 */
export async function fileFacts(path: string): Promise<FileFacts | null> {
  const stat = await unlessMissing(path, () => Deno.stat(path));
  return stat === null ? null : {
    isFolder: stat.isDirectory,
    sizeBytes: stat.size,
    modified: stat.mtime ?? new Date(0),
    ownerId: stat.uid ?? 0,
    identity: `${stat.dev}:${stat.ino}`,
  };
}

/** Whether there is anything at a path; {@linkcode fileFacts} tells more. */
export function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw toRefusal(error, path);
  }
}

/** The same as {@linkcode withPath}, but `null` for what is not there. */
export async function unlessMissing<T>(
  path: string,
  act: () => Promise<T>,
): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw toRefusal(error, path);
  }
}
