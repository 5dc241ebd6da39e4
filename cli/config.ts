/**
 * `palletizer config`: is the configuration right, and what does it come to?
 *
 * @module
 */

import { EXIT } from "./exit.ts";
import { printJson, printTable } from "./output.ts";
import { all, defineCommand, flag } from "./parser.ts";

/** `palletizer config check` */
export const configCheck = defineCommand({
  summary: "Tell all problems of the configuration at once.",
  examples: [
    "palletizer config check --config /etc/palletizer/palletizer.toml",
  ],
  takes: all({}),
  async run(_, context) {
    const { lookedAt } = await context.config();
    context.io.out(`${lookedAt}: no problems`);
    return EXIT.done;
  },
});

/** `palletizer config show` */
export const configShow = defineCommand({
  summary: "Show every setting with its value and where it came from.",
  examples: ["palletizer config show", "palletizer config show --json"],
  takes: all({ json: flag("--json", "Print a JSON object a line.") }),
  async run({ json }, context) {
    const { settings, lookedAt } = await context.config();
    if (json) {
      for (const { keyPath: key, value, file } of settings) {
        printJson(context.io, { key, value, source: file ?? "default" });
      }
      return EXIT.done;
    }
    printTable(
      context.io,
      ["KEY", "VALUE", "SOURCE"],
      settings.map(({ keyPath, value, file }) => [
        keyPath,
        typeof value === "string" ? value : `[${value.join(", ")}]`,
        file ?? "default",
      ]),
    );
    context.io.err(lookedAt);
    return EXIT.done;
  },
});
