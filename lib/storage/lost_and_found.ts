/**
 * Moves what belongs nowhere aside, below the data folder: not one byte is
 * lost, and nothing reads it any more.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { renameFile } from "./file_names.ts";
import { fileFacts, fsyncFolder, makeFolder } from "./file_system.ts";

/** The folder in the data folder. */
export const LOST_AND_FOUND = "lost+found";

/** More files of one name than this are not moved. */
const SAME_NAMES_MAX = 1_000;

/**
 * Moves a file of the data folder to `lost+found/`; one of the same name that is
 * there already stays.
 *
 * @param folder the data folder.
 * @param path of the file, below the data folder.
 * @returns where it is now.
 */
export async function moveAside(folder: string, path: string): Promise<string> {
  const place = join(folder, LOST_AND_FOUND);
  if (await makeFolder(place)) await fsyncFolder(folder);
  for (let count = 0; count < SAME_NAMES_MAX; count++) {
    const name = basename(path) + (count === 0 ? "" : `.${count}`);
    const target = join(place, name);
    if (await fileFacts(target) !== null) continue;
    await renameFile(join(folder, path), target);
    await fsyncFolder(place);
    await fsyncFolder(dirname(join(folder, path)));
    return target;
  }
  throw new Error(`${SAME_NAMES_MAX} files of one name in ${place}`);
}
