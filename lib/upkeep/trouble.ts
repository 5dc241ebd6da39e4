/**
 * What keeps a check or a repair from its work, told apart from bugs.
 *
 * Pure.
 *
 * @module
 */

import { GitFailure } from "../git/child.ts";
import { isRefusal } from "../refusal.ts";

/**
 * An error of git, of a database or of the operating system, in words; `null`
 * for a bug.
 */
export function toTrouble(error: unknown): string | null {
  if (isRefusal(error, "database_unusable")) return error.facts.problem;
  if (isRefusal(error) || error instanceof GitFailure) return error.message;
  const isOfSystem = error instanceof Error && "code" in error &&
    /^E[A-Z]+$/.test(String(error.code));
  return isOfSystem ? error.message : null;
}
