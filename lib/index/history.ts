/**
 * Index files as they were at some commit.
 *
 * @module
 */

import type { CrateName } from "../crate/name.ts";
import type { CatFile, GitObject } from "../git/cat_file.ts";
import type { IndexEntry } from "./entry.ts";
import { IndexFile } from "./index_file.ts";
import { crateAtPath, indexPath } from "./path.ts";

/** So many files are asked for before the first is answered. */
const ASKED_AT_ONCE = 500;

/**
 * Reads an index file at a commit; empty when there is none. To be looked at
 * only: what is not UTF-8 in it does not come back as it was.
 *
 * @param path of the file in the index.
 * @throws {GitFailure} when git fails.
 */
export async function readIndexFileAt(
  catFile: CatFile,
  commit: string,
  path: string,
): Promise<IndexFile> {
  return toIndexFile(await catFile.read(`${commit}:${path}`));
}

/** The index file of a crate, as of some commit. */
export interface IndexFileAt {
  /** Its path in the index. */
  readonly path: string;
  /** The crate whose file is there. */
  readonly crate: CrateName;
  /** The file. */
  readonly file: IndexFile;
  /** Its entries that are where cargo looks for them. */
  readonly entries: readonly IndexEntry[];
}

/**
 * Reads the index files at some paths as of a commit, many by one question;
 * paths where no crate's file is are passed over.
 *
 * @throws {GitFailure} when git fails.
 */
export async function* readIndexFilesAt(
  catFile: CatFile,
  commit: string,
  paths: readonly string[],
): AsyncGenerator<IndexFileAt> {
  const places = paths.filter((path) => crateAtPath(path) !== null);
  for (let start = 0; start < places.length; start += ASKED_AT_ONCE) {
    const some = places.slice(start, start + ASKED_AT_ONCE);
    const objects = await catFile.readAll(some.map((it) => `${commit}:${it}`));
    for (const [position, path] of some.entries()) {
      const file = toIndexFileAt(path, objects[position]?.bytes ?? null);
      if (file !== null) yield file;
    }
  }
}

/**
 * The index file at a path; `null` where no crate's file is.
 *
 * @param bytes its contents; `null` when there is none.
 */
export function toIndexFileAt(
  path: string,
  bytes: Uint8Array | null,
): IndexFileAt | null {
  const crate = crateAtPath(path);
  if (crate === null) return null;
  const file = toIndexFile(bytes === null ? null : { bytes });
  const isHere = ({ name }: IndexEntry) => indexPath(name) === path;
  return { path, crate, file, entries: file.entries.filter(isHere) };
}

function toIndexFile(object: Pick<GitObject, "bytes"> | null): IndexFile {
  if (object === null) return IndexFile.EMPTY;
  return IndexFile.parse(new TextDecoder().decode(object.bytes));
}
