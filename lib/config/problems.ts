/**
 * What is wrong with a configuration: all of it together, each problem with its
 * place, what was found, what was expected and the nearest thing that is known.
 *
 * Pure. The problems are found by `toml.ts` and `reader.ts`.
 *
 * @module
 */

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** The configuration file, as it was named. */
  readonly file: string;
  /**
   * Path of the key from the root, like `limits.crate_file` or
   * `former_urls[1]`; null when it is the file itself that is wrong.
   */
  readonly keyPath: string | null;
  /** Where the text is not TOML, counted from 1. */
  readonly position: { readonly line: number; readonly column: number } | null;
  /** What stands there. */
  readonly found: string;
  /** What may stand there. */
  readonly expected: string;
  /** The known key that an unknown one resembles. */
  readonly nearest: string | null;
}

/** A configuration cannot be used: thrown once, with every problem it has. */
export class ConfigProblems extends Error {
  /** What kind of error it is. */
  override name = "ConfigProblems";

  /** All problems, at least one. */
  readonly problems: readonly ConfigProblem[];

  /** Gathers the problems; the message says one a line. */
  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(describeProblem).join("\n"));
    this.problems = problems;
  }
}

/** A problem in one line. */
export function describeProblem(problem: ConfigProblem): string {
  const { file, keyPath, position, found, expected, nearest } = problem;
  const place = [file, position?.line, position?.column]
    .filter((it) => it !== undefined).join(":") +
    (keyPath === null ? "" : `: \`${keyPath}\``);
  const hint = nearest === null ? "" : `; did you mean \`${nearest}\`?`;
  return `${place}: found ${found}, expected ${expected}${hint}`;
}
