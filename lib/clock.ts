/**
 * The time: the one file of the library that reads it.
 *
 * @module
 */

/** Where a registry takes the time from; tests hand in a fixed one. */
export interface Clock {
  /** The present moment. */
  now(): Date;
}

/** The machine's own clock. */
export const SYSTEM_CLOCK: Clock = { now: () => new Date() };

/**
 * A moment as index entries and results spell it: `YYYY-MM-DDTHH:MM:SSZ`, UTC,
 * without fractions of a second.
 *
 * Cargo takes no other spelling for `pubtime`.
 */
export function toTimestamp(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, "Z");
}

/**
 * Reads the spelling of {@linkcode toTimestamp}.
 *
 * @returns null for any other spelling, and for moments that there are not.
 */
export function parseTimestamp(text: string): Date | null {
  const moment = new Date(text);
  const isMoment = !Number.isNaN(moment.getTime());
  return isMoment && toTimestamp(moment) === text ? moment : null;
}
