/**
 * `backup.json`: what a backup says of itself, in its first file.
 *
 * Pure.
 *
 * @module
 */

import { type Checksum, parseChecksum } from "../crate/checksum.ts";
import { isObject, JsonTable } from "../crate/json_table.ts";
import { isRefusal } from "../refusal.ts";

/** The format of backups that this program writes, and the newest that it reads. */
export const BACKUP_FORMAT = 1;

/** Larger than any description of a backup, in bytes. */
export const BACKUP_JSON_BYTES_MAX = 64 * 1024;

/** What a backup says of itself. */
export interface BackupFacts {
  /** The version of the program that made it. */
  readonly program: string;
  /** The data format of its database. */
  readonly dataFormat: number;
  /** When it was made, like `2026-11-24T10:00:00Z`. */
  readonly madeAt: string;
  /** The commit of the index that it is of. */
  readonly tip: string;
  /**
   * The commit of the former backup, whose crate files are not in this one
   * again; `null` when all are in it.
   */
  readonly since: string | null;
  /** How many crate files are in it. */
  readonly crateFiles: number;
  /** Their size together, in bytes. */
  readonly crateFileBytes: number;
  /** SHA-256 of `palletizer.db`. */
  readonly database: Checksum;
  /** SHA-256 of `index.bundle`. */
  readonly index: Checksum;
}

/** The text of `backup.json`. */
export function encodeBackupJson(facts: BackupFacts): string {
  const json = {
    format: BACKUP_FORMAT,
    palletizer: facts.program,
    data_format: facts.dataFormat,
    made_at: facts.madeAt,
    tip: facts.tip,
    since: facts.since,
    crate_files: facts.crateFiles,
    crate_file_bytes: facts.crateFileBytes,
    database: facts.database,
    index: facts.index,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/**
 * Reads `backup.json`.
 *
 * @returns the facts, or what is wrong, in words.
 */
export function parseBackupJson(text: string): BackupFacts | string {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return "its backup.json is no object";
    return toFacts(new JsonTable(value, ""));
  } catch (error) {
    if (error instanceof SyntaxError) return "its backup.json is no JSON";
    if (isRefusal(error)) return `its backup.json is wrong: ${error.message}`;
    throw error;
  }
}

function toFacts(table: JsonTable): BackupFacts | string {
  const format = table.integerOrNull("format");
  if (format === null) return "its backup.json does not say its format";
  if (format !== BACKUP_FORMAT) {
    return `it has format ${format} and this Palletizer reads ${BACKUP_FORMAT}: use the Palletizer that made it, or a newer one`;
  }
  const tip = table.string("tip");
  const since = table.stringOrNull("since");
  if (!isCommit(tip) || (since !== null && !isCommit(since))) {
    return "its backup.json names no commit";
  }
  return {
    program: table.string("palletizer"),
    dataFormat: table.integerOrNull("data_format") ?? 0,
    madeAt: table.string("made_at"),
    tip,
    since,
    crateFiles: table.integerOrNull("crate_files") ?? 0,
    crateFileBytes: table.integerOrNull("crate_file_bytes") ?? 0,
    database: parseChecksum(table.string("database")),
    index: parseChecksum(table.string("index")),
  };
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}
