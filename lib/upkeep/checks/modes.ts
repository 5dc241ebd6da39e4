/**
 * Does everything in the data folder belong to its owner, and to nobody else?
 *
 * @module
 */

import { relative } from "node:path";
import {
  type ClosedFolder,
  type KeptPath,
  keptPath,
  ownId,
  walkFolder,
} from "../../storage/folder_walk.ts";
import { type Finding, toFinding } from "../finding.ts";
import type { ExamineParts } from "../parts.ts";
import { pause } from "../pause.ts";

/** Paths that are looked at between two pauses: some milliseconds. */
const SLICE = 500;

/** Asked once, not for every file. */
const OWN_ID = ownId();
const OTHERS = 0o077;
const READ = 0o400;
const FOLDER_ALL = 0o700;

/** Git makes these with other modes, and sets them right or removes them. */
const IN_PROGRESS = /\/index\.git\/(?:.*\/)?(?:\.?tmp[_-][^/]*|[^/]*\.lock)$/;

/** Looks at the mode and the owner of every file and folder. */
export async function* checkModes(
  { config }: ExamineParts,
): AsyncIterable<Finding> {
  const { dataFolder } = config;
  const suspected: string[] = [];
  const closed: ClosedFolder[] = [];
  const walk = walkFolder(dataFolder, (folder) => closed.push(folder));
  let count = 0;
  for (const kept of walk) {
    if (++count % SLICE === 0) await pause();
    const isWrong = findingsOn(dataFolder, kept).length > 0;
    if (isWrong) suspected.push(kept.path);
  }
  // What was being made a moment ago is gone by now, or as it shall be.
  for (const path of suspected) {
    const kept = keptPath(path);
    if (kept !== null) yield* findingsOn(dataFolder, kept);
  }
  for (const { path, problem } of closed) {
    if (suspected.includes(path)) continue; // its mode says it all
    const facts = { path: relative(dataFolder, path) || ".", problem };
    yield toFinding("folder_unreadable", facts);
  }
}

function findingsOn(dataFolder: string, kept: KeptPath): Finding[] {
  const { path, mode, ownerId, isFolder } = kept;
  const shown = { path: relative(dataFolder, path) || "." };
  if (ownerId !== OWN_ID) {
    return [toFinding("owner_foreign", { ...shown, owner_id: ownerId })];
  }
  const facts = { ...shown, mode: mode.toString(8).padStart(4, "0") };
  const needed = isFolder ? FOLDER_ALL : READ;
  if ((mode & needed) !== needed) return [toFinding("mode_closed", facts)];
  if ((mode & OTHERS) === 0 || IN_PROGRESS.test(path)) return [];
  return [toFinding("mode_open", facts)];
}
