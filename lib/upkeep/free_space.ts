/**
 * How much room is left where the data folder lies.
 *
 * @module
 */

import { statfs } from "node:fs/promises";

/** The room that is left on a file system. */
export interface FreeSpace {
  /** For files of this user, in bytes. */
  readonly bytes: number;
  /** For further files; `null` where the file system has no such bound. */
  readonly files: number | null;
}

/** Reads how much room is left on the file system of a path. */
export async function readFreeSpace(path: string): Promise<FreeSpace> {
  const { bsize, bavail, files, ffree } = await statfs(path);
  return { bytes: bsize * bavail, files: files === 0 ? null : ffree };
}
