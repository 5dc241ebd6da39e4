/**
 * `palletizer crate list`: which crates there are.
 *
 * @module
 */

import type { CrateSummary, Registry } from "../../lib/mod.ts";
import { EXIT } from "../exit.ts";
import { printJson, printTable } from "../output.ts";
import { all, argument, defineCommand, flag, optional } from "../parser.ts";

/** `palletizer crate list [QUERY] [--json]` */
export const crateList = defineCommand({
  summary: "List crates, or those that match a query.",
  examples: ["palletizer crate list", "palletizer crate list parser --json"],
  takes: all({
    query: optional(
      argument("QUERY", "Words to find in names, descriptions and keywords."),
    ),
    json: flag("--json", "Print a JSON object a line."),
  }),
  async run({ query = "", json }, context) {
    const { io } = context;
    await using registry = await context.openRegistry();
    await registry.fillDescriptions(DESCRIPTIONS_MISSING_MAX);
    const crates = allCrates(registry, query);
    if (json) {
      for await (const crate of crates) printJson(io, toJson(crate));
      return EXIT.done;
    }
    const rows = await Array.fromAsync(crates, toRow);
    printTable(io, ["NAME", "NEWEST", "VERSIONS", "DESCRIPTION"], rows);
    if (rows.length > 0) return EXIT.done;
    io.err(
      query === ""
        ? "this registry has no crates yet: `palletizer crate add FILE.crate` adds one"
        : `no crate matches \`${query}\`: \`palletizer crate list\` lists all`,
    );
    return EXIT.done;
  },
});

/** So many missing descriptions are read first; it takes a second or two. */
const DESCRIPTIONS_MISSING_MAX = 1000;

const PAGE_LENGTH = 200;

async function* allCrates(
  registry: Registry,
  query: string,
): AsyncIterable<CrateSummary> {
  for (let offset = 0;; offset += PAGE_LENGTH) {
    const { crates } = await registry.list({
      query,
      limit: PAGE_LENGTH,
      offset,
    });
    yield* crates;
    if (crates.length < PAGE_LENGTH) return;
  }
}

const DESCRIPTION_LENGTH_MAX = 60;

function toRow(crate: CrateSummary): string[] {
  const { name, newestVersion, versionCount, yanked } = crate;
  const description = [...crate.description ?? ""];
  const isLong = description.length > DESCRIPTION_LENGTH_MAX;
  return [
    name,
    yanked ? `${newestVersion} (yanked)` : newestVersion,
    String(versionCount),
    description.slice(0, DESCRIPTION_LENGTH_MAX).join("") + (isLong ? "…" : ""),
  ];
}

function toJson(crate: CrateSummary) {
  return {
    name: crate.name,
    newest_version: crate.newestVersion,
    version_count: crate.versionCount,
    yanked: crate.yanked,
    description: crate.description,
    keywords: crate.keywords,
  };
}
