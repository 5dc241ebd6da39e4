/**
 * `palletizer crate remove`: takes a version, or a whole crate, out for good.
 *
 * @module
 */

import { type Dependent, OPERATOR, printable, Refusal } from "../../lib/mod.ts";
import { EXIT } from "../exit.ts";
import { askYesNo, type Io } from "../io.ts";
import { countOf } from "../output.ts";
import { all, defineCommand, flag } from "../parser.ts";
import { CRATE_SPEC, parseCrateSpec } from "./spec.ts";

/** `palletizer crate remove NAME [VERSION] [--yes]` */
export const crateRemove = defineCommand({
  summary: "Remove a version, or a whole crate, for good.",
  examples: [
    "palletizer crate remove parser 1.0.0",
    "palletizer crate remove parser --yes",
  ],
  takes: all({ ...CRATE_SPEC, yes: flag("--yes", "Do not ask.") }),
  async run({ yes, ...typed }, context) {
    const { io } = context;
    const { crate, version } = parseCrateSpec(typed);
    const what = version === null
      ? `crate \`${crate}\` with all its versions`
      : `version ${version} of crate \`${crate}\``;
    await using registry = await context.openRegistry();
    printDependents(io, await registry.dependents({ crate, version }), what);
    if (!yes) await requireYes(io, what);
    const removed = await registry.remove({ by: OPERATOR, crate, version });
    for (const gone of removed.versions) {
      io.out(`removed ${removed.crate} ${gone}`);
    }
    io.err(
      `${
        countOf(removed.versions.length, "version")
      } removed, and lockfiles that name one no longer build; the same crate file may come back with \`palletizer crate add\`, another one never`,
    );
    return EXIT.done;
  },
});

function printDependents(
  io: Io,
  dependents: readonly Dependent[],
  what: string,
): void {
  if (dependents.length === 0) {
    io.err(`nothing in this registry depends on ${what}`);
    return;
  }
  io.err(`these depend on ${what}:`);
  for (const { crate, version, requirement, kind } of dependents) {
    io.err(printable(`  ${crate} ${version} (${kind}, ${requirement})`));
  }
}

async function requireYes(io: Io, what: string): Promise<void> {
  const isMeant = io.canAsk && await askYesNo(io, `remove ${what} for good?`);
  if (!isMeant) {
    throw new Refusal("not_confirmed", { action: `removing ${what}` });
  }
}
