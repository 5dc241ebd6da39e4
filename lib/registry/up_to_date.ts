/**
 * Derived rows as of now: names, owners, dependents, search.
 *
 * @module
 */

import { isRefusal } from "../refusal.ts";
import type { Parts } from "./parts.ts";

/** How long a reader waits for rows to be brought up to date, in ms. */
const PATIENCE_MS = 1000;

/** The pass that is under way for an index: all readers wait for the same one. */
const PASSES = new WeakMap<Parts["index"], Promise<void>>();

/**
 * Takes in commits of other hands before derived rows are read. Where the folder
 * cannot be written just now, or another process holds the lock for long, what
 * is known already must do.
 */
export async function bringUpToDate(
  parts: Pick<Parts, "index" | "derived" | "emit">,
): Promise<void> {
  const { index, derived } = parts;
  if (await index.tip() === lastCommit(derived)) return;
  let pass = PASSES.get(index);
  if (pass === undefined) {
    pass = catchUp(parts).finally(() => PASSES.delete(index));
    PASSES.set(index, pass);
  }
  const patience = Promise.withResolvers<void>();
  const timer = setTimeout(patience.resolve, PATIENCE_MS);
  await Promise.race([pass, patience.promise]);
  clearTimeout(timer);
}

async function catchUp(
  { index, emit }: Pick<Parts, "index" | "emit">,
): Promise<void> {
  try {
    await index.underLock(() => {});
  } catch (error) {
    if (!isRefusal(error)) throw error;
    emit({ kind: "background_failed", error });
  }
}

/** A database that turns out to be damaged is made anew: it has seen nothing. */
function lastCommit(derived: Parts["derived"]): string | null {
  try {
    return derived.lastCommit();
  } catch (error) {
    if (!isRefusal(error, "database_unusable")) throw error;
    return null;
  }
}
