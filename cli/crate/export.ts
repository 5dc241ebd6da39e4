/**
 * `palletizer crate export`: all crates as a folder that cargo builds from.
 *
 * @module
 */

import { resolve } from "node:path";
import { localRegistryLines } from "../../lib/mod.ts";
import { EXIT } from "../exit.ts";
import { namedRegistry } from "../first_token.ts";
import { countOf } from "../output.ts";
import { all, defineCommand, folder } from "../parser.ts";

/** `palletizer crate export DIR` */
export const crateExport = defineCommand({
  summary: "Write all crates into a folder that cargo builds from offline.",
  examples: ["palletizer crate export /media/crates"],
  takes: all({
    dir: folder("DIR", "A new or empty folder, or a former export."),
  }),
  async run({ dir }, context) {
    const { io } = context;
    const config = await context.config();
    const path = resolve(io.cwd, dir);
    await using registry = await context.openRegistry();
    const { versions, written, removed } = await registry.exportCrates({
      folder: path,
    });
    io.err(
      `${path} has ${countOf(versions, "version")}: ${
        countOf(written, "crate file")
      } written, ${removed} removed`,
    );
    io.err("where there is no registry to reach, tell cargo:");
    io.err("");
    const { name, dataFolder } = config.registry;
    const named = namedRegistry(config);
    const from = named ?? { name, folder: dataFolder };
    io.out(localRegistryLines(from, path).trimEnd());
    return EXIT.done;
  },
});
