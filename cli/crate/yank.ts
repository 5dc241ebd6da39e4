/**
 * `palletizer crate yank` and `palletizer crate unyank`: one command, two
 * directions.
 *
 * @module
 */

import { OPERATOR } from "../../lib/mod.ts";
import { EXIT, UsageError } from "../exit.ts";
import { all, type Command, defineCommand } from "../parser.ts";
import { CRATE_SPEC, parseCrateSpec } from "./spec.ts";

/** `palletizer crate yank NAME VERSION` */
export const crateYank = defineYank({
  verb: "yank",
  summary: "Keep a version out of new lockfiles; old ones still build.",
  done: "new lockfiles no longer take it, and old ones still build",
  undo: "unyank",
});

/** `palletizer crate unyank NAME VERSION` */
export const crateUnyank = defineYank({
  verb: "unyank",
  summary: "Take a yank back.",
  done: "new lockfiles may take it again",
  undo: "yank",
});

function defineYank({ verb, summary, done, undo }: {
  verb: "yank" | "unyank";
  summary: string;
  done: string;
  undo: string;
}): Command {
  return defineCommand({
    summary,
    examples: [`palletizer crate ${verb} parser 1.0.0`],
    takes: all(CRATE_SPEC),
    async run(typed, context) {
      const { crate, version } = parseCrateSpec(typed);
      if (version === null) {
        throw new UsageError("VERSION is missing");
      }
      await using registry = await context.openRegistry();
      await registry[verb]({ by: OPERATOR, crate, version });
      context.io.out(`${verb}ed ${crate} ${version}`);
      context.io.err(
        `${done}; \`palletizer crate ${undo} ${crate} ${version}\` takes it back`,
      );
      return EXIT.done;
    },
  });
}
