/**
 * The files that databases are in.
 *
 * @module
 */

import { dirname } from "node:path";
import { FILE_MODE } from "../storage/file_system.ts";

/**
 * Makes an empty file with the right mode, which SQLite gives to the log and its
 * index too. A file that is there is never opened here: closing it would free
 * locks that SQLite holds on it in this process.
 */
export function makeFile(path: string): void {
  try {
    const options = { createNew: true, write: true, mode: FILE_MODE };
    Deno.openSync(path, options).close();
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return;
    throw error;
  }
  fsync(dirname(path));
}

/** Removes a file, if it is there. */
export function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Flushes a file, or a folder's names, to disk. */
export function fsync(path: string): void {
  using file = Deno.openSync(path, { read: true });
  file.syncSync();
}
