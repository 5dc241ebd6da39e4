/**
 * `palletizer crate show`: what a crate holds.
 *
 * @module
 */

import {
  type CrateDetails,
  parseCrateName,
  type VersionDetails,
} from "../../lib/mod.ts";
import { EXIT } from "../exit.ts";
import type { Io } from "../io.ts";
import { oneLine, printJson, printTable } from "../output.ts";
import { all, argument, defineCommand, flag } from "../parser.ts";

/** `palletizer crate show NAME [--json]` */
export const crateShow = defineCommand({
  summary: "Show a crate with all its versions, the newest first.",
  examples: [
    "palletizer crate show parser",
    "palletizer crate show parser --json",
  ],
  takes: all({
    name: argument("NAME", "The crate."),
    json: flag("--json", "Print a JSON object."),
  }),
  async run({ name, json }, context) {
    await using registry = await context.openRegistry();
    const details = await registry.show(parseCrateName(name));
    if (json) printJson(context.io, toJson(details));
    else printDetails(context.io, details);
    return EXIT.done;
  },
});

function printDetails(io: Io, { name, description, versions }: CrateDetails) {
  io.out(oneLine(description === null ? name : `${name}: ${description}`));
  io.out("");
  printTable(
    io,
    ["VERSION", "PUBLISHED", "SIZE", "RUST", "STATE", "CHECKSUM"],
    versions.map((version) => [
      version.version,
      version.published ?? "-",
      version.sizeBytes === null ? "missing" : `${version.sizeBytes} B`,
      version.rustVersion ?? "-",
      version.yanked ? "yanked" : "ok",
      version.checksum,
    ]),
  );
}

function toJson({ name, description, keywords, versions }: CrateDetails) {
  return { name, description, keywords, versions: versions.map(toVersionJson) };
}

function toVersionJson(version: VersionDetails) {
  return {
    version: version.version,
    published: version.published,
    yanked: version.yanked,
    checksum: version.checksum,
    size_bytes: version.sizeBytes,
    rust_version: version.rustVersion,
    links: version.links,
    features: version.features,
    dependencies: version.dependencies,
  };
}
