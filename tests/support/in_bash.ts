/**
 * Lines of bash in which `palletizer` is the program itself: for pipes,
 * redirections and completions.
 *
 * @module
 */

import {
  programAndFlags,
  type RunOptions,
  runProgram,
  type RunResult,
} from "./palletizer.ts";

/** Runs lines of bash; what follows them are `$1`, `$2` and so on. */
export function inBash(
  lines: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<RunResult> {
  const program = programAndFlags().map((it) => `'${it}'`).join(" ");
  const script = `palletizer() { ${program} "$@"; }\n${lines}`;
  return runProgram("bash", ["-c", script, "bash", ...args], options);
}
