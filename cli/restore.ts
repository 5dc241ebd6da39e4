/**
 * `palletizer restore`: makes the configured registry from a backup.
 *
 * @module
 */

import { resolve } from "node:path";
import { restoreRegistry } from "../lib/mod.ts";
import { EXIT } from "./exit.ts";
import { countOf, oneLine } from "./output.ts";
import { all, defineCommand, paths } from "./parser.ts";

/** `palletizer restore [FORMER…] FILE` */
export const restore = defineCommand({
  summary: "Make the registry anew from a backup.",
  examples: [
    "palletizer restore /backups/monday.tar",
    "palletizer restore /backups/monday.tar /backups/tuesday.tar",
  ],
  takes: all({
    files: paths(
      "FILE",
      ".tar",
      "The backup; before it those that it was made --since, the oldest first.",
    ),
  }),
  async run({ files }, context) {
    const { io } = context;
    const { registry } = await context.config();
    const restored = await restoreRegistry(registry, {
      paths: files.map((path) => resolve(io.cwd, path)),
    });
    io.out(
      oneLine(
        `restored ${registry.dataFolder}: ${
          countOf(restored.versions, "version")
        }, as of ${restored.madeAt}, commit ${restored.tip}`,
      ),
    );
    io.err(
      "next: `palletizer serve` serves it; what was published or changed after the backup is not there",
    );
    return EXIT.done;
  },
});
