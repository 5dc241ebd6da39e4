/**
 * Looks at one crate: at its lines, its crate files, what is derived of it, and
 * what is served of it.
 *
 * First without waiting for anything, as there may be very many crates; what is
 * suspected then is looked at again under the write lock.
 *
 * @module
 */

import type { TreeFile } from "../../git/tree_files.ts";
import { IndexFile } from "../../index/index_file.ts";
import { crateAtPath } from "../../index/path.ts";
import { type Finding, isFinding, toFinding } from "../finding.ts";
import type { ExamineParts } from "../parts.ts";
import { asking } from "./asking.ts";
import {
  type PresentCrateFile,
  readCrateFile,
  seeCrateFiles,
  withoutPostponed,
} from "./crate_files.ts";
import { checkDerivedRow, isDerivedAt, withoutTwins } from "./derived_rows.ts";
import { checkIndexLines } from "./index_lines.ts";
import { checkRemovedVersions } from "./people_rows.ts";
import { arePeopleAt } from "./rows_follow.ts";

/** A file of the index, and what it says. */
export interface Reading extends TreeFile {
  /** Its text; `null` when it is none, or cannot be read. */
  readonly text: string | null;
  /** Its lines; likewise. */
  readonly index: IndexFile | null;
}

/** Reads a file of the index once, for all that look at it. */
export function toReading(file: TreeFile): Reading {
  const text = file.bytes === null ? null : decode(file.bytes);
  const index = text === null ? null : IndexFile.parse(text);
  return { ...file, text, index };
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** What was seen of a crate without waiting. */
export interface SeenCrate {
  /** What seems to be wrong. */
  readonly findings: readonly Finding[];
  /** Its crate files that can be read. */
  readonly present: readonly PresentCrateFile[];
}

/** Looks at all of a crate that needs no waiting. */
export function seeCrate(parts: ExamineParts, reading: Reading): SeenCrate {
  const { path, bytes, text, index } = reading;
  const only = (finding: Finding) => ({ findings: [finding], present: [] });
  if (crateAtPath(path) === null) {
    return only(toFinding("index_file_stray", { path }));
  }
  if (bytes === null) return only(toFinding("index_file_unreadable", { path }));
  if (text === null || index === null) {
    return only(toFinding("index_file_not_text", { path }));
  }
  const { entries } = index;
  const files = seeCrateFiles(parts, entries);
  const findings = [
    ...checkIndexLines(path, text, entries),
    ...files.findings,
    ...asking(parts, () => checkDerivedRow(parts, index)),
    ...asking(parts, () => checkRemovedVersions(parts, entries)),
  ];
  return { findings, present: files.present };
}

/** Reads the crate files of a crate, and what is served of it. */
export async function readCrate(
  parts: ExamineParts,
  reading: Reading,
  present: readonly PresentCrateFile[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const file of present) {
    const finding = await readCrateFile(parts, file);
    if (finding !== null) findings.push(finding);
  }
  const isRead = reading.index !== null && crateAtPath(reading.path) !== null;
  if (isRead) findings.push(...await checkServed(parts, reading));
  return findings;
}

/**
 * What is surely wrong with a crate. To be asked under the write lock.
 *
 * @param tip the commit of the index that is looked at.
 * @param suspected what was found before; of the crate files, only those that
 * seemed to be damaged then are read again.
 */
export async function confirmCrate(
  parts: ExamineParts,
  tip: string,
  reading: Reading,
  suspected: readonly Finding[],
): Promise<readonly Finding[]> {
  const { findings, present } = seeCrate(parts, reading);
  const sure: Finding[] = [];
  for (const finding of await withoutPostponed(parts, findings)) {
    if (isFinding(finding, "derived_row_wrong")) {
      if (!isDerivedAt(parts, tip)) continue;
      sure.push(...await withoutTwins(parts, tip, finding));
    } else if (isFinding(finding, "removed_version_back")) {
      if (await arePeopleAt(parts, tip)) sure.push(finding);
    } else sure.push(finding);
  }
  const wasRead = new Set(suspected.flatMap(toVersionRead));
  const again = present.filter(({ version }) => wasRead.has(version));
  if (again.length > 0 || suspected.some(isServedOtherwise)) {
    sure.push(...await readCrate(parts, reading, again));
  }
  return sure;
}

/** The version whose crate file seemed to be wrong when it was read. */
function toVersionRead(finding: Finding): string[] {
  const isOfRead = isFinding(finding, "crate_file_damaged") ||
    isFinding(finding, "crate_file_unreadable");
  return isOfRead ? [finding.facts.version] : [];
}

function isServedOtherwise({ code }: Finding): boolean {
  return code === "sparse_differs";
}

/** Compares what is served with what git has: by id and by bytes. */
async function checkServed(
  { cache }: ExamineParts,
  { path, oid, bytes }: TreeFile,
): Promise<Finding[]> {
  const served = await cache.get(path);
  const body = typeof served?.body === "string"
    ? new TextEncoder().encode(served.body)
    : served?.body;
  const isSame = served?.oid === oid && body?.length === bytes?.length &&
    body?.every((byte, place) => byte === bytes?.[place]);
  return isSame ? [] : [toFinding("sparse_differs", { path })];
}
