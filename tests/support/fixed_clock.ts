/**
 * A clock that stands still.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";

/** It is always 2026-01-02T03:04:05Z. */
export const FIXED_CLOCK: Clock = {
  now: () => new Date("2026-01-02T03:04:05Z"),
};
