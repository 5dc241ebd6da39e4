/**
 * Crate files on their way in: `tmp/` of the data folder.
 *
 * Each process has a folder of its own in it, locked as long as the process
 * lives. A file lies there under a number while it is being read and checked;
 * then it is named after its crate and version. That name is a record: whoever
 * finds it in a dead process's folder knows which crate file may have been
 * linked without having been published.
 *
 * Names in `tmp/` are not fsynced. Journaling file systems keep the order in
 * which names were made, so that one fsync of the link makes the record durable
 * too; should a record be lost all the same, a file is left over that no index
 * line names, and its version can be published as ever.
 *
 * @module
 */

import { join } from "node:path";
import { type Checksum, ChecksumStream } from "../crate/checksum.ts";
import type { CrateName } from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import type { Limits } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { type CrateStore, toStoredVersion } from "./crate_store.ts";
import {
  listFolder,
  removeFile,
  removeFolder,
  renameFile,
} from "./file_names.ts";
import {
  isThere,
  makeFreshFolder,
  readPieces,
  writeNewFile,
} from "./file_system.ts";
import { FolderLock } from "./folder_lock.ts";

/** How often to look for a folder that no sweep takes before it is locked. */
const FOLDER_TRIES_MAX = 10;

/** A crate file in `tmp/`. */
export interface StagedCrateFile {
  /** Where it is. */
  readonly path: string;
  /** SHA-256 of all of it. */
  readonly checksum: Checksum;
  /** Its size in bytes. */
  readonly sizeBytes: number;
  /** Reads it from its beginning, in pieces of up to 64 KiB. */
  read(): AsyncIterable<Uint8Array>;
}

/**
 * A staged file whose name says which version it is: what a store takes, so
 * that nothing is stored without a record.
 */
export interface NamedCrateFile extends StagedCrateFile {
  /** The crate. */
  readonly crate: CrateName;
  /** The version. */
  readonly version: CrateVersion;
}

/** A process's own folder in `tmp/`. */
export class Staging implements AsyncDisposable {
  readonly #tmpFolder: string;
  #folder: string;
  #lock: FolderLock;
  #count = 0;

  private constructor(tmpFolder: string) {
    this.#tmpFolder = tmpFolder;
    ({ folder: this.#folder, lock: this.#lock } = makeLockedFolder(tmpFolder));
  }

  /** Makes a folder in `tmp/` and locks it. */
  static open(tmpFolder: string): Staging {
    return new Staging(tmpFolder);
  }

  /**
   * Takes in a crate file as it arrives; when this returns its contents are on
   * disk. When it throws, or the pieces do, nothing is left.
   *
   * @throws {Refusal} `crate_file_too_large` as soon as that is known, with the
   * size that had arrived by then; `disk_full`.
   */
  async stage(
    pieces: AsyncIterable<Uint8Array>,
    limits: Pick<Limits, "crateFileBytesMax">,
  ): Promise<StagedCrateFile> {
    const path = join(this.#place(), String(++this.#count));
    const hash = new ChecksumStream();
    let sizeBytes = 0;
    async function* counted() {
      for await (const piece of pieces) {
        sizeBytes += piece.length;
        requireSize(sizeBytes, limits.crateFileBytesMax);
        hash.update(piece);
        yield piece;
      }
    }
    await writeNewFile(path, counted());
    return toStaged(path, hash.finish(), sizeBytes);
  }

  /**
   * Names a staged file after its version, which {@linkcode CrateStore.put}
   * asks for. The file that was handed in is void from then on.
   */
  async name(
    staged: StagedCrateFile,
    crate: CrateName,
    version: CrateVersion,
  ): Promise<NamedCrateFile> {
    const path = `${staged.path}~${crate}~${version}.crate`;
    await renameFile(staged.path, path);
    const { checksum, sizeBytes } = staged;
    return { ...toStaged(path, checksum, sizeBytes), crate, version };
  }

  /** Removes a staged file, named or not, and with it the record. */
  async discard(staged: StagedCrateFile): Promise<void> {
    await removeFile(staged.path);
  }

  /**
   * A path in the folder for a file that is no crate file and nobody's record:
   * gone with this process, however it ends.
   */
  scratch(name: string): string {
    return join(this.#place(), name);
  }

  /** The folder; made anew when somebody emptied `tmp/` by hand. */
  #place(): string {
    if (isThere(this.#folder)) return this.#folder;
    this.#lock.close();
    ({ folder: this.#folder, lock: this.#lock } = makeLockedFolder(
      this.#tmpFolder,
    ));
    return this.#folder;
  }

  /** Removes the folder with all that is staged. */
  async close(): Promise<void> {
    await removeFolder(this.#folder);
    this.#lock.close();
  }

  /** The same as {@linkcode Staging.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Makes a folder in `tmp/` that no sweep takes. */
function makeLockedFolder(
  tmpFolder: string,
): { folder: string; lock: FolderLock } {
  for (let tries = 0; tries < FOLDER_TRIES_MAX; tries++) {
    const folder = makeFreshFolder(tmpFolder, `${Deno.pid}-`);
    // A sweep may see the folder first, and take it for a dead one's.
    const lock = FolderLock.tryAcquire(folder);
    if (lock !== null) return { folder, lock };
  }
  throw new Error(`${FOLDER_TRIES_MAX} new folders were swept in a row`);
}

/** What a sweep asks about the versions that dead processes had staged. */
export interface SweepQuestions {
  /** Whether the index has the version. */
  isPublished(
    crate: CrateName,
    version: CrateVersion,
  ): boolean | Promise<boolean>;
  /** The store to which the files may have been linked. */
  readonly crates: CrateStore;
}

/**
 * Removes the folders that dead processes left in `tmp/`, and the crate files
 * that they linked and did not live to publish.
 *
 * To be called under the registry's write lock, with the index at its tip.
 *
 * @returns how many folders were removed; those in use are not touched.
 */
export async function sweepDead(
  tmpFolder: string,
  questions: SweepQuestions,
): Promise<number> {
  let count = 0;
  for (const name of await listFolder(tmpFolder)) {
    const folder = join(tmpFolder, name);
    using lock = FolderLock.tryAcquire(folder);
    if (lock === null) continue;
    for (const fileName of await listFolder(folder)) {
      await takeBackUnpublished(join(folder, fileName), questions);
    }
    await removeFolder(folder);
    count++;
  }
  return count;
}

async function takeBackUnpublished(
  path: string,
  { crates, isPublished }: SweepQuestions,
): Promise<void> {
  const record = /~([^~/]+)~([^~/]+)\.crate$/.exec(path);
  if (record === null) return;
  const [, name = "", text = ""] = record;
  const named = toStoredVersion(name, text);
  if (named === null) return;
  const { crate, version } = named;
  if (await isPublished(crate, version)) return;
  await crates.takeBack({ path, crate, version });
}

function toStaged(
  path: string,
  checksum: Checksum,
  sizeBytes: number,
): StagedCrateFile {
  return { path, checksum, sizeBytes, read: () => readPieces(path) };
}

function requireSize(sizeBytes: number, limitBytes: number): void {
  if (sizeBytes <= limitBytes) return;
  throw new Refusal("crate_file_too_large", {
    size_bytes: sizeBytes,
    limit_bytes: limitBytes,
  });
}
