/**
 * How long does a search take?
 *
 * @module
 */

import { type Bench, type BenchRegistry, serve } from "./bench.ts";
import { Client } from "./client.ts";
import { COMMON_WORD } from "./crate_names.ts";
import { median, percentile, pick, randomFrom } from "./numbers.ts";
import { count, duration, type Row } from "./table.ts";

const ROUNDS = 5;
/** Searches in a round, after one that is not measured. */
const SEARCHES = 20;

/** What is searched for, each time anew. */
type Queries = Readonly<Record<string, () => string>>;

interface Searched {
  readonly registry: BenchRegistry;
  readonly what: string;
  readonly query: () => string;
  readonly ms: number[];
}

/** Searches registries of all sizes in turn. */
export async function searchBench(bench: Bench): Promise<Row[]> {
  await using servers = new AsyncDisposableStack();
  const all: Searched[] = [];
  for (const size of bench.sizes) {
    const registry = await bench.registry(size);
    servers.use(await serve(registry));
    for (const [what, query] of Object.entries(await queriesOf(registry))) {
      all.push({ registry, what, query, ms: [] });
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const it of all) it.ms.push(...await search(it));
  }
  return all.map((it) => {
    const first = all.find(({ what }) => what === it.what) ?? it;
    const beside = median(first.ms);
    const p99 = duration(percentile(it.ms, 0.99));
    return {
      what: `search, ${it.what}, ${count(it.registry.count)} crates: p50 (p99)`,
      measured: `${duration(median(it.ms))} (${p99})`,
      ...(it === first ? {} : {
        beside: `${count(first.registry.count)} crates: ${duration(beside)}`,
        ratio: median(it.ms) / beside,
      }),
    };
  });
}

async function queriesOf(registry: BenchRegistry): Promise<Queries> {
  const random = randomFrom(4);
  const rare = await rareWords(registry);
  return {
    "common word": () => COMMON_WORD,
    "rare word": () => pick(rare, random),
    "exact name": () => pick(registry.names, random),
  };
}

/** The last words of some descriptions but one, which hardly any other has. */
async function rareWords(registry: BenchRegistry): Promise<string[]> {
  using client = await Client.connect(registry);
  const { body } = await client.get("/api/v1/crates?q=&per_page=50");
  const { crates }: { crates: { description: string | null }[] } = JSON.parse(
    body,
  );
  return crates.flatMap(({ description }) =>
    description?.split(" ").at(-2) ?? []
  );
}

async function search({ registry, query }: Searched): Promise<number[]> {
  using client = await Client.connect(registry);
  const took: number[] = [];
  for (let time = 0; time <= SEARCHES; time++) {
    const path = `/api/v1/crates?per_page=10&q=${query()}`;
    const start = performance.now();
    await client.get(path);
    if (time > 0) took.push(performance.now() - start);
  }
  return took;
}
