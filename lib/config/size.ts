/**
 * Sizes as people write them: `20 MiB`, exact in both directions.
 *
 * Pure. Only the binary units are known, so that no size has two meanings.
 *
 * @module
 */

import type { SettingKind } from "./reader.ts";

const UNITS: readonly [unit: string, bytes: number][] = [
  ["GiB", 1024 ** 3],
  ["MiB", 1024 ** 2],
  ["KiB", 1024],
  ["B", 1],
];

/**
 * Reads a size.
 *
 * @param text a whole number and one of `B`, `KiB`, `MiB`, `GiB`, with a blank
 * between them or none.
 * @returns the size in bytes; null when the text is no size, or one beyond what
 * a number holds exactly.
 */
export function parseSize(text: string): number | null {
  const [, digits, unit] = /^(\d{1,16}) ?([A-Za-z]+)$/.exec(text) ?? [];
  const factor = UNITS.find(([name]) => name === unit)?.[1];
  if (digits === undefined || factor === undefined) return null;
  const bytes = Number(digits) * factor;
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** A size in the largest unit that divides it, so that no byte is lost. */
export function formatSize(bytes: number): string {
  const [unit, factor] =
    UNITS.find(([, factor]) => bytes >= factor && bytes % factor === 0) ??
      ["B", 1];
  return `${bytes / factor} ${unit}`;
}

/** A setting that is a size, from `minBytes` to `maxBytes`, both included. */
export function sizeBetween(
  minBytes: number,
  maxBytes: number,
): SettingKind<number> {
  const [least, most] = [formatSize(minBytes), formatSize(maxBytes)];
  return {
    expected: `a size like "20 MiB", from "${least}" to "${most}"`,
    read(value) {
      const bytes = typeof value === "string" ? parseSize(value) : null;
      if (bytes === null || bytes < minBytes || bytes > maxBytes) return null;
      return bytes;
    },
    show: formatSize,
  };
}
