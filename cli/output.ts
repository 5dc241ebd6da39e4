/**
 * Results: tables for people, an object a line for programs.
 *
 * @module
 */

import { printable } from "../lib/mod.ts";
import type { Io } from "./io.ts";

/** Writes a table with a line of headings; nothing when there are no rows. */
export function printTable(
  io: Io,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  if (rows.length === 0) return;
  const cells = [headings, ...rows].map((row) => row.map(oneLine));
  const widths = headings.map((_, column) =>
    Math.max(...cells.map((row) => lengthOf(row[column] ?? "")))
  );
  for (const row of cells) {
    const padded = row.map((cell, column) =>
      cell + " ".repeat((widths[column] ?? 0) - lengthOf(cell))
    );
    io.out(padded.join("  ").trimEnd());
  }
}

/** Writes an object as JSON, on a line of its own. */
export function printJson(io: Io, value: Readonly<Record<string, unknown>>) {
  io.out(JSON.stringify(value));
}

/** A printable text with every run of blanks and newlines as one blank. */
export function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, " "));
}

/** How many of something: `1 file`, `2 files`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** In signs, not in UTF-16 units; good enough for columns. */
function lengthOf(text: string): number {
  return [...text].length;
}
