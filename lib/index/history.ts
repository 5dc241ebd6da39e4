/**
 * Index files as they were at some commit.
 *
 * @module
 */

import type { CatFile } from "../git/cat_file.ts";
import { IndexFile } from "./index_file.ts";

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
