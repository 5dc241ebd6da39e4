/**
 * How long do git's clones and fetches of the index take, before and after its
 * packs were repacked?
 *
 * @module
 */

import { join } from "node:path";
import { Git } from "../../lib/git/command.ts";
import { INDEX_REF } from "../../lib/git/ref.ts";
import { repack } from "../../lib/git/repack.ts";
import { git } from "../support/git.ts";
import { type Bench, type BenchRegistry, serve } from "./bench.ts";
import { median } from "./numbers.ts";
import { count, duration, type Row } from "./table.ts";

const ROUNDS = 3;
/** The fewest and the most commits that are cloned. */
const COMMITS_MIN = 1_000;
const COMMITS_MAX = 100_000;
/** How many commits a fetch is behind. */
const BEHIND = 100;

/** What is measured, by name: it is handed a folder that is not there yet. */
const KINDS: Readonly<
  Record<string, (registry: BenchRegistry, clone: string) => Promise<number>>
> = {
  "git clone": (registry, clone) =>
    timed(clone, ["clone", "--quiet", "--bare", urlOf(registry), clone]),
  "git clone --depth 1": (registry, clone) =>
    timed(clone, [
      ...["clone", "--quiet", "--bare", "--depth", "1"],
      ...[urlOf(registry), clone],
    ]),
  [`git fetch, ${BEHIND} commits behind`]: async (registry, clone) => {
    await git(clone, ["init", "--quiet", "--bare", clone]);
    const old = `${INDEX_REF}~${BEHIND}`;
    const oid = (await git(registry.paths.index, ["rev-parse", old])).trim();
    await git(registry.paths.index, [
      ...["push", "--quiet", clone, `${oid}:${INDEX_REF}`],
    ]);
    return await timed(clone, [
      ...["fetch", "--quiet", urlOf(registry), `${INDEX_REF}:${INDEX_REF}`],
    ]);
  },
};

/** Clones indexes of many commits. */
export async function cloneBench(bench: Bench): Promise<Row[]> {
  const sizes = bench.sizes.filter((it) => it >= COMMITS_MIN)
    .map((it) => Math.min(it, COMMITS_MAX));
  const rows: Row[] = [];
  for (const size of new Set(sizes)) {
    const registry = await bench.registryOfCommits(size);
    await using _server = await serve(registry);
    const folder = await bench.folder("clones");
    const before = await measure(registry, folder);
    await repack(new Git(registry.paths.index), "full");
    const after = await measure(registry, folder);
    for (const name of Object.keys(KINDS)) {
      const [was, is] = [before.get(name) ?? NaN, after.get(name) ?? NaN];
      rows.push({
        what: `${name}, ${count(size)} commits, repacked`,
        measured: duration(is),
        beside: `before: ${duration(was)}`,
        ratio: is / was,
      });
    }
  }
  return rows;
}

async function measure(
  registry: BenchRegistry,
  folder: string,
): Promise<Map<string, number>> {
  const all = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, measureOnce] of Object.entries(KINDS)) {
      const clone = join(folder, "clone.git");
      const ms = await measureOnce(registry, clone);
      await Deno.remove(clone, { recursive: true });
      all.set(name, [...all.get(name) ?? [], ms]);
    }
  }
  return new Map([...all].map(([name, ms]) => [name, median(ms)]));
}

function urlOf({ url }: BenchRegistry): string {
  return `${url}/index`;
}

async function timed(
  repository: string,
  args: readonly string[],
): Promise<number> {
  const start = performance.now();
  await git(repository, args);
  return performance.now() - start;
}
