/**
 * Changes drawn by chance, for longer than in the quick suite, and by a second
 * process that is a real one. `FUZZ_RUNS` makes it longer still.
 */

import type { TestRegistry } from "../support/a_registry.ts";
import { OtherProcess } from "../support/other_process.ts";
import { aSeed, type RandomChange } from "../support/random_changes.ts";
import { type Maker, playRandomRounds } from "../support/random_rounds.ts";

const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 4);
const ROUNDS = 40;

Deno.test(`Registry agrees with a simple model in ${RUNS} long runs of changes by chance`, async () => {
  for (let run = 0; run < RUNS; run++) {
    await playRandomRounds({ seed: aSeed(), rounds: ROUNDS });
  }
});

Deno.test(`Registry agrees with a simple model in ${RUNS} long runs beside another process`, async () => {
  for (let run = 0; run < RUNS; run++) {
    await using others = new AsyncDisposableStack();
    const other = async (it: TestRegistry) => {
      const [process] = await OtherProcess.start(
        "random_changer.ts",
        it.folder,
      );
      others.use(process);
      return inTurn(process);
    };
    await playRandomRounds({ seed: aSeed(), rounds: ROUNDS, other });
  }
});

/** One question at a time: the answers are not named. */
function inTurn(process: OtherProcess): Maker {
  let last: Promise<unknown> = Promise.resolve();
  return (change: RandomChange) => {
    const answer = last.then(async () => {
      await process.tell(JSON.stringify(change));
      return JSON.parse(await process.line()) as string | null;
    });
    last = answer.catch(() => {});
    return answer;
  };
}
