/**
 * Care of the repository's packs, out of the writer's way.
 *
 * Every batch leaves a pack. Packs of a living `fast-import` carry a `.keep`
 * file and are left alone by a repack; a killed one leaves `.keep` files and
 * temporary packs behind, which are removed when they are older than any
 * importer lives.
 *
 * @module
 */

import type { Git } from "./command.ts";

/** With so many packs a repack pays. */
const PACKS_MAX = 48;

/** No importer lives longer than this, in ms. */
const IMPORTER_MS_MAX = 600_000;

/** Whether there are so many packs that a repack pays. */
export function needsRepack(git: Git): boolean {
  let packs = 0;
  for (const { name } of Deno.readDirSync(`${git.gitFolder}/objects/pack`)) {
    if (name.endsWith(".pack")) packs++;
  }
  return packs >= PACKS_MAX;
}

/** Joins small packs into larger ones. Under the maintenance lock only. */
export async function repack(git: Git): Promise<void> {
  await git.run(["repack", "--geometric=2", "-d", "-q"]);
}

/**
 * Removes what killed importers left. No lock is needed: nobody reads the reports
 * of their crashes, and the rest goes by age, so that no living importer loses
 * anything.
 *
 * @param now the present moment.
 */
export function removeLeftovers(git: Git, now: Date): void {
  for (const { name } of Deno.readDirSync(git.gitFolder)) {
    if (name.startsWith("fast_import_crash_")) {
      removeIfThere(`${git.gitFolder}/${name}`);
    }
  }
  const packs = `${git.gitFolder}/objects/pack`;
  for (const { name } of Deno.readDirSync(packs)) {
    if (!/^\.?tmp[_-]|\.keep$/.test(name)) continue;
    const path = `${packs}/${name}`;
    if (now.getTime() - modifiedMs(path, now) > IMPORTER_MS_MAX) {
      removeIfThere(path);
    }
  }
}

function modifiedMs(path: string, now: Date): number {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? now.getTime();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return now.getTime(); // just removed by its owner
    throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
