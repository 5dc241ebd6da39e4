/**
 * The file `first-token` of a data folder: where the first token goes when what
 * is printed is kept for many to read.
 *
 * @module
 */

import { dirname } from "node:path";
import { FILE_MODE, toRefusal } from "./file_system.ts";

/**
 * Writes the file anew; it is on disk when this returns.
 *
 * @throws {Refusal} `permission_denied`, `disk_full`.
 */
export function writeFirstToken(path: string, text: string): void {
  try {
    removeIfThere(path); // it may be open to whoever opened an older one
    const options = { createNew: true, write: true, mode: FILE_MODE };
    using file = Deno.openSync(path, options);
    file.writeSync(new TextEncoder().encode(text));
    file.syncSync();
    using folder = Deno.openSync(dirname(path), { read: true });
    folder.syncSync();
  } catch (error) {
    throw toRefusal(error, path);
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
