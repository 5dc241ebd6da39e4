/**
 * Lets everything else go on in the middle of work that never waits by itself.
 *
 * @module
 */

/** Comes back when timers, streams and requests have had their turn. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
