/**
 * Mends what can be mended without losing anything.
 *
 * What is to be changed is looked at once more under the write lock, for a
 * process may have changed or mended it meanwhile.
 *
 * @module
 */

import { join } from "node:path";
import { DerivedDatabase } from "../database/derived.ts";
import { DerivedInspection } from "../database/inspection.ts";
import { PeopleDatabase } from "../database/people.ts";
import { removeLeftOver } from "../git/left_over.ts";
import { requireRepository } from "../git/setup.ts";
import { initRegistry, openRegistry } from "../open.ts";
import { Refusal } from "../refusal.ts";
import { removeEmptyFolder, removeFile } from "../storage/file_names.ts";
import { closeToOthers, keptPath } from "../storage/folder_walk.ts";
import { Generation } from "../storage/generation.ts";
import { moveAside } from "../storage/lost_and_found.ts";
import { readPostponed } from "../storage/postponed_deletions.ts";
import { isInIndexAs } from "./checks/crate_files.ts";
import { crateFilePath, versionAt } from "./crate_path.ts";
import { type Finding, isFinding } from "./finding.ts";
import type { ExamineParts } from "./parts.ts";
import { toTrouble } from "./trouble.ts";

/**
 * Mends a finding, if that can be.
 *
 * @returns the finding with what became of it.
 */
export async function repair(
  parts: ExamineParts,
  finding: Finding,
): Promise<Finding> {
  if (!finding.isMendable) return finding;
  try {
    await mend(parts, finding);
    return { ...finding, outcome: "mended" };
  } catch (error) {
    const trouble = toTrouble(error);
    if (trouble === null) throw error;
    return { ...finding, outcome: "not_mended", trouble };
  }
}

async function mend(parts: ExamineParts, finding: Finding): Promise<void> {
  const { config, git, clock } = parts;
  if (isFinding(finding, "mode_open") || isFinding(finding, "mode_closed")) {
    const kept = keptPath(join(config.dataFolder, finding.facts.path));
    if (kept !== null) await closeToOthers(kept);
    return;
  }
  if (isFinding(finding, "git_left_over")) {
    const path = finding.facts.path.replace(/^index\.git\//, "");
    return await parts.underLock(() =>
      Promise.resolve(removeLeftOver(git, path, clock.now()))
    );
  }
  if (isFinding(finding, "empty_folder")) {
    const path = join(config.dataFolder, finding.facts.path);
    await parts.underLock(() => removeEmptyFolder(path));
    return;
  }
  if (isFinding(finding, "crate_file_orphan")) {
    return await moveOrphan(parts, finding.facts.path);
  }
  switch (finding.code) {
    case "git_setting_unsafe":
    case "git_setting_changed":
      return await requireRepository(git);
    case "owner_unknown":
    case "token_of_nobody":
      return removeRowsOfNobody(parts);
    case "tmp_left":
    case "rows_behind":
      return await catchUp(parts);
    case "config_json_missing":
    case "config_json_differs":
      requirePeople(parts);
      return await initRegistry(config, { clock });
    case "derived_missing":
    case "derived_damaged":
    case "derived_row_wrong":
    case "derived_rows_stray":
      return await rebuildDerived(parts, finding);
    default:
      throw new Error(`nothing mends ${finding.code}`);
  }
}

/**
 * Moves a crate file aside that no line names. The sweep, which knows of crate
 * files of dead processes, comes first; and so does, as often as one dies with
 * the lock, the end of what its git might still do: make the line.
 */
async function moveOrphan(parts: ExamineParts, path: string): Promise<void> {
  const { config } = parts;
  const named = versionAt(path);
  if (named === null) return;
  const move = () =>
    parts.underLock(async (tip, holderDied) => {
      if (holderDied) return false;
      if (await isInIndexAs(parts, tip, named)) return true;
      const waiting = await readPostponed(parts.paths.postponed) ?? [];
      const isWaiting = waiting.some((it) => crateFilePath(it) === path);
      if (isWaiting) return true; // a copy is made of it
      if (keptPath(join(config.dataFolder, path)) === null) return true;
      await moveAside(config.dataFolder, path);
      await removeEmptyFolder(join(config.dataFolder, "crates", named.crate));
      return true;
    });
  while (!await move()) await catchUp(parts);
}

function removeRowsOfNobody({ paths }: ExamineParts): void {
  using generation = Generation.open(paths.generation);
  using people = PeopleDatabase.open(paths.people, generation);
  people.transaction(() => {
    people.removeUnknownOwners();
    people.tokens.removeOfNobody();
  });
}

/** Takes in all commits, and sweeps, as the first change of every process does. */
async function catchUp(parts: ExamineParts): Promise<void> {
  requirePeople(parts);
  const { config, clock } = parts;
  await using registry = await openRegistry(config, { clock });
  await registry.catchUp();
}

/** A registry that is opened makes what is missing: an empty palletizer.db too. */
function requirePeople({ people, paths }: ExamineParts): void {
  if (people !== null) return;
  const problem = "it has to be whole before this can be mended";
  throw new Refusal("database_unusable", { path: paths.people, problem });
}

async function rebuildDerived(
  parts: ExamineParts,
  finding: Finding,
): Promise<void> {
  requirePeople(parts);
  if (parts.isDerivedNew) return;
  const path = parts.paths.derived;
  await parts.underLock(async () => {
    if (finding.code === "derived_damaged") {
      // The log first: SQLite would write it into a new file of this name.
      for (const end of ["-wal", "-shm", ""]) await removeFile(path + end);
    }
    using derived = DerivedDatabase.open(path);
    derived.clear();
  });
  await catchUp(parts);
  parts.derived ??= DerivedInspection.open(path);
  parts.isDerivedNew = true;
}
