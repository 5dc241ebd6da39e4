/**
 * `palletizer backup`: a copy of the registry in one file, while it is in use.
 *
 * @module
 */

import { resolve } from "node:path";
import { EXIT, UsageError } from "./exit.ts";
import { countOf } from "./output.ts";
import { all, defineCommand, file, option } from "./parser.ts";
import { PROGRAM_VERSION } from "./version.ts";

/** `palletizer backup FILE [--since FORMER]` */
export const backup = defineCommand({
  summary: "Back the registry up into a file, while it is in use.",
  examples: [
    "palletizer backup /backups/monday.tar",
    "palletizer backup /backups/tuesday.tar --since /backups/monday.tar",
  ],
  takes: all({
    path: file(
      "FILE",
      ".tar",
      "A new file; its name ends in .tar, or compresses with .tar.gz or .tgz.",
    ),
    since: option(
      "--since",
      "FORMER",
      "Leave out the crate files that are in this backup or in those before it.",
    ),
  }),
  async run({ path, since }, context) {
    const { io } = context;
    const isCompressed = readCompression(path);
    await using registry = await context.openRegistry();
    const made = await registry.backup({
      path: resolve(io.cwd, path),
      isCompressed,
      since: since === undefined ? null : resolve(io.cwd, since),
      program: PROGRAM_VERSION,
    });
    const files = countOf(made.crateFiles, "crate file");
    io.out(
      `wrote ${path}: ${files}, ${
        countOf(made.sizeBytes, "byte")
      }, commit ${made.tip}`,
    );
    io.err(
      "the configuration is not in it: keep a copy of it with your backups",
    );
    return EXIT.done;
  },
});

function readCompression(path: string): boolean {
  if (/\.(?:tar\.gz|tgz)$/.test(path)) return true;
  if (path.endsWith(".tar")) return false;
  throw new UsageError(
    `\`${path}\` must end in \`.tar\`, or in \`.tar.gz\` or \`.tgz\` to be compressed`,
  );
}
