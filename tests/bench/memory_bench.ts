/**
 * How much memory do the server and its children have?
 *
 * @module
 */

import { indexPath, parseCrateName } from "../../lib/mod.ts";
import { git } from "../support/git.ts";
import { childrenOf } from "../support/processes.ts";
import type { RunningServer } from "../support/running_server.ts";
import { type Bench, type BenchRegistry, serve } from "./bench.ts";
import { Client } from "./client.ts";
import { pick, randomFrom } from "./numbers.ts";
import { publishesTo } from "./publishes.ts";
import { count, megabytes, type Row } from "./table.ts";

/** Children without work end after a minute; so long is waited, in ms. */
const REST_MS = 66_000;
/** What has just started comes to rest in so many ms. */
const SETTLE_MS = 3_000;

/** What a server is asked before its memory is looked at again. */
const LOAD = { lookups: 20_000, searches: 200, publishes: 200 };

/** A process and those that it started. */
interface Memory {
  readonly residentBytes: number;
  /** Shared pages shared out; `null` where nothing tells. */
  readonly proportionalBytes: number | null;
  readonly children: number;
}

interface Served {
  readonly registry: BenchRegistry;
  readonly server: RunningServer;
  readonly moments: Map<string, Memory>;
}

/** Looks at the memory of servers of all sizes: at rest, after work, at rest. */
export async function memoryBench(bench: Bench): Promise<Row[]> {
  await using servers = new AsyncDisposableStack();
  const all: Served[] = [];
  for (const size of bench.sizes) {
    const registry = await bench.registry(size);
    const server = servers.use(await serve(registry));
    all.push({ registry, server, moments: new Map() });
  }
  const look = (moment: string) => {
    for (const { server, moments } of all) {
      moments.set(moment, memoryOf(server.pid));
    }
  };
  await pause(SETTLE_MS);
  look("idle after start");
  for (const { registry } of all) {
    await load(registry, await bench.folder("memory"));
  }
  await pause(SETTLE_MS);
  look("just after load");
  bench.say(`waiting ${REST_MS / 1000} s for children without work to end`);
  await pause(REST_MS);
  look("idle after load");
  return all.flatMap((it) => toRows(it, all[0] ?? it));
}

async function load(registry: BenchRegistry, folder: string): Promise<void> {
  const random = randomFrom(5);
  using client = await Client.connect(registry);
  for (let time = 0; time < LOAD.lookups; time++) {
    const name = parseCrateName(pick(registry.names, random));
    await client.get(`/index/${indexPath(name)}`);
  }
  for (let time = 0; time < LOAD.searches; time++) {
    await client.get(`/api/v1/crates?q=${pick(registry.names, random)}`);
  }
  const next = publishesTo(registry, "of-memory");
  for (let time = 0; time < LOAD.publishes; time++) {
    await client.publish(next());
  }
  const clone = `${folder}/${registry.count}.git`;
  await git(clone, [
    "clone",
    "--quiet",
    "--bare",
    `${registry.url}/index`,
    clone,
  ]);
}

function toRows({ registry, moments }: Served, first: Served): Row[] {
  return [...moments].map(([moment, memory]) => {
    const { residentBytes, proportionalBytes, children } = memory;
    const share = proportionalBytes === null
      ? ""
      : ` (PSS ${megabytes(proportionalBytes)})`;
    const beside = first.moments.get(moment)?.residentBytes ?? residentBytes;
    const gits = `${children} git${children === 1 ? "" : "s"}`;
    return {
      what: `memory, ${moment}, ${count(registry.count)} crates, ${gits}`,
      measured: `${megabytes(residentBytes)}${share}`,
      ...(first.registry === registry ? {} : {
        beside: `${count(first.registry.count)} crates: ${megabytes(beside)}`,
        ratio: residentBytes / beside,
      }),
    };
  });
}

function memoryOf(pid: number): Memory {
  const children = descendantsOf(pid);
  const all = [pid, ...children];
  const proportional = all.map((it) =>
    bytesIn(`/proc/${it}/smaps_rollup`, "Pss")
  );
  return {
    residentBytes: sum(
      all.map((it) => bytesIn(`/proc/${it}/status`, "VmRSS") ?? 0),
    ),
    proportionalBytes: proportional.includes(null)
      ? null
      : sum(proportional.map((it) => it ?? 0)),
    children: children.length,
  };
}

function descendantsOf(pid: number): number[] {
  const children = childrenOf(pid, "");
  return [...children, ...children.flatMap(descendantsOf)];
}

/** A line of kB in a file of `/proc`; `null` when it cannot be read. */
function bytesIn(path: string, name: string): number | null {
  try {
    const text = Deno.readTextFileSync(path);
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1];
    return found === undefined ? null : Number(found) * 1024;
  } catch {
    return null; // it has ended, or it may not be looked at
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, it) => total + it, 0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
