/**
 * Every call below a change fails, once or from then on, and other processes see
 * what became of it. Each call fails in one of the ways of its seam; with
 * `FUZZ_RUNS` in every one of them.
 */

import { assertTrue } from "../support/assert.ts";
import { type SeamName, SEAMS } from "../support/faults.ts";
import { playRounds, VERBS } from "../lib/faults/fault_rounds.ts";

const isWhole = Deno.env.has("FUZZ_RUNS");

for (const verb of VERBS) {
  for (const lasting of ["once", "on"] as const) {
    Deno.test(`${verb.what} is true to its answer whichever call fails ${lasting}`, async (test) => {
      for (const seamName of Object.keys(SEAMS) as SeamName[]) {
        const seam = SEAMS[seamName];
        await test.step(seamName, async () => {
          const rounds = await playRounds({
            ...{ verb, seam, ways: Object.keys(seam.ways), lasting },
            ...{ isWhole, isThorough: true },
          });
          assertTrue(rounds > 0, "nothing was asked for");
        });
      }
    });
  }
}
