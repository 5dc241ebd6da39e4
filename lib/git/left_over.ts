/**
 * What gits that were killed left behind in a repository.
 *
 * By age, so that nothing of a living git is among it: no importer lives longer
 * than ten minutes, and no git holds a lock for so long.
 *
 * @module
 */

import type { Git } from "./command.ts";

/** What is older than this is left over, in ms. */
const LEFT_OVER_MS = 600_000;

const FOLDERS = [".", "refs", "refs/heads", "objects/pack"] as const;

/** Packs that were being written, and the marks of those that were not to go. */
const OF_IMPORTERS = /^\.?tmp[_-]|\.keep$/;

/** The same, locks, and reports of crashes. */
const LEFT_OVER = new RegExp(
  `\\.lock$|^fast_import_crash_|${OF_IMPORTERS.source}`,
);

/**
 * The paths of all that was left, below the repository.
 *
 * @param now the present moment.
 */
export function listLeftOver(git: Git, now: Date): string[] {
  return FOLDERS.flatMap((folder) =>
    namesIn(`${git.gitFolder}/${folder}`)
      .filter((name) => LEFT_OVER.test(name))
      .map((name) => folder === "." ? name : `${folder}/${name}`)
      .filter((path) => isOld(`${git.gitFolder}/${path}`, now))
  ).sort();
}

/** Removes one of them, if it is still there and still as old. */
export function removeLeftOver(git: Git, path: string, now: Date): void {
  if (listLeftOver(git, now).includes(path)) {
    Deno.removeSync(`${git.gitFolder}/${path}`);
  }
}

/**
 * Removes what killed importers left; locks are left to those who wait for them.
 * No lock is needed: nobody reads the reports of their crashes, which go at any
 * age.
 *
 * @param now the present moment.
 */
export function removeImporterLeftOvers(git: Git, now: Date): void {
  for (const name of namesIn(git.gitFolder)) {
    if (name.startsWith("fast_import_crash_")) {
      removeIfThere(`${git.gitFolder}/${name}`);
    }
  }
  const packs = `${git.gitFolder}/objects/pack`;
  for (const name of namesIn(packs)) {
    const path = `${packs}/${name}`;
    if (OF_IMPORTERS.test(name) && isOld(path, now)) removeIfThere(path);
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return []; // told by others
    throw error;
  }
}

function isOld(path: string, now: Date): boolean {
  try {
    const { isFile, mtime } = Deno.lstatSync(path);
    return isFile && mtime !== null &&
      now.getTime() - mtime.getTime() > LEFT_OVER_MS;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false; // just removed
    throw error;
  }
}
