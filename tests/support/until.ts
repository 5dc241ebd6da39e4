/**
 * Waiting for what cannot be awaited.
 *
 * @module
 */

import assert from "node:assert/strict";

/** How long a test waits before it fails, in ms: for a machine under load. */
const PATIENCE_MS = 20_000;
/** The pause between two looks, in ms. */
const PAUSE_MS = 5;

/**
 * Waits until a condition holds, and fails when it does not come to that.
 *
 * @param what the condition in words, for the failure.
 */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const start = performance.now();
  while (!await isSo()) {
    const waitedMs = performance.now() - start;
    assert.ok(waitedMs < PATIENCE_MS, `it did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
