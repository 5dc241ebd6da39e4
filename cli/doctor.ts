/**
 * `palletizer doctor`: checks the whole registry, and mends what can be mended
 * without losing anything.
 *
 * @module
 */

import {
  type ExamineProgress,
  examineRegistry,
  type Finding,
  printable,
  type Severity,
} from "../lib/mod.ts";
import type { Context } from "./context.ts";
import { EXIT } from "./exit.ts";
import type { Io } from "./io.ts";
import { countOf, printJson } from "./output.ts";
import { all, defineCommand, flag } from "./parser.ts";

/** `palletizer doctor [--repair] [--quick] [--json]` */
export const doctor = defineCommand({
  summary:
    "Check the whole registry, and repair what can be without losing anything.",
  examples: ["palletizer doctor", "palletizer doctor --repair"],
  takes: all({
    repair: flag(
      "--repair",
      "Repair what can be repaired without losing anything.",
    ),
    quick: flag(
      "--quick",
      "Look whether all is there, without reading every byte.",
    ),
    json: flag("--json", "Print a JSON object a line."),
  }),
  async run({ repair, quick, json }, context) {
    const { io } = context;
    const told = new Told();
    for await (const finding of findings(context, repair, quick)) {
      told.add(finding);
      if (json) printJson(io, toJson(finding));
    }
    if (!json) told.print(io);
    io.err(told.summary(repair));
    return told.isSerious ? EXIT.refused : EXIT.done;
  },
});

/** What all that looks after a registry finds. */
async function* findings(
  context: Context,
  isRepair: boolean,
  isQuick: boolean,
): AsyncIterable<Finding> {
  const { io, options: { clock } } = context;
  const { registry } = await context.config();
  yield* examineRegistry(registry, {
    ...{ isRepair, isQuick },
    ...(clock === undefined ? {} : { clock }),
    progress: (progress) => {
      if (isWorthShowing(progress)) io.progress(toBar(progress));
    },
  });
}

const BAR_LENGTH = 30;

/** How often a bar is drawn anew at most: each time costs a write. */
const DRAWN_MAX = 500;

function isWorthShowing({ done, total }: ExamineProgress): boolean {
  return done === total || done % Math.ceil(total / DRAWN_MAX) === 0;
}

/** Like `[##########          ] 1000 of 2000 crates`. */
function toBar({ done, total }: ExamineProgress): string {
  const full = Math.floor(BAR_LENGTH * done / Math.max(total, 1));
  const bar = "#".repeat(full).padEnd(BAR_LENGTH);
  return `[${bar}] ${done} of ${countOf(total, "index file")}`;
}

function toJson(finding: Finding): Readonly<Record<string, unknown>> {
  const { code, severity, facts, message, advice } = finding;
  const { isMendable, outcome, trouble } = finding;
  return {
    ...{ code, severity, outcome, facts, message },
    ...{ repairable: isMendable, advice, trouble },
  };
}

/** Of one kind so many are shown; `--json` shows all. */
const SHOWN_MAX = 20;

const SEVERITIES: readonly Severity[] = ["serious", "warning", "info"];

const NOUNS = {
  serious: "serious problem",
  warning: "warning",
  info: "note",
} as const;

/** What was found, by how grave it is and by its kind. */
class Told {
  readonly #kinds = new Map<string, { count: number; shown: Finding[] }>();
  readonly #counts = { serious: 0, warning: 0, info: 0 };
  #mended = 0;
  #mendable = 0;

  add(finding: Finding): void {
    const { code, severity, outcome, isMendable } = finding;
    if (outcome === "mended") this.#mended++;
    else {
      this.#counts[severity]++;
      if (isMendable) this.#mendable++;
    }
    const kind = this.#kinds.get(code) ?? { count: 0, shown: [] };
    this.#kinds.set(code, kind);
    if (++kind.count <= SHOWN_MAX) kind.shown.push(finding);
  }

  /** Whether something serious is not mended. */
  get isSerious(): boolean {
    return this.#counts.serious > 0;
  }

  print(io: Io): void {
    let isFirst = true;
    for (const severity of SEVERITIES) {
      for (const [code, { count, shown }] of this.#kinds) {
        if (shown[0]?.severity !== severity) continue;
        if (!isFirst) io.out("");
        isFirst = false;
        io.out(`${severity}: ${code} (${count})`);
        for (const finding of shown) printFinding(io, finding);
        const rest = count - shown.length;
        if (rest > 0) io.out(`  … and ${rest} more: \`--json\` shows all`);
      }
    }
  }

  summary(isRepair: boolean): string {
    const counts = SEVERITIES.filter((it) => this.#counts[it] > 0)
      .map((it) => countOf(this.#counts[it], NOUNS[it]));
    if (this.#mended > 0) counts.unshift(`${this.#mended} repaired`);
    if (counts.length === 0) return "the registry is whole: nothing was found";
    const next = !isRepair && this.#mendable > 0
      ? `; \`palletizer doctor --repair\` repairs ${this.#mendable} of them`
      : "";
    return counts.join(", ") + next;
  }
}

function printFinding(io: Io, finding: Finding): void {
  const { message, advice, isMendable, outcome, trouble } = finding;
  io.out(printable(`  ${message}`));
  const answer = {
    found: `${isMendable ? "with --repair" : "to do"}: ${advice}`,
    mended: `repaired: ${advice}`,
    not_mended: `not repaired: ${trouble}`,
  }[outcome];
  io.out(printable(`    ${answer}`));
}
