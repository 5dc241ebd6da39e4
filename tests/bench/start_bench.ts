/**
 * How long does the server take from its start to its first answer?
 *
 * @module
 */

import { indexPath, parseCrateName } from "../../lib/mod.ts";
import { programAndFlags, sourceAndFlags } from "../support/palletizer.ts";
import { type Bench, type BenchRegistry, serve } from "./bench.ts";
import { median } from "./numbers.ts";
import { count, duration, type Row } from "./table.ts";

const ROUNDS = 5;

/** Starts servers in turn, from source and as the executable if there is one. */
export async function startBench(bench: Bench): Promise<Row[]> {
  const programs = new Map([["from source", sourceAndFlags()]]);
  if (Deno.env.get("PALLETIZER")) programs.set("executable", programAndFlags());
  const registries = await Promise.all(
    bench.sizes.map((size) => bench.registry(size)),
  );
  const all = [...programs].flatMap(([name, program]) =>
    registries.map((registry) => ({
      name,
      program,
      registry,
      ms: [] as number[],
    }))
  );
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { program, registry, ms } of all) {
      const took = await timeToAnswer(registry, program);
      if (round > 0) ms.push(took); // the first one finds nothing in memory
    }
  }
  return all.map(({ name, registry, ms }) => {
    const first = all.find((it) => it.name === name);
    const what = `start to first answer, ${name}, ${
      count(registry.count)
    } crates`;
    const measured = duration(median(ms));
    if (first === undefined || first.registry === registry) {
      return { what, measured };
    }
    const beside = median(first.ms);
    return {
      what,
      measured,
      beside: `${count(first.registry.count)} crates: ${duration(beside)}`,
      ratio: median(ms) / beside,
    };
  });
}

async function timeToAnswer(
  registry: BenchRegistry,
  program: [string, ...string[]],
): Promise<number> {
  const path = indexPath(parseCrateName(registry.names[0] ?? ""));
  const start = performance.now();
  await using _server = await serve(registry, program);
  const answer = await fetch(`${registry.url}/index/${path}`);
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return performance.now() - start;
}
