/**
 * Every call of git, the crate store and the databases below a change fails once:
 * what is answered is true, and the registry goes on.
 *
 * Here each call fails in one way; all changes, all ways, and calls that fail for
 * long are in `tests/crash/`.
 */

import { assertTrue } from "../../support/assert.ts";
import { SEAMS } from "../../support/faults.ts";
import { playRounds, VERBS } from "./fault_rounds.ts";

const CHANGES = [
  "a publish of a new crate",
  "a yank",
  "a removal of a version",
];

for (const seamName of ["git", "crateStore", "databases"] as const) {
  const seam = SEAMS[seamName];
  for (const verb of VERBS.filter(({ what }) => CHANGES.includes(what))) {
    Deno.test(`${verb.what} is true to its answer when a call of ${seamName} fails`, async () => {
      const rounds = await playRounds({
        ...{ verb, seam, ways: Object.keys(seam.ways), lasting: "once" },
        ...{ isWhole: false, isThorough: false },
      });
      assertTrue(rounds > 0, "nothing was asked for");
    });
  }
}
