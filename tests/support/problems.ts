/**
 * What is wrong with a configuration.
 *
 * @module
 */

import { type ConfigProblem, ConfigProblems } from "../../lib/mod.ts";
import { assertTrue } from "./assert.ts";

/** The problems with which a reading of a configuration fails; none if it does not. */
export function problemsOf(read: () => unknown): readonly ConfigProblem[] {
  try {
    read();
  } catch (error) {
    assertTrue(error instanceof ConfigProblems, String(error));
    return error.problems;
  }
  return [];
}

/** Their keys. */
export function wrongKeys(read: () => unknown): (string | null)[] {
  return problemsOf(read).map(({ keyPath }) => keyPath);
}
