/**
 * A registry made again of a backup.
 *
 * Nothing in a backup is believed: its files are put into a folder that is no
 * registry yet, every object of the index and every crate file that the index
 * names is checked, and only then does the folder become the data folder.
 *
 * @module
 */

import { join } from "node:path";
import type { RegistryConfig } from "../config/registry_config.ts";
import { PeopleDatabase } from "../database/people.ts";
import { unpackBundle } from "../git/bundle.ts";
import { CatFile } from "../git/cat_file.ts";
import { GitFailure } from "../git/child.ts";
import { Git, requireGit } from "../git/command.ts";
import { largestFileBytes } from "../git/log.ts";
import { createRepository } from "../git/setup.ts";
import type { IndexEntry } from "../index/entry.ts";
import { isDiskFull, toRefusal } from "../index/git_tries.ts";
import { readIndexFileAt } from "../index/history.ts";
import type { IndexFile } from "../index/index_file.ts";
import { indexPath } from "../index/path.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { isRefusal, Refusal } from "../refusal.ts";
import {
  type CrateStore,
  type StoredVersion,
  toStoredVersion,
} from "../storage/crate_store.ts";
import {
  type DataPaths,
  dataPaths,
  makeDataFolder,
} from "../storage/data_folder.ts";
import { FileCrateStore } from "../storage/file_crate_store.ts";
import { removeFile } from "../storage/file_names.ts";
import { makeFolder } from "../storage/file_system.ts";
import { Generation } from "../storage/generation.ts";
import { Restoring } from "../storage/restoring.ts";
import { Staging } from "../storage/staging.ts";
import {
  Archive,
  type ArchivedFile,
  readArchive,
  readBackupFacts,
  unusable,
} from "./archive.ts";
import type { BackupFacts } from "./backup_json.ts";
import { entriesAt } from "./copy.ts";

/** What to restore. */
export interface RestoreRequest {
  /**
   * The backup, an absolute path; before it the former ones that it builds on,
   * the oldest first.
   */
  readonly paths: readonly string[];
}

/** A registry that was restored. */
export interface Restored {
  /** When the backup was made, as it says. */
  readonly madeAt: string;
  /** The commit at the tip of the index. */
  readonly tip: string;
  /** How many versions there are. */
  readonly versions: number;
}

/**
 * Makes the registry of a configuration from a backup. The data folder must be
 * missing or empty, and is so again when this throws.
 *
 * @throws {Refusal} `data_folder_not_empty`, `restore_unfinished` when another
 * process restores, `backup_unusable`, `data_format_too_new`, `git_missing`,
 * `git_too_old`, `data_folder_foreign`, `disk_full`, `permission_denied`.
 */
export async function restoreRegistry(
  config: RegistryConfig,
  { paths }: RestoreRequest,
): Promise<Restored> {
  await requireGit();
  const newest = paths.at(-1);
  if (newest === undefined) throw new Error("no backup is named");
  await using restoring = await Restoring.begin(config.dataFolder);
  await makeDataFolder(restoring.folder);
  const inside = dataPaths(restoring.folder);
  const restored = await restoreInto(inside, newest, paths.slice(0, -1));
  openOnce(inside);
  await restoring.finish();
  return restored;
}

async function restoreInto(
  paths: DataPaths,
  newest: string,
  former: readonly string[],
): Promise<Restored> {
  await makeFolder(paths.index);
  const git = new Git(paths.index);
  const catFile = new CatFile(git);
  const staging = Staging.open(paths.tmp);
  try {
    const crates = new FileCrateStore(paths.crates);
    const intake = new Intake({ paths, git, catFile, staging, crates });
    const { tip, madeAt } = await intake.takeNewest(newest);
    for (const path of former) await intake.takeFormer(path);
    const versions = await requireCrateFiles(newest, crates, {
      git,
      catFile,
      tip,
    });
    return { madeAt, tip, versions };
  } finally {
    await staging.close();
    await catFile.close();
  }
}

interface IntakeParts {
  readonly paths: DataPaths;
  readonly git: Git;
  readonly catFile: CatFile;
  readonly staging: Staging;
  readonly crates: CrateStore;
}

/** Takes in the files of backups, one after the other. */
class Intake {
  readonly #parts: IntakeParts;
  #tip = "";
  #crate: { path: string; file: IndexFile } | null = null;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Takes the database, the index, and the crate files that are there. */
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

  /** Takes the crate files that the newest backup needs and has not. */
  async takeFormer(path: string): Promise<void> {
    await readBackupFacts(path); // it is one
    for await (const file of readArchive(path)) {
      if (!file.path.startsWith("crates/")) continue;
      await this.#takeCrateFile(path, file, false);
    }
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
    const { crates, staging } = this.#parts;
    const refuse = (problem: string) =>
      unusable(path, `\`${file.path.slice(0, 400)}\` ${problem}`);
    const named = versionAt(file.path);
    if (named === null) throw refuse("is no crate file's path");
    const { crate, version } = named;
    const entry = await this.#entryOf(named);
    if (entry === null && isNewest) throw refuse("is not in its index");
    if (entry === null) return; // removed since
    if (await crates.stat(crate, version) !== null) {
      if (isNewest) throw refuse("is there twice");
      return;
    }
    const sizes = { crateFileBytesMax: file.sizeBytes };
    const staged = await staging.stage(file.pieces, sizes);
    if (staged.checksum !== entry.checksum) {
      throw refuse("has not the checksum that the index says");
    }
    const stored = await staging.name(staged, crate, version);
    await crates.put(stored);
    await staging.discard(stored);
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

/** The version whose crate file lies at a path; `null` for all other paths. */
function versionAt(path: string): StoredVersion | null {
  const [top, crate = "", file = "", ...more] = path.split("/");
  const [start, end] = [`${crate}-`, ".crate"];
  if (top !== "crates" || more.length > 0) return null;
  if (!file.startsWith(start) || !file.endsWith(end)) return null;
  return toStoredVersion(crate, file.slice(start.length, -end.length));
}

/** Every version of the index has its crate file; each was checked on its way. */
async function requireCrateFiles(
  path: string,
  crates: CrateStore,
  { tip, ...readers }: { git: Git; catFile: CatFile; tip: string },
): Promise<number> {
  let count = 0;
  for await (const { name, version } of entriesAt(readers, tip)) {
    count++;
    if (await crates.stat(name, version) !== null) continue;
    throw unusable(
      path,
      `the crate file of \`${name}\` ${version} is not in it: name the backups that it was made \`--since\` before it, the oldest first`,
    );
  }
  return count;
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

/** Brings the database to this program's format. */
function openOnce(paths: DataPaths): void {
  using generation = Generation.open(paths.generation);
  using _people = PeopleDatabase.open(paths.people, generation);
}
