/**
 * How many lookups of the sparse index are answered, beside nginx with the same
 * files?
 *
 * @module
 */

import { dirname, join } from "node:path";
import { indexPath, parseCrateName } from "../../lib/mod.ts";
import { type Bench, serve } from "./bench.ts";
import { besideNginx } from "./beside_nginx.ts";
import { pick, randomFrom } from "./numbers.ts";
import { count, type Row } from "./table.ts";

/** How many different crates are looked up. */
const CRATES = 1000;

/** Looks up crates of the largest registry. */
export async function lookupBench(bench: Bench): Promise<Row[]> {
  const registry = await bench.registry(bench.largest);
  const folder = await bench.folder("lookups");
  const root = await bench.folder("lookups/root");
  await using _server = await serve(registry);
  const random = randomFrom(3);
  const crates = Array.from(
    { length: CRATES },
    () => pick(registry.names, random),
  );
  const paths: string[] = [];
  for (const name of new Set(crates)) {
    const path = `/index/${indexPath(parseCrateName(name))}`;
    const answer = await fetch(`${registry.url}${path}`);
    await Deno.mkdir(dirname(join(root, path)), { recursive: true });
    await Deno.writeTextFile(join(root, path), await answer.text());
    paths.push(path);
  }
  const of = `${count(registry.count)} crates`;
  return await besideNginx({ registry, root, folder }, [
    { what: `sparse lookups, ${of}`, paths },
    { what: `sparse lookups answered with 304, ${of}`, paths, isKnown: true },
  ]);
}
