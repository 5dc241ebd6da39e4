/**
 * TOML text as the values it holds: the one file that uses `smol-toml`.
 *
 * Pure. What is wrong is told by those who know whose text it is:
 * `config/toml.ts` for the configuration, `crate/manifest.ts` for a Cargo.toml.
 *
 * @see https://toml.io/en/v1.0.0
 * @module
 */

import { parse, TomlError } from "smol-toml";

/** Text that is not TOML. */
export class TomlProblem extends Error {
  override name = "TomlProblem";

  /**
   * @param line where it is, from 1.
   * @param column where it is in the line, from 1.
   * @param problem what it is, in a few words.
   */
  constructor(
    readonly line: number,
    readonly column: number,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`line ${line}, column ${column}: ${problem}`, options);
  }
}

/**
 * Reads TOML.
 *
 * @returns the outermost table. A table is an object with own properties only;
 * an integer is a `bigint`, whatever its size; a date or time is a `Date`.
 * @throws {TomlProblem} at the first thing that is wrong.
 */
export function parseToml(text: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text, { integersAsBigInt: true });
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const { line, column, message } = cause;
    const [sentence = ""] = message.split("\n", 1); // the rest repeats the text
    const problem = sentence.replace(/^Invalid TOML document: /, "");
    throw new TomlProblem(line, column, problem, { cause });
  }
}
