/**
 * Changes drawn by chance, by two processes at once: all that can be seen of the
 * registry is what a simple model says.
 *
 * Longer, and with a real second process, in `tests/crash/`.
 */

import { aSeed } from "../../support/random_changes.ts";
import { playRandomRounds } from "../../support/random_rounds.ts";

Deno.test("Registry agrees with a simple model after changes by chance of two processes", async () => {
  await playRandomRounds({ seed: aSeed(), rounds: 10 });
});
