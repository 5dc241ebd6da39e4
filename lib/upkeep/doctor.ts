/**
 * The doctor: checks a whole registry on its data folder, beside a running
 * server or not, and tells what it finds.
 *
 * A check is a file in `checks/`. None of them changes anything: what mends a
 * finding is in `repair.ts`.
 *
 * @module
 */

import type { RegistryConfig } from "../config/registry_config.ts";
import { requireGit } from "../git/command.ts";
import { isRefusal } from "../refusal.ts";
import { requireDataFolder } from "../storage/data_folder.ts";
import { checkConfigJson } from "./checks/config_json.ts";
import { checkCrates } from "./checks/crates.ts";
import { checkDatabases } from "./checks/databases.ts";
import { checkFreeSpace } from "./checks/free_space.ts";
import { checkModes } from "./checks/modes.ts";
import { checkUsers } from "./checks/people_rows.ts";
import { checkRepository } from "./checks/repository.ts";
import { checkRowsFollow } from "./checks/rows_follow.ts";
import { checkTmpFolders } from "./checks/tmp_folders.ts";
import { type Finding, toFinding } from "./finding.ts";
import {
  type ExamineOptions,
  type ExamineParts,
  openExamineParts,
} from "./parts.ts";
import { repair } from "./repair.ts";
import { toTrouble } from "./trouble.ts";

type Check = (parts: ExamineParts) => AsyncIterable<Finding>;

/** Checks that are made together: what they find is mended when all have looked. */
interface Group {
  readonly checks: readonly Check[];
  /** Whether they need a repository that git can read. */
  readonly needsIndex: boolean;
}

/** In an order in which what one mends lets the next look at more. */
const GROUPS: readonly Group[] = [
  { checks: [checkModes], needsIndex: false },
  { checks: [checkFreeSpace, checkRepository], needsIndex: false },
  {
    checks: [checkDatabases, checkUsers, checkTmpFolders],
    needsIndex: false,
  },
  { checks: [checkRowsFollow, checkConfigJson], needsIndex: true },
  { checks: [checkCrates], needsIndex: true },
];

/**
 * Checks a whole registry.
 *
 * It takes time in proportion to the registry, memory for the names of its
 * crates, and the write lock for moments only: others go on publishing. What
 * they do meanwhile is no finding. Damage of any part is one, and the other
 * parts are checked all the same.
 *
 * @returns what is wrong, as it becomes known.
 * @throws {Refusal} `git_missing`, `git_too_old`, `data_folder_missing`,
 * `data_folder_foreign`; `index_busy` when the write lock cannot be had.
 */
export async function* examineRegistry(
  config: RegistryConfig,
  options: ExamineOptions = {},
): AsyncIterable<Finding> {
  await requireGit();
  await requireDataFolder(config.dataFolder);
  await using parts = openExamineParts(config, options);
  let isReadable = true;
  for (const { checks, needsIndex } of GROUPS) {
    if (needsIndex && !isReadable) return;
    const found: Finding[] = [];
    for await (const finding of runChecks(checks, parts)) {
      if (finding.code === "index_repository_unusable") isReadable = false;
      if (options.isRepair) found.push(finding);
      else yield finding;
    }
    for (const finding of found) yield await repair(parts, finding);
  }
}

async function* runChecks(
  checks: readonly Check[],
  parts: ExamineParts,
): AsyncIterable<Finding> {
  for (const check of checks) yield* runCheck(check, parts);
}

/** What keeps one check from its work keeps no other from it. */
async function* runCheck(
  check: Check,
  parts: ExamineParts,
): AsyncIterable<Finding> {
  try {
    yield* check(parts);
  } catch (error) {
    const problem = toTrouble(error);
    if (problem === null || isRefusal(error, "index_busy")) throw error;
    yield toFinding("check_failed", { check: check.name, problem });
  }
}
