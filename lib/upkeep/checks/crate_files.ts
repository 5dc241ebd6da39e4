/**
 * Has every version its crate file, with the bytes that the index says, and is
 * there no other?
 *
 * @module
 */

import { join } from "node:path";
import { ChecksumStream } from "../../crate/checksum.ts";
import { type CrateName, parseCrateName } from "../../crate/name.ts";
import type { IndexEntry } from "../../index/entry.ts";
import { readIndexFileAt } from "../../index/history.ts";
import { indexPath } from "../../index/path.ts";
import { isRefusal } from "../../refusal.ts";
import {
  type StoredVersion,
  toStoredVersion,
} from "../../storage/crate_store.ts";
import { listFolder } from "../../storage/file_names.ts";
import { fileFacts, readPieces } from "../../storage/file_system.ts";
import { type Finding, toFinding } from "../finding.ts";
import { type ExamineParts, findSurely } from "../parts.ts";
import { toTrouble } from "../trouble.ts";

/** The path of a crate file, below the data folder. */
export function crateFilePath(crate: string, version: string): string {
  return `crates/${crate}/${crate}-${version}.crate`;
}

/**
 * Looks for the crate files of a crate.
 *
 * @param isToHash says of which versions all bytes are read.
 */
export async function checkCrateFiles(
  parts: ExamineParts,
  entries: readonly IndexEntry[],
  isToHash: (version: string) => boolean,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const entry of entries) {
    findings.push(...await checkCrateFile(parts, entry, isToHash));
  }
  for (const crate of new Set(entries.map(({ name }) => name))) {
    const versions = entries.filter(({ name }) => name === crate)
      .map(({ version }) => version);
    findings.push(...await checkFolder(parts, crate, versions));
  }
  return findings;
}

async function checkCrateFile(
  { config }: ExamineParts,
  { name: crate, version, checksum: expected }: IndexEntry,
  isToHash: (version: string) => boolean,
): Promise<Finding[]> {
  const path = join(config.dataFolder, crateFilePath(crate, version));
  const facts = { crate, version };
  try {
    const found = await fileFacts(path);
    if (found === null || found.isFolder) {
      return [toFinding("crate_file_missing", facts)];
    }
    if (found.sizeBytes === 0) return [toFinding("crate_file_empty", facts)];
    if (!isToHash(version)) return [];
    const hash = new ChecksumStream();
    for await (const piece of readPieces(path)) hash.update(piece);
    const checksum = hash.finish();
    if (checksum === expected) return [];
    const differing = { ...facts, expected, found: checksum };
    return [toFinding("crate_file_damaged", differing)];
  } catch (error) {
    if (isGone(error)) return [toFinding("crate_file_missing", facts)];
    const problem = toProblem(error);
    return [toFinding("crate_file_unreadable", { ...facts, problem })];
  }
}

/** It was removed while it was being read. */
function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function toProblem(error: unknown): string {
  const problem = toTrouble(error);
  if (problem === null) throw error;
  return problem;
}

/**
 * Files of a crate's folder that are none of its versions, and do not wait to be
 * deleted either.
 */
async function checkFolder(
  { paths, deletions }: ExamineParts,
  crate: string,
  versions: readonly string[],
): Promise<Finding[]> {
  const named = new Set(versions.map((it) => `${crate}-${it}.crate`));
  const names = await namesIn(join(paths.crates, crate));
  if (names === null) return []; // told by modes, and by each of its files
  const findings: Finding[] = [];
  for (const name of names.filter((name) => !named.has(name))) {
    const orphan = versionOf(crate, name);
    if (orphan !== null && await deletions.isNoted(orphan)) continue;
    const code = orphan !== null ? "crate_file_orphan" : "stray_file";
    findings.push(toFinding(code, { path: `crates/${crate}/${name}` }));
  }
  return findings;
}

/** The version whose crate file has this name; `null` for all other names. */
function versionOf(crate: string, name: string): StoredVersion | null {
  if (!name.startsWith(`${crate}-`) || !name.endsWith(".crate")) return null;
  const version = name.slice(crate.length + 1, -".crate".length);
  return toStoredVersion(crate, version);
}

/** Looks for folders of crates that are not in the index. */
export async function* checkCrateFolders(
  parts: ExamineParts,
  isKnown: (folder: string) => boolean,
): AsyncIterable<Finding> {
  for (const folder of await namesIn(parts.paths.crates) ?? []) {
    if (isKnown(folder)) continue;
    yield* await findSurely(parts, async (tip) => {
      const path = join(parts.paths.crates, folder);
      const found = await fileFacts(path);
      if (found === null) return [];
      const facts = { path: `crates/${folder}` };
      if (!found.isFolder) return [toFinding("stray_file", facts)];
      const crate = toCrateName(folder);
      if (crate !== null && await isInIndex(parts, tip, crate)) return [];
      if ((await namesIn(path))?.length === 0) {
        return [toFinding("empty_folder", facts)];
      }
      return await checkFolder(parts, folder, []);
    });
  }
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

/** The names in a folder; `null` when it is none, or is closed. */
async function namesIn(folder: string): Promise<readonly string[] | null> {
  try {
    return await listFolder(folder);
  } catch (error) {
    toProblem(error);
    return null;
  }
}
