/**
 * Index files as they were at some commit.
 *
 * @module
 */

import type { CatFile } from "../git/cat_file.ts";
import type { IndexEntry } from "./entry.ts";
import { IndexFile } from "./index_file.ts";
import { crateAtPath, indexPath } from "./path.ts";

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
  const object = await catFile.read(`${commit}:${path}`);
  if (object === null) return IndexFile.EMPTY;
  return IndexFile.parse(new TextDecoder().decode(object.bytes));
}

/** The index file of a crate, as of some commit. */
export interface IndexFileAt {
  /** Its path in the index. */
  readonly path: string;
  /** The file. */
  readonly file: IndexFile;
  /** Its entries that are where cargo looks for them. */
  readonly entries: readonly IndexEntry[];
}

/**
 * Reads the index files at some paths as of a commit, one after the other; paths
 * where no crate's file is are passed over.
 *
 * @throws {GitFailure} when git fails.
 */
export async function* readIndexFilesAt(
  catFile: CatFile,
  commit: string,
  paths: readonly string[],
): AsyncGenerator<IndexFileAt> {
  for (const path of paths) {
    if (crateAtPath(path) === null) continue;
    const file = await readIndexFileAt(catFile, commit, path);
    const entries = file.entries.filter(({ name }) => indexPath(name) === path);
    yield { path, file, entries };
  }
}
