/**
 * Care of the repository's packs, out of the writer's way.
 *
 * Every batch leaves a pack. Packs of a living `fast-import` carry a `.keep`
 * file and are left alone by a repack; what a killed one leaves behind is in
 * `left_over.ts`.
 *
 * @module
 */

import type { Git } from "./command.ts";
import { SQUASHED_REFS } from "./squash.ts";

/** With so many packs a repack pays. */
const PACKS_MAX = 48;

/**
 * Less than this beside the bitmapped pack, in bytes, is not worth to write all
 * packs anew: a clone of it costs nothing worth mentioning.
 */
const BESIDE_BYTES_MIN = 4 * 1024 * 1024;

/** So many times what lies beside it may the bitmapped pack be larger. */
const WHOLE_TO_BESIDE = 4;

/** What git ends with that is older than 2.32 and cannot repack by halves. */
const UNKNOWN_OPTION = 129;

/** How long a repack may take, in ms: nobody waits for it. */
const REPACK_MS_MAX = 3_600_000;

/**
 * A way to repack: `geometric` joins small packs and leaves a large one alone,
 * `full` writes everything that is reachable into one pack with a bitmap, by
 * which a clone costs a tenth of its work.
 */
export type Repack = "geometric" | "full";

interface Pack {
  name: string;
  sizeBytes: number;
  hasBitmap: boolean;
  isKept: boolean;
}

/** Which repack pays now; `null` when none does. */
export function repackNeeded(git: Git): Repack | null {
  const packs = packsOf(git);
  const whole = packs.find(({ hasBitmap }) => hasBitmap);
  // A kept pack stays where it is, so that it cannot make anybody repack.
  const beside = packs.filter((pack) => pack !== whole && !pack.isKept)
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (
    beside >= BESIDE_BYTES_MIN &&
    beside * WHOLE_TO_BESIDE > (whole?.sizeBytes ?? 0)
  ) return "full";
  return packs.length >= PACKS_MAX ? "geometric" : null;
}

/** Whether there are so many packs that joining small ones pays. */
export function hasManyPacks(git: Git): boolean {
  return packsOf(git).length >= PACKS_MAX;
}

/** What all packs take on disk, in bytes. */
export function packedBytes(git: Git): number {
  return packsOf(git).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/**
 * Repacks. Under the maintenance lock only; writers need not stand still.
 *
 * git deletes but packs that were there, and not kept, when it began; only then
 * does it look at the refs. What an importer writes is kept until the importer
 * has ended, and so until a ref leads to it; what it writes later was not there.
 * A reader that has a deleted pack open goes on reading it.
 */
export async function repack(git: Git, way: Repack): Promise<void> {
  if (way === "geometric") {
    const whole = packsOf(git).find(({ hasBitmap }) => hasBitmap);
    const keep = whole === undefined ? [] : [`--keep-pack=${whole.name}`];
    const args = ["repack", "-q", "-d", "--geometric=2", ...keep];
    const statuses = [0, UNKNOWN_OPTION];
    const { status } = await git.run(args, {
      ...{ statuses, msMax: REPACK_MS_MAX },
    });
    if (status === 0) return;
  }
  const args = ["repack", "-q", "-a", "-d", "--write-bitmap-index"];
  const islands = await hasSquashed(git) ? ISLANDS : { before: [], after: [] };
  await git.run([...islands.before, ...args, ...islands.after], {
    msMax: REPACK_MS_MAX,
  });
}

/**
 * Lets no object of the index be told as its difference from one of old history
 * alone: git would have to compute it anew for each clone.
 */
const ISLANDS = {
  before: ["-c", `pack.island=refs/(heads|${SQUASHED_REFS.slice(5)})/`],
  after: ["--delta-islands"],
};

async function hasSquashed(git: Git): Promise<boolean> {
  const args = ["for-each-ref", "--count=1", SQUASHED_REFS];
  return (await git.run(args)).stdout !== "";
}

function packsOf(git: Git): Pack[] {
  const folder = `${git.gitFolder}/objects/pack`;
  const names = new Set(Array.from(Deno.readDirSync(folder), (it) => it.name));
  return [...names].filter((name) => name.endsWith(".pack")).map((name) => {
    const stem = name.slice(0, -".pack".length);
    return {
      name,
      sizeBytes: sizeOf(`${folder}/${name}`),
      hasBitmap: names.has(`${stem}.bitmap`),
      isKept: names.has(`${stem}.keep`),
    };
  });
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0; // just repacked
    throw error;
  }
}
