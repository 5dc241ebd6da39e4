/**
 * Is there anything in `tmp/` that no living process has in progress?
 *
 * @module
 */

import { join } from "node:path";
import { listFolder } from "../../storage/file_names.ts";
import { fileFacts } from "../../storage/file_system.ts";
import { FolderLock } from "../../storage/folder_lock.ts";
import { type Finding, toFinding } from "../finding.ts";
import type { ExamineParts } from "../parts.ts";

/** A moment in which a new folder of a living process is locked by it, in ms. */
const YOUNG_MS = 50;

/** Looks for folders of dead processes. */
export async function* checkTmpFolders(
  { paths: { tmp } }: ExamineParts,
): AsyncIterable<Finding> {
  const suspected: string[] = [];
  for (const name of await listFolder(tmp)) {
    const found = await fileFacts(join(tmp, name));
    if (found === null) continue; // its process has just ended
    if (!found.isFolder) yield toFinding("stray_file", { path: `tmp/${name}` });
    else if (isUnlocked(join(tmp, name))) suspected.push(name);
  }
  if (suspected.length === 0) return;
  // Whoever had just made a folder has locked it then.
  await new Promise((resolve) => setTimeout(resolve, YOUNG_MS));
  for (const name of suspected) {
    if (!isUnlocked(join(tmp, name))) continue;
    yield toFinding("tmp_left", { path: `tmp/${name}` });
  }
}

function isUnlocked(path: string): boolean {
  using lock = FolderLock.tryAcquire(path);
  return lock !== null;
}
