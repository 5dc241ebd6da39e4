/**
 * `palletizer index squash`: cuts off the old history of the index.
 *
 * @module
 */

import { type IndexSize, Refusal } from "../../lib/mod.ts";
import { EXIT } from "../exit.ts";
import { askYesNo } from "../io.ts";
import { countOf } from "../output.ts";
import { all, defineCommand, flag } from "../parser.ts";

/** `palletizer index squash [--yes]` */
export const indexSquash = defineCommand({
  summary: "Put one commit in the place of the index's whole history.",
  examples: ["palletizer index squash", "palletizer index squash --yes"],
  takes: all({ yes: flag("--yes", "Do not ask.") }),
  async run({ yes }, context) {
    const { io } = context;
    await using registry = await context.openRegistry();
    if (!yes) {
      const isMeant = io.canAsk &&
        await askYesNo(io, "squash the history of the index?");
      const action = "squashing the history of the index";
      if (!isMeant) throw new Refusal("not_confirmed", { action });
    }
    const { before, after, keptAs } = await registry.squash();
    io.out(`before: ${sizeOf(before)}`);
    io.out(`after: ${sizeOf(after)}`);
    if (keptAs === null) io.err("there was no history to cut off");
    else {
      io.err(
        `the old history is kept as ${keptAs}, for clients that know it; new ones no longer download it`,
      );
    }
    return EXIT.done;
  },
});

function sizeOf({ commits, bytes }: IndexSize): string {
  return `${countOf(commits, "commit")}, ${Math.ceil(bytes / 1024)} KiB`;
}
