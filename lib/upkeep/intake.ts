/**
 * Takes the files of backups into a folder that is to become a data folder.
 *
 * Nothing in a backup is believed: every object of the index is checked, and
 * every crate file against the index. Nothing of it counts before all is there,
 * so files are brought to disk some at a time while others are written.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { PeopleDatabase } from "../database/people.ts";
import { unpackBundle } from "../git/bundle.ts";
import type { CatFile } from "../git/cat_file.ts";
import { GitFailure } from "../git/child.ts";
import type { Git } from "../git/command.ts";
import { largestFileBytes } from "../git/log.ts";
import { createRepository } from "../git/setup.ts";
import type { IndexEntry } from "../index/entry.ts";
import { isDiskFull, toRefusal } from "../index/git_tries.ts";
import { readIndexFileAt } from "../index/history.ts";
import type { IndexFile } from "../index/index_file.ts";
import { indexPath } from "../index/path.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { isRefusal, Refusal } from "../refusal.ts";
import type { StoredVersion } from "../storage/crate_store.ts";
import type { DataPaths } from "../storage/data_folder.ts";
import { removeFile } from "../storage/file_names.ts";
import { makeFolder } from "../storage/file_system.ts";
import { sizeOf } from "../storage/folder_walk.ts";
import { SyncLater } from "../storage/sync_later.ts";
import {
  Archive,
  type ArchivedFile,
  readArchive,
  readBackupFacts,
  unusable,
} from "./archive.ts";
import type { BackupFacts } from "./backup_json.ts";
import { writeSummed } from "./checksum_of.ts";
import { crateFilePath, versionAt } from "./crate_path.ts";

/** What backups are taken in with. */
export interface IntakeParts {
  /** Where everything goes. */
  readonly paths: DataPaths;
  /** The repository in it, not made yet. */
  readonly git: Git;
  /** Its reader. */
  readonly catFile: CatFile;
}

/** Takes in the files of backups, one after the other. */
export class Intake implements AsyncDisposable {
  readonly #parts: IntakeParts;
  readonly #syncs = new SyncLater();
  #tip = "";
  #crate: { path: string; file: IndexFile } | null = null;
  /** The folder that crate files were written to last. */
  #folder: string | null = null;

  /** @param parts of the folder that is to become a data folder. */
  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /**
   * Takes the database, the index, and the crate files that are there.
   *
   * @throws {Refusal} `backup_unusable`, `data_format_too_new`, `disk_full`.
   */
  async takeNewest(path: string): Promise<BackupFacts> {
    const { paths } = this.#parts;
    const archive = new Archive(path);
    try {
      const facts = await archive.facts();
      await archive.write("palletizer.db", paths.people, facts.database);
      requireSound(path, paths.people);
      const bundle = join(paths.tmp, "index.bundle");
      await archive.write("index.bundle", bundle, facts.index);
      await this.#takeIndex(path, bundle, facts.tip);
      for await (const file of archive.files) {
        await this.#takeCrateFile(path, file, true);
      }
      return facts;
    } finally {
      await archive.close();
    }
  }

  /**
   * Takes the crate files that the newest backup needs and has not.
   *
   * @throws {Refusal} `backup_unusable`, `disk_full`.
   */
  async takeFormer(path: string): Promise<void> {
    await readBackupFacts(path); // it is one
    for await (const file of readArchive(path)) {
      if (!file.path.startsWith("crates/")) continue;
      await this.#takeCrateFile(path, file, false);
    }
  }

  /**
   * Comes back when all crate files are on disk.
   *
   * @throws {Refusal} `disk_full`.
   */
  async finish(): Promise<void> {
    if (this.#folder !== null) await this.#syncs.add(this.#folder);
    await this.#syncs.add(this.#parts.paths.crates);
    await this.#syncs.finish();
  }

  /** Comes back when nothing is under way any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#syncs[Symbol.asyncDispose]();
  }

  async #takeIndex(path: string, bundle: string, tip: string): Promise<void> {
    const { git } = this.#parts;
    await createRepository(git);
    try {
      await unpackBundle(git, bundle, tip);
      const limit = DEFAULT_LIMITS.indexFileBytesMax;
      if (await largestFileBytes(git, tip) > limit) {
        throw unusable(path, "its index has a file that is too large");
      }
    } catch (error) {
      if (!(error instanceof GitFailure)) throw error;
      if (isDiskFull(error)) throw toRefusal(error);
      throw unusable(
        path,
        `its index is damaged (${error.facts.problem})`,
        error,
      );
    }
    await removeFile(bundle);
    this.#tip = tip;
  }

  async #takeCrateFile(
    path: string,
    file: ArchivedFile,
    isNewest: boolean,
  ): Promise<void> {
    const refuse = (problem: string) =>
      unusable(path, `\`${file.path.slice(0, 400)}\` ${problem}`);
    const named = versionAt(file.path);
    if (named === null) throw refuse("is no crate file's path");
    const entry = await this.#entryOf(named);
    if (entry === null && isNewest) throw refuse("is not in its index");
    if (entry === null) return; // removed since
    const target = join(this.#parts.paths.folder, crateFilePath(named));
    if (sizeOf(target) !== null) {
      if (isNewest) throw refuse("is there twice");
      return;
    }
    await this.#openFolder(dirname(target));
    const unsynced = { isSynced: false };
    const checksum = await writeSummed(target, file.pieces, unsynced);
    if (checksum !== entry.checksum) {
      throw refuse("has not the checksum that the index says");
    }
    await this.#syncs.add(target);
  }

  /** The names in the folder before are all that will be in it, most often. */
  async #openFolder(folder: string): Promise<void> {
    if (folder === this.#folder) return;
    if (this.#folder !== null) await this.#syncs.add(this.#folder);
    await makeFolder(folder);
    this.#folder = folder;
  }

  /** They come by crate, so the last index file is most often the next. */
  async #entryOf(
    { crate, version }: StoredVersion,
  ): Promise<IndexEntry | null> {
    const path = indexPath(crate);
    if (this.#crate?.path !== path) {
      const { catFile } = this.#parts;
      const file = await readIndexFileAt(catFile, this.#tip, path);
      this.#crate = { path, file };
    }
    const entry = this.#crate.file.find(version);
    return entry?.name === crate ? entry : null;
  }
}

function requireSound(path: string, database: string): void {
  try {
    PeopleDatabase.requireSound(database);
  } catch (error) {
    if (isRefusal(error, "data_format_too_new")) {
      throw new Refusal(error.code, { ...error.facts, path }, { cause: error });
    }
    if (!isRefusal(error, "database_unusable")) throw error;
    const { problem } = error.facts;
    throw unusable(path, `its palletizer.db cannot be used: ${problem}`, error);
  }
}
