/**
 * `palletizer crate add`: publishes crate files.
 *
 * @module
 */

import {
  type AddOutcome,
  type CrateName,
  OPERATOR,
  parseTimestamp,
  parseUserName,
  printable,
} from "../../lib/mod.ts";
import { crateFilesAt } from "../crate_files.ts";
import { EXIT, UsageError } from "../exit.ts";
import { type Io, paint } from "../io.ts";
import { countOf } from "../output.ts";
import { all, defineCommand, flag, option, paths } from "../parser.ts";

/** `palletizer crate add FILE.crate… [--owner USER] [--skip-existing] …` */
export const crateAdd = defineCommand({
  summary: "Publish crate files.",
  examples: [
    "palletizer crate add target/package/parser-1.0.0.crate",
    "palletizer crate add --owner anna --skip-existing crates/",
  ],
  takes: all({
    files: paths(
      "FILE",
      ".crate",
      "A crate file, or a folder: every .crate file in it.",
    ),
    owner: option(
      "--owner",
      "USER",
      "Who owns the crates that are new; others keep their owners.",
    ),
    skipExisting: flag(
      "--skip-existing",
      "Take a version that is there with the same bytes as done.",
    ),
    published: option(
      "--published",
      "TIME",
      "When the versions were first published, like 2026-01-31T12:00:00Z; else now.",
    ),
    dryRun: flag("--dry-run", "Check everything and change nothing."),
  }),
  async run({ files, owner, skipExisting, published, dryRun }, context) {
    const { io } = context;
    const time = published === undefined ? {} : readTime(published);
    const owned = owner === undefined ? {} : { owner: parseUserName(owner) };
    const { registry: { name } } = await context.config();
    await using registry = await context.openRegistry();
    const outcomes = registry.addCrateFiles({
      by: OPERATOR,
      files: crateFilesAt(io.cwd, files),
      skipExisting,
      dryRun,
      ...{ ...time, ...owned },
      checked: (count) => io.progress(`checked ${countOf(count, "file")}`),
    });
    const counts = {
      added: 0,
      already_there: 0,
      would_be_added: 0,
      refused: 0,
    };
    const closed: CrateName[] = [];
    for await (const outcome of outcomes) {
      counts[outcome.outcome] += 1;
      printOutcome(io, outcome);
      const isNew = outcome.outcome === "added" && outcome.isNewCrate;
      if (isNew && owner === undefined) closed.push(outcome.crate);
    }
    io.err(toSummary(counts, name));
    if (closed.length > 0) io.err(toClosedNote(closed));
    return counts.refused > 0 ? EXIT.refused : EXIT.done;
  },
});

function readTime(text: string): { published: Date } {
  const published = parseTimestamp(text);
  if (published === null) {
    throw new UsageError(
      `\`${text}\` is no time: UTC like \`2026-01-31T12:00:00Z\` is expected`,
    );
  }
  return { published };
}

const WORDS = {
  added: "added",
  already_there: "already there",
  would_be_added: "would be added",
} as const;

function printOutcome(io: Io, outcome: AddOutcome): void {
  if (outcome.outcome === "refused") {
    const { label, refusal } = outcome;
    io.err(
      `${paint(io, "red", "refused")} ${
        printable(`${label}: ${refusal.message}`)
      }`,
    );
    return;
  }
  const { label, crate, version } = outcome;
  io.out(`${WORDS[outcome.outcome]} ${crate} ${version} (${printable(label)})`);
}

type Counts = Record<AddOutcome["outcome"], number>;

/** What changed, and what to do next. */
function toSummary(counts: Counts, registryName: string): string {
  const parts = [
    [counts.added, "added"],
    [counts.already_there, "already there"],
    [counts.would_be_added, "would be added"],
    [counts.refused, "refused"],
  ].filter(([count]) => count !== 0).map((part) => part.join(" "));
  const summary = parts.length === 0 ? "nothing to add" : parts.join(", ");
  if (counts.added === 0) return `${summary}; nothing was changed`;
  return `${summary}; use one with \`cargo add NAME --registry ${registryName}\``;
}

/** Crates that a note names; the rest it only counts. */
const NAMED_MAX = 3;

/** What comes of it that new crates have no owner. */
function toClosedNote(crates: readonly CrateName[]): string {
  const named = crates.slice(0, NAMED_MAX).map((it) => `\`${it}\``).join(", ");
  const rest = crates.length - NAMED_MAX;
  const names = rest > 0 ? `${named} and ${rest} more` : named;
  return `nobody owns what is new (${names}), so only admins and this command can publish more of it: \`palletizer owner add ${
    crates[0]
  } USER\` makes somebody an owner, and so does \`--owner USER\` the next time`;
}
