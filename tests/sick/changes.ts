/**
 * Changes that are asked for while the machine is sick, and again when it is
 * well: what a server would answer, and that a refused one has changed nothing.
 *
 * @module
 */

import { OPERATOR, parseCrateName, parseUserName } from "../../lib/mod.ts";
import { toErrorAnswer } from "../../server/error_response.ts";
import { aCrate, type CrateBuilder } from "../support/a_crate.ts";
import { ALICE, type TestRegistry, the } from "../support/a_registry.ts";
import { aRequest } from "../support/publishing.ts";

/** A change that is asked for in each round: one of its own. */
export interface Change {
  /** What it is. */
  readonly what: string;
  /** Makes what is changed, while the machine is well. */
  readonly prepare?: (it: TestRegistry, round: number) => Promise<void>;
  /** Asks for it; answers the status of a server's answer. */
  readonly ask: (it: TestRegistry, round: number) => Promise<number>;
}

/** One of each kind. */
export const CHANGES: readonly Change[] = [
  {
    what: "a publish of a new crate",
    ask: (it, round) => publish(it, aCrate(`new-${round}`)),
  },
  {
    what: "a publish of a new version",
    prepare: (it, round) => it.addBy(ALICE, aCrate(`old-${round}`)),
    ask: (it, round) => publish(it, aCrate(`old-${round}`, "1.1.0")),
  },
  {
    what: "a yank",
    prepare: (it, round) => it.add(aCrate(`old-${round}`)),
    ask: (it, round) =>
      statusOf(() => it.registry.yank(the(`old-${round}`, "1.0.0"))),
  },
  {
    what: "a removal",
    prepare: (it, round) => it.add(aCrate(`old-${round}`)),
    ask: (it, round) =>
      statusOf(() => it.registry.remove(the(`old-${round}`, "1.0.0"))),
  },
  {
    what: "a new owner",
    prepare: (it, round) => it.addBy(ALICE, aCrate(`old-${round}`)),
    ask: (it, round) =>
      statusOf(() =>
        it.registry.addOwners({
          by: ALICE,
          crate: parseCrateName(`old-${round}`),
          users: [parseUserName("bob")],
        })
      ),
  },
  {
    what: "a new token",
    ask: (it, round) =>
      statusOf(() =>
        it.registry.createToken({
          ...{ by: OPERATOR, user: parseUserName("bob") },
          label: `${"long ".repeat(15)}${round}`,
        })
      ),
  },
];

function publish(it: TestRegistry, crate: CrateBuilder): Promise<number> {
  return statusOf(() => it.registry.publish(aRequest(crate, ALICE)));
}

/** How a server answers what becomes of this. */
export async function statusOf(act: () => unknown): Promise<number> {
  try {
    await act();
    return 200;
  } catch (error) {
    return toErrorAnswer(error, "request").status;
  }
}
