/**
 * TOML text as typed values.
 *
 * Pure. What the values mean is read by `reader.ts`.
 *
 * @module
 */

import { parseToml as parse, TomlProblem } from "../toml.ts";
import { ConfigProblems } from "./problems.ts";

/** A value of TOML: integers are `bigint`, other numbers `number`. */
export type TomlValue =
  | string
  | bigint
  | number
  | boolean
  | TomlDate
  | readonly TomlValue[]
  | TomlTable;

/** A table of TOML. */
export type TomlTable = ReadonlyMap<string, TomlValue>;

/** A date or time of TOML: no setting is one, so its text is enough. */
export interface TomlDate {
  /** How it is spelt. */
  readonly date: string;
}

/**
 * Reads TOML.
 *
 * @param file how the text is called in a problem.
 * @throws {ConfigProblems} one problem, with line and column.
 */
export function parseToml(text: string, file: string): TomlTable {
  try {
    return toTable(parse(text));
  } catch (error) {
    if (!(error instanceof TomlProblem)) throw error;
    throw new ConfigProblems([{
      file,
      keyPath: null,
      position: { line: error.line, column: error.column },
      found: `text that is not TOML (${error.problem})`,
      expected: "lines like `key = value`",
      nearest: null,
    }]);
  }
}

/** A value, cut short, as a problem tells what was found. */
export function describeTomlValue(value: TomlValue): string {
  if (typeof value === "string") return shortened(JSON.stringify(value));
  if (typeof value === "boolean") return `${value} (a boolean)`;
  if (typeof value === "bigint") return `${value} (an integer)`;
  if (typeof value === "number") return `${value} (a float)`;
  if (isTomlTable(value)) return "a table";
  return "date" in value ? `${value.date} (a date)` : "a list";
}

/** Whether a value is a table. */
export function isTomlTable(value: TomlValue): value is TomlTable {
  return value instanceof Map;
}

function toTable(table: object): TomlTable {
  return new Map(
    Object.entries(table).map(([key, value]) => [key, toValue(value)]),
  );
}

function toValue(
  value: string | bigint | number | boolean | object,
): TomlValue {
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(toValue);
  if (value instanceof Date) return { date: value.toISOString() };
  return toTable(value);
}

const FOUND_LENGTH_MAX = 80;

function shortened(text: string): string {
  if (text.length <= FOUND_LENGTH_MAX) return text;
  return `${text.slice(0, FOUND_LENGTH_MAX)}…`;
}
