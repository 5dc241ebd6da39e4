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
import { CatFile } from "../git/cat_file.ts";
import { Git, requireGit } from "../git/command.ts";
import {
  type DataPaths,
  dataPaths,
  makeDataFolder,
} from "../storage/data_folder.ts";
import { makeFolder } from "../storage/file_system.ts";
import { sizeOf } from "../storage/folder_walk.ts";
import { Generation } from "../storage/generation.ts";
import { Restoring } from "../storage/restoring.ts";
import { unusable } from "./archive.ts";
import { entriesAt } from "./copy.ts";
import { crateFilePath } from "./crate_path.ts";
import { Intake } from "./intake.ts";

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
  try {
    await using intake = new Intake({ paths, git, catFile });
    const { tip, madeAt } = await intake.takeNewest(newest);
    for (const path of former) await intake.takeFormer(path);
    await intake.finish();
    const versions = await requireCrateFiles(newest, paths, git, tip);
    return { madeAt, tip, versions };
  } finally {
    await catFile.close();
  }
}

/** Every version of the index has its crate file; each was checked on its way. */
async function requireCrateFiles(
  path: string,
  { folder }: DataPaths,
  git: Git,
  tip: string,
): Promise<number> {
  let count = 0;
  for await (const { name: crate, version } of entriesAt(git, tip)) {
    count++;
    const file = join(folder, crateFilePath({ crate, version }));
    if (sizeOf(file) !== null) continue;
    throw unusable(
      path,
      `the crate file of \`${crate}\` ${version} is not in it: name the backups that it was made \`--since\` before it, the oldest first`,
    );
  }
  return count;
}

/** Brings the database to this program's format. */
function openOnce(paths: DataPaths): void {
  using generation = Generation.open(paths.generation);
  using _people = PeopleDatabase.open(paths.people, generation);
}
