/**
 * Derived rows as of now: names, owners, dependents, search.
 *
 * @module
 */

import { isRefusal } from "../refusal.ts";
import type { Parts } from "./parts.ts";

/**
 * Takes in commits of other hands before derived rows are read. Where the folder
 * cannot be written just now, what is known already must do.
 */
export async function bringUpToDate(
  { index, derived, emit }: Pick<Parts, "index" | "derived" | "emit">,
): Promise<void> {
  try {
    if (await index.tip() !== lastCommit(derived)) {
      await index.underLock(async () => {});
    }
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
