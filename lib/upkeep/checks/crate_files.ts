/**
 * Has every version its crate file, with the bytes that the index says, and is
 * there no other?
 *
 * @module
 */

import { join } from "node:path";
import type { Checksum } from "../../crate/checksum.ts";
import { type CrateName, parseCrateName } from "../../crate/name.ts";
import type { IndexEntry } from "../../index/entry.ts";
import { readIndexFileAt } from "../../index/history.ts";
import { indexPath } from "../../index/path.ts";
import { isRefusal } from "../../refusal.ts";
import type { StoredVersion } from "../../storage/crate_store.ts";
import { keptPath, namesIn, sizeOf } from "../../storage/folder_walk.ts";
import { readPostponed } from "../../storage/postponed_deletions.ts";
import { checksumOf } from "../checksum_of.ts";
import { crateFilePath, versionAt } from "../crate_path.ts";
import { type Finding, isFinding, toFinding } from "../finding.ts";
import { type ExamineParts, findSurely } from "../parts.ts";
import { toTrouble } from "../trouble.ts";

/** A crate file that is there, and what it must be. */
export interface PresentCrateFile extends StoredVersion {
  /** What the index says of its contents. */
  readonly checksum: Checksum;
  /** Its size in bytes. */
  readonly sizeBytes: number;
}

/** What was seen of the crate files of a crate without reading them. */
export interface SeenCrateFiles {
  /** What seems to be wrong. */
  readonly findings: readonly Finding[];
  /** Those that can be read. */
  readonly present: readonly PresentCrateFile[];
}

/**
 * Looks whether the crate files of a crate are there, and nothing else. At once,
 * for there are many.
 */
export function seeCrateFiles(
  parts: ExamineParts,
  entries: readonly IndexEntry[],
): SeenCrateFiles {
  const findings: Finding[] = [];
  const present: PresentCrateFile[] = [];
  for (const { name: crate, version, checksum } of entries) {
    const facts = { crate, version };
    try {
      const sizeBytes = sizeOf(pathOf(parts, facts));
      if (sizeBytes === null) {
        findings.push(toFinding("crate_file_missing", facts));
      } else if (sizeBytes === 0) {
        findings.push(toFinding("crate_file_empty", facts));
      } else present.push({ ...facts, checksum, sizeBytes });
    } catch (error) {
      findings.push(toUnreadable(facts, error));
    }
  }
  for (const crate of new Set(entries.map(({ name }) => name))) {
    const named = new Set<string>();
    for (const entry of entries) {
      if (entry.name === crate) named.add(`${crate}-${entry.version}.crate`);
    }
    findings.push(...seeOthers(parts, crate, named));
  }
  return { findings, present };
}

/** Reads a crate file; answers what is wrong with it. */
export async function readCrateFile(
  parts: ExamineParts,
  { crate, version, checksum: expected, sizeBytes }: PresentCrateFile,
): Promise<Finding | null> {
  const facts = { crate, version };
  try {
    const found = await checksumOf(pathOf(parts, facts), sizeBytes);
    if (found === expected) return null;
    return toFinding("crate_file_damaged", { ...facts, expected, found });
  } catch (error) {
    if (isGone(error)) return toFinding("crate_file_missing", facts);
    return toUnreadable(facts, error);
  }
}

function pathOf({ config }: ExamineParts, version: StoredVersion): string {
  return join(config.dataFolder, crateFilePath(version));
}

/** It was removed while it was being read. */
function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function toUnreadable(facts: StoredVersion, error: unknown): Finding {
  const problem = toTrouble(error);
  if (problem === null) throw error;
  return toFinding("crate_file_unreadable", { ...facts, problem });
}

/** What is in a folder of crate files beside those that are named. */
function seeOthers(
  { paths }: ExamineParts,
  folder: string,
  named: ReadonlySet<string>,
): Finding[] {
  const names = namesIn(join(paths.crates, folder));
  if (names === null) return []; // told by modes, and by each of its files
  return names.filter((name) => !named.has(name)).sort().map((name) => {
    const path = `crates/${folder}/${name}`;
    const isOrphan = versionAt(path) !== null;
    return toFinding(isOrphan ? "crate_file_orphan" : "stray_file", { path });
  });
}

/**
 * Leaves out crate files whose deletion waits for a backup. To be asked under
 * the write lock, or one may be removed in between.
 */
export async function withoutPostponed(
  { paths }: ExamineParts,
  findings: readonly Finding[],
): Promise<readonly Finding[]> {
  if (!findings.some((it) => isFinding(it, "crate_file_orphan"))) {
    return findings;
  }
  const postponed = new Set(
    (await readPostponed(paths.postponed) ?? []).map(crateFilePath),
  );
  return findings.filter((it) =>
    !isFinding(it, "crate_file_orphan") || !postponed.has(it.facts.path)
  );
}

/** Folders that are looked at between two pauses. */
const FOLDERS_AT_ONCE = 500;

/** Looks for folders of crates that are not in the index. */
export async function* checkCrateFolders(
  parts: ExamineParts,
  isKnown: (folder: string) => boolean,
): AsyncIterable<Finding> {
  const unknown = (namesIn(parts.paths.crates) ?? [])
    .filter((folder) => !isKnown(folder)).sort();
  while (unknown.length > 0) {
    const some = unknown.splice(0, FOLDERS_AT_ONCE);
    yield* await findSurely(parts, async (tip) => {
      const findings: Finding[] = [];
      for (const folder of some) {
        findings.push(...await checkFolder(parts, tip, folder));
      }
      return await withoutPostponed(parts, findings);
    });
  }
}

async function checkFolder(
  parts: ExamineParts,
  tip: string | null,
  folder: string,
): Promise<Finding[]> {
  const path = join(parts.paths.crates, folder);
  const found = keptPath(path);
  if (found === null) return [];
  const facts = { path: `crates/${folder}` };
  if (!found.isFolder) return [toFinding("stray_file", facts)];
  const crate = toCrateName(folder);
  if (crate !== null && await isInIndex(parts, tip, crate)) return [];
  const isEmpty = namesIn(path)?.length === 0;
  if (isEmpty) return [toFinding("empty_folder", facts)];
  return seeOthers(parts, folder, new Set());
}

/** Whether the index has this very version. */
export async function isInIndexAs(
  { catFile }: ExamineParts,
  tip: string | null,
  { crate, version }: StoredVersion,
): Promise<boolean> {
  if (tip === null) return false;
  const file = await readIndexFileAt(catFile, tip, indexPath(crate));
  return file.entries.some((it) => it.name === crate && it.version === version);
}

/** Whether the index has a crate that is spelt so. */
export async function isInIndex(
  { catFile }: ExamineParts,
  tip: string | null,
  crate: CrateName,
): Promise<boolean> {
  if (tip === null) return false;
  const file = await readIndexFileAt(catFile, tip, indexPath(crate));
  return file.entries.some(({ name }) => name === crate);
}

function toCrateName(folder: string): CrateName | null {
  try {
    return parseCrateName(folder);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return null;
  }
}
