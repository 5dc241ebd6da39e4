/**
 * Crate files that are named on a command line: files, and folders of them.
 *
 * What is in them is not looked at here.
 *
 * @module
 */

import { join, resolve } from "node:path";
import { type CrateFileSource, Refusal } from "../lib/mod.ts";

/**
 * The crate files that paths name: a folder means every `.crate` file that lies
 * in it, by name. What cannot be read is refused when it is read, so that the
 * others are not held up.
 *
 * @param cwd where relative paths start: an absolute path.
 */
export async function* crateFilesAt(
  cwd: string,
  paths: readonly string[],
): AsyncIterable<CrateFileSource> {
  for (const path of paths) {
    const labels = await labelsAt(cwd, path);
    if (labels === null) {
      yield {
        label: path,
        read: () => refuse(path, "no file in this folder ends in `.crate`"),
      };
      continue;
    }
    for (const label of labels) {
      yield { label, read: () => readPieces(cwd, label) };
    }
  }
}

/** A path itself, or the crate files in it; null when a folder has none. */
async function labelsAt(cwd: string, path: string): Promise<string[] | null> {
  const names: string[] = [];
  try {
    for await (
      const { name, isDirectory } of Deno.readDir(resolve(cwd, path))
    ) {
      if (!isDirectory && name.endsWith(".crate")) names.push(name);
    }
  } catch {
    return [path]; // no folder, or one that cannot be read: reading it will tell
  }
  if (names.length === 0) return null;
  return names.sort().map((name) => join(path, name));
}

async function* readPieces(
  cwd: string,
  label: string,
): AsyncIterable<Uint8Array> {
  try {
    using file = await Deno.open(resolve(cwd, label));
    const piece = new Uint8Array(PIECE_BYTES);
    for (;;) {
      const count = await file.read(piece);
      if (count === null) return;
      yield piece.slice(0, count);
    }
  } catch (cause) {
    const problem = problemOf(cause);
    if (problem === null) throw cause;
    const facts = { path: label, problem };
    throw new Refusal("crate_file_unreadable", facts, { cause });
  }
}

const PIECE_BYTES = 64 * 1024;

/** What keeps a file from being read; null when that is none of its doing. */
function problemOf(error: unknown): string | null {
  const { NotFound, NotADirectory, IsADirectory, PermissionDenied } =
    Deno.errors;
  if (error instanceof NotFound) return "there is no such file";
  if (error instanceof NotADirectory) return "there is no such file";
  if (error instanceof IsADirectory) return "it is a folder";
  if (error instanceof PermissionDenied) return "it may not be read";
  // What the disk itself says comes as a bare error with a code.
  return error instanceof Error && "code" in error ? error.message : null;
}

// deno-lint-ignore require-yield -- an iterable whose first piece is a refusal
async function* refuse(
  path: string,
  problem: string,
): AsyncIterable<Uint8Array> {
  throw new Refusal("crate_file_unreadable", { path, problem });
}
