/**
 * Random numbers that are the same in each run, and what is told of many
 * measured ones.
 *
 * @module
 */

/** Gives a number from 0 to below 1. */
export type Random = () => number;

/** Random numbers that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of several; `skew` over 1 prefers the first ones. */
export function pick<T>(from: readonly T[], random: Random, skew = 1): T {
  const it = from[Math.floor(random() ** skew * from.length)];
  if (it === undefined) throw new Error("there is nothing to pick from");
  return it;
}

/** The value that a share of all values is not above. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return sorted[at] ?? NaN;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
