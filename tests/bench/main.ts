/**
 * Measures how fast the program is, and prints one table of Markdown.
 *
 * ```text
 * deno task bench                                 # all questions, a few minutes
 * deno task bench publish search --sizes 200000   # some, in a large registry
 * PALLETIZER=./palletizer deno task bench         # of the executable
 * ```
 *
 * Each row has something beside it that was measured in the same run, in turn
 * with it: only the ratios may be compared with those of other runs.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { tempFolder } from "../support/temp_folder.ts";
import { Bench, type Question } from "./bench.ts";
import { cloneBench } from "./clone_bench.ts";
import { downloadBench } from "./download_bench.ts";
import { lookupBench } from "./lookup_bench.ts";
import { memoryBench } from "./memory_bench.ts";
import { publishBench } from "./publish_bench.ts";
import { searchBench } from "./search_bench.ts";
import { startBench } from "./start_bench.ts";
import { type Row, toMarkdown } from "./table.ts";

/** All questions, in an order in which those that only read come first. */
const QUESTIONS: Readonly<Record<string, Question>> = {
  start: startBench,
  lookup: lookupBench,
  search: searchBench,
  download: downloadBench,
  publish: publishBench,
  memory: memoryBench,
  clone: cloneBench,
};

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: { sizes: { type: "string", default: "100,1000,10000" } },
});
const sizes = values.sizes.split(",").map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 100)) {
  throw new Error("--sizes takes whole numbers of crates from 100 on");
}
const asked = positionals.length > 0 ? positionals : Object.keys(QUESTIONS);

const encoder = new TextEncoder();
const say = (line: string) =>
  void Deno.stderr.writeSync(encoder.encode(`${line}\n`));
const load = () => Deno.loadavg()[0]?.toFixed(1) ?? "unknown";

await using folder = await tempFolder();
const bench = new Bench(
  folder.path,
  sizes.sort((one, other) => one - other),
  say,
);
const rows: Row[] = [];
const start = load();
for (const name of asked) {
  const question = QUESTIONS[name];
  if (question === undefined) {
    const known = Object.keys(QUESTIONS).join(", ");
    throw new Error(`there is no question \`${name}\`, only ${known}`);
  }
  say(`${name} (load average ${load()})`);
  const found = await question(bench);
  say(toMarkdown(found));
  rows.push(...found);
}
const program = Deno.env.get("PALLETIZER") ? "the executable" : "from source";
Deno.stdout.writeSync(encoder.encode(
  `${toMarkdown(rows)}\n
Measured ${program}; load average ${start} before and ${load()} after.\n`,
));
