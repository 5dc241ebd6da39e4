/**
 * A backup: one file with all that a registry cannot get from elsewhere, as of
 * one moment, made while the registry goes on.
 *
 * `backup.json`, `palletizer.db`, `index.bundle` and then the crate files that
 * the index names, each under the name that it has in the data folder. The
 * configuration is not in it, nor is what can be derived.
 *
 * @module
 */

import { dirname } from "node:path";
import { toTimestamp } from "../clock.ts";
import { DATA_FORMAT } from "../database/migrations.ts";
import { packBundle } from "../git/bundle.ts";
import type { IndexEntry } from "../index/entry.ts";
import { Refusal } from "../refusal.ts";
import type { Parts } from "../registry/parts.ts";
import { removeFile, renameFile } from "../storage/file_names.ts";
import {
  fileFacts,
  fsyncFolder,
  readPieces,
  writeNewFile,
} from "../storage/file_system.ts";
import { keptPath } from "../storage/folder_walk.ts";
import { readBackupFacts, unusable } from "./archive.ts";
import { type BackupFacts, encodeBackupJson } from "./backup_json.ts";
import { checksumOf } from "./checksum_of.ts";
import { checkedPieces, entriesAt, entriesSince } from "./copy.ts";
import { crateFilePath } from "./crate_path.ts";
import { readInventory, takeInventory } from "./inventory.ts";
import { Still } from "./still.ts";
import { type ArchiveFile, writeTar } from "./tar_writer.ts";

/** What is to be made. */
export interface BackupRequest {
  /** Where: the absolute path of a file that is not there. */
  readonly path: string;
  /** Whether it is compressed with gzip; crate files are already. */
  readonly isCompressed: boolean;
  /**
   * A former backup, whose crate files are left out: a restore needs it, too.
   * `null` makes a whole one.
   */
  readonly since: string | null;
  /** The version of the program, for those who find the backup. */
  readonly program: string;
}

/** A backup that was made. */
export interface MadeBackup {
  /** The commit of the index that it is of. */
  readonly tip: string;
  /** How many crate files are in it. */
  readonly crateFiles: number;
  /** The size of the backup, in bytes. */
  readonly sizeBytes: number;
}

/**
 * Makes a backup. Publishes, yanks and removals go on meanwhile; what comes after
 * its beginning is not in it.
 *
 * A missing or damaged crate file fails it: a backup that lacks something is
 * found out too late. When it throws, no file is left.
 *
 * @throws {Refusal} `backup_target_unusable`, `backup_running`,
 * `crate_file_missing`, `crate_file_damaged`, `backup_unusable` for the former
 * one, `git_failed`, `disk_full`, `permission_denied`, `index_busy`.
 */
export async function backup(
  parts: Parts,
  request: BackupRequest,
): Promise<MadeBackup> {
  await requireFree(request.path);
  const { since } = request;
  const former = since === null ? null : await readBackupFacts(since);
  const staging = parts.staging();
  const scratch = {
    database: staging.scratch("palletizer.db"),
    index: staging.scratch("index.bundle"),
    list: staging.scratch("crate-files"),
  };
  await using still = await Still.begin(
    parts,
    () => parts.people.copyTo(scratch.database),
  );
  try {
    const { tip } = still;
    await writeNewFile(scratch.index, packBundle(parts.git, tip));
    const entries = await entriesFor(parts, tip, since, former);
    const totals = await takeInventory(scratch.list, entries, parts.crates);
    still.indexIsRead();
    const facts: BackupFacts = {
      program: request.program,
      dataFormat: DATA_FORMAT,
      madeAt: toTimestamp(parts.clock.now()),
      tip,
      since: former?.tip ?? null,
      crateFiles: totals.count,
      crateFileBytes: totals.sizeBytes,
      database: await checksumOf(scratch.database),
      index: await checksumOf(scratch.index),
    };
    const files = filesOf(parts, facts, scratch);
    const sizeBytes = await write(request, files, parts.clock.now());
    return { tip, crateFiles: totals.count, sizeBytes };
  } finally {
    for (const path of Object.values(scratch)) await removeFile(path);
  }
}

async function requireFree(path: string): Promise<void> {
  const refuse = (problem: string) =>
    new Refusal("backup_target_unusable", { path, problem });
  // A link is something, too, also one to a disk that is not there.
  if (await fileFacts(path) !== null || keptPath(path) !== null) {
    throw refuse("there is a file already, and backups are never overwritten");
  }
  if (!(await fileFacts(dirname(path)))?.isFolder) {
    throw refuse("there is no such folder");
  }
}

async function entriesFor(
  parts: Parts,
  tip: string,
  since: string | null,
  former: BackupFacts | null,
): Promise<AsyncIterable<IndexEntry>> {
  if (former === null) return entriesAt(parts.git, tip);
  const entries = await entriesSince(parts, former.tip, tip);
  if (entries !== null) return entries;
  throw unusable(
    since ?? "",
    "its commit is not in this registry's index: make a backup without `--since`",
  );
}

async function* filesOf(
  { crates }: Parts,
  facts: BackupFacts,
  scratch: { database: string; index: string; list: string },
): AsyncGenerator<ArchiveFile> {
  const text = new TextEncoder().encode(encodeBackupJson(facts));
  yield { path: "backup.json", sizeBytes: text.length, pieces: [text] };
  for (
    const [path, file] of [
      ["palletizer.db", scratch.database],
      ["index.bundle", scratch.index],
    ] as const
  ) {
    const sizeBytes = (await fileFacts(file))?.sizeBytes ?? 0;
    yield { path, sizeBytes, pieces: readPieces(file) };
  }
  for await (const item of readInventory(scratch.list)) {
    const { sizeBytes } = item;
    const path = crateFilePath(item);
    yield { path, sizeBytes, pieces: checkedPieces(crates, item) };
  }
}

/** Under another name until it is whole; one that a killed backup left goes. */
async function write(
  { path, isCompressed }: BackupRequest,
  files: AsyncIterable<ArchiveFile>,
  modified: Date,
): Promise<number> {
  const part = `${path}.part`;
  await removeFile(part);
  const archive = writeTar(files, modified);
  try {
    await writeNewFile(part, isCompressed ? gzip(archive) : archive);
    await requireFree(path); // it took a while, and a rename asks nobody
    const sizeBytes = (await fileFacts(part))?.sizeBytes ?? 0;
    await renameFile(part, path);
    await fsyncFolder(dirname(path));
    return sizeBytes;
  } finally {
    await removeFile(part);
  }
}

function gzip(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const stream = ReadableStream.from(pieces) as ReadableStream<
    Uint8Array<ArrayBuffer>
  >;
  return stream.pipeThrough(new CompressionStream("gzip"));
}
