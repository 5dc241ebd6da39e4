/**
 * Reads a backup file: an archive of files, compressed or not. Nothing in it is
 * believed; what a file is for is known to `restore.ts`.
 *
 * @module
 */

import type { Checksum } from "../crate/checksum.ts";
import { inflateGzip } from "../crate/gzip.ts";
import { readTar, type TarEntry } from "../crate/tar.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { isRefusal, Refusal } from "../refusal.ts";
import { fileFacts, readPieces, readRange } from "../storage/file_system.ts";
import {
  BACKUP_JSON_BYTES_MAX,
  type BackupFacts,
  parseBackupJson,
} from "./backup_json.ts";
import { writeSummed } from "./checksum_of.ts";

/** A file of an archive. */
export interface ArchivedFile {
  /** Its path, not yet checked. */
  readonly path: string;
  /** How long it is, in bytes. */
  readonly sizeBytes: number;
  /** Its contents; passed over where they are not read to their end. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/**
 * The files of an archive, in their order.
 *
 * @param path of the archive.
 * @throws {Refusal} `backup_unusable`, also behind the last file: what was read
 * is to be believed only when there is nothing more; `permission_denied`.
 */
export async function* readArchive(
  path: string,
): AsyncGenerator<ArchivedFile> {
  const parts = readParts(path);
  try {
    for (;;) {
      const { done, value } = await parts.next();
      if (done) return;
      const entry = requireFile(path, value);
      const pieces = contentsOf(entry, parts);
      const { sizeBytes } = entry;
      yield { path: new TextDecoder().decode(entry.path), sizeBytes, pieces };
      for await (const _ of pieces); // what was not read
    }
  } finally {
    await parts.return(undefined);
  }
}

/**
 * What a backup says of itself.
 *
 * @throws {Refusal} `backup_unusable`, `permission_denied`.
 */
export async function readBackupFacts(path: string): Promise<BackupFacts> {
  for await (const file of readArchive(path)) {
    return await readFactsIn(path, file);
  }
  throw unusable(path, "it is empty");
}

/** Reads what must be the first file of a backup. */
async function readFactsIn(
  path: string,
  file: ArchivedFile,
): Promise<BackupFacts> {
  const { path: name, sizeBytes, pieces } = file;
  if (name !== "backup.json" || sizeBytes > BACKUP_JSON_BYTES_MAX) {
    throw unusable(path, "it was not made by `palletizer backup`");
  }
  let text = "";
  const decoder = new TextDecoder();
  for await (const piece of pieces) {
    text += decoder.decode(piece, { stream: true });
  }
  const facts = parseBackupJson(text);
  if (typeof facts === "string") throw unusable(path, facts);
  return facts;
}

/** The files of a backup in the order in which they must come. */
export class Archive {
  readonly #path: string;

  /** Those that have not been read. */
  readonly files: AsyncGenerator<ArchivedFile>;

  /** @param path of the backup. */
  constructor(path: string) {
    this.#path = path;
    this.files = readArchive(path);
  }

  /** What it says of itself, in its first file. */
  async facts(): Promise<BackupFacts> {
    const { done, value } = await this.files.next();
    if (done) throw unusable(this.#path, "it is empty");
    return await readFactsIn(this.#path, value);
  }

  /** Writes the next file, which must be this one, to its place. */
  async write(name: string, to: string, checksum: Checksum): Promise<void> {
    const { done, value } = await this.files.next();
    if (done || value.path !== name) {
      throw unusable(this.#path, `it has no ${name}`);
    }
    if (await writeSummed(to, value.pieces) === checksum) return;
    throw unusable(this.#path, `its ${name} is damaged`);
  }

  /** Lets go of the file, read to its end or not. */
  async close(): Promise<void> {
    await this.files.return(undefined);
  }
}

/** What is wrong with a backup, as a refusal. */
export function unusable(
  path: string,
  problem: string,
  cause?: unknown,
): Refusal {
  return new Refusal("backup_unusable", { path, problem }, { cause });
}

/** Entries, and the contents of each. */
async function* readParts(
  path: string,
): AsyncGenerator<TarEntry | Uint8Array> {
  const facts = await fileFacts(path);
  if (facts === null) throw unusable(path, "there is no such file");
  if (facts.isFolder) throw unusable(path, "it is a folder");
  try {
    yield* readTar(await openArchive(path), DEFAULT_LIMITS);
  } catch (error) {
    throw translate(path, error);
  }
}

/** By what the file begins with: people rename files. */
async function openArchive(path: string): Promise<AsyncIterable<Uint8Array>> {
  const [first, second] = await readRange(path, { start: 0, end: 2 }) ?? [];
  const isGzip = first === 0x1f && second === 0x8b;
  return isGzip ? inflateGzip(readPieces(path)) : readPieces(path);
}

function requireFile(path: string, value: TarEntry | Uint8Array): TarEntry {
  if (value instanceof Uint8Array) throw new Error("contents of no file");
  if (value.kind === "file") return value;
  throw unusable(path, "there is a folder in it");
}

/** One at a time: whoever reads stops at the end of the file. */
function contentsOf(
  { sizeBytes }: TarEntry,
  parts: AsyncGenerator<TarEntry | Uint8Array>,
): AsyncIterable<Uint8Array> {
  let left = sizeBytes;
  return {
    async *[Symbol.asyncIterator]() {
      while (left > 0) {
        const { done, value } = await parts.next();
        if (done || !(value instanceof Uint8Array)) {
          throw new Error("contents of a file are missing");
        }
        left -= value.length;
        yield value;
      }
    },
  };
}

/** The reader of crate files speaks of crate files. */
function translate(path: string, error: unknown): unknown {
  if (isRefusal(error, "crate_file_malformed")) {
    return unusable(path, error.facts.problem, error);
  }
  if (isRefusal(error, "crate_file_entry_refused")) {
    return unusable(path, error.facts.reason, error);
  }
  return error;
}
