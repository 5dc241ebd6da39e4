/**
 * TOML text as plain values: the one file of the configuration that uses
 * `smol-toml`.
 *
 * Pure. What the values mean is read by `reader.ts`.
 *
 * @see https://toml.io/en/v1.0.0
 * @module
 */

import {
  parse,
  TomlDate as LibraryDate,
  TomlError,
  type TomlValue as LibraryValue,
} from "smol-toml";
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
    return toTable(parse(text, { integersAsBigInt: true }));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new ConfigProblems([{
      file,
      keyPath: null,
      position: { line: error.line, column: error.column },
      found: `text that is not TOML (${reason(error)})`,
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

function toTable(table: Record<string, LibraryValue>): TomlTable {
  return new Map(
    Object.entries(table).map(([key, value]) => [key, toValue(value)]),
  );
}

function toValue(value: LibraryValue): TomlValue {
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(toValue);
  if (value instanceof LibraryDate) return { date: value.toISOString() };
  return toTable(value as Record<string, LibraryValue>);
}

/** The library's first line without its preamble; the rest repeats the file. */
function reason(error: TomlError): string {
  const line = error.message.split("\n", 1)[0] ?? "";
  return line.replace(/^Invalid TOML document: /, "");
}

const FOUND_LENGTH_MAX = 80;

function shortened(text: string): string {
  if (text.length <= FOUND_LENGTH_MAX) return text;
  return `${text.slice(0, FOUND_LENGTH_MAX)}…`;
}
