/**
 * How long does a publish take, alone and beside others, in a small registry and
 * in a large one?
 *
 * Real requests over connections that stay open, each fsynced before its answer.
 *
 * @module
 */

import { type Bench, type BenchRegistry, serve } from "./bench.ts";
import { Client } from "./client.ts";
import { fsyncMs } from "./fsync.ts";
import { median, percentile } from "./numbers.ts";
import { publishesTo } from "./publishes.ts";
import { count, duration, type Row } from "./table.ts";

const ROUNDS = 10;
const CLIENTS = 8;
/** Publishes of each client in a round that are measured. */
const ALONE = 24;
const TOGETHER = 12;
/** Publishes of each client before them that are not. */
const WARMING = 3;

/** What came out for a number of clients. */
interface Measured {
  readonly clients: number;
  readonly each: number;
  /** How long the publishes took, in ms. */
  readonly ms: number[];
  /** Publishes a second, of each round. */
  readonly rates: number[];
}

interface Served {
  readonly registry: BenchRegistry;
  /** The body of another publish. */
  readonly next: () => Uint8Array;
  readonly alone: Measured;
  readonly together: Measured;
}

/** Publishes to registries of all sizes in turn. */
export async function publishBench(bench: Bench): Promise<Row[]> {
  const folder = await bench.folder("fsync");
  const before = await fsyncMs(folder);
  await using servers = new AsyncDisposableStack();
  const all: Served[] = [];
  for (const size of bench.sizes) {
    const registry = await bench.registry(size);
    servers.use(await serve(registry));
    all.push({
      registry,
      next: publishesTo(registry, "timed"),
      alone: { clients: 1, each: ALONE, ms: [], rates: [] },
      together: { clients: CLIENTS, each: TOGETHER, ms: [], rates: [] },
    });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const it of all) await publishMany(it, it.alone);
    for (const it of all) await publishMany(it, it.together);
  }
  const after = await fsyncMs(folder);
  return [fsyncRow(before, after), ...all.flatMap((it) => toRows(it, all[0]))];
}

async function publishMany(
  { registry, next }: Served,
  { clients, each, ms, rates }: Measured,
): Promise<void> {
  const bodies = (each: number) => Array.from({ length: each }, () => next());
  const all = await Promise.all(
    Array.from({ length: clients }, async () => ({
      client: await Client.connect(registry),
      warming: bodies(WARMING),
      measured: bodies(each),
    })),
  );
  await Promise.all(all.map(({ client, warming }) => publish(client, warming)));
  const start = performance.now();
  const took = await Promise.all(
    all.map(({ client, measured }) => publish(client, measured)),
  );
  rates.push(clients * each / (performance.now() - start) * 1000);
  ms.push(...took.flat());
  for (const { client } of all) client[Symbol.dispose]();
}

/** Publishes one after the other; tells how long each took, in ms. */
async function publish(
  client: Client,
  bodies: readonly Uint8Array[],
): Promise<number[]> {
  const took: number[] = [];
  for (const body of bodies) {
    const start = performance.now();
    await client.publish(body);
    took.push(performance.now() - start);
  }
  return took;
}

function fsyncRow(before: number, after: number): Row {
  return {
    what: "fsync of 4 kB in the same folder, before and after the publishes",
    measured: duration(before),
    beside: duration(after),
    ratio: before / after,
  };
}

function toRows(
  { registry, alone, together }: Served,
  first: Served | undefined,
): Row[] {
  const crates = `${count(registry.count)} crates`;
  const rates = [median(together.rates), median(alone.rates)] as const;
  return [
    {
      what: `publish, one client, ${crates}: p50 (p99)`,
      measured: both(alone.ms),
      ...(first === undefined || first.registry === registry ? {} : {
        beside: `${count(first.registry.count)} crates: ${
          duration(median(first.alone.ms))
        }`,
        ratio: median(alone.ms) / median(first.alone.ms),
      }),
    },
    {
      what: `publish, ${CLIENTS} clients, ${crates}: p50 (p99)`,
      measured: both(together.ms),
    },
    {
      what: `publishes a second, ${CLIENTS} clients, ${crates}`,
      measured: count(rates[0]),
      beside: `one client: ${count(rates[1])}`,
      ratio: rates[0] / rates[1],
    },
  ];
}

function both(ms: readonly number[]): string {
  return `${duration(median(ms))} (${duration(percentile(ms, 0.99))})`;
}
