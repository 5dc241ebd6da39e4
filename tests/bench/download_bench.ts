/**
 * How many crate files are handed out, beside nginx with the same files?
 *
 * @module
 */

import { aCrate } from "../support/a_crate.ts";
import { aPublishFrame, requestOf } from "../support/a_publish_request.ts";
import { noise } from "../support/a_tar.ts";
import { type Bench, serve } from "./bench.ts";
import { besideNginx } from "./beside_nginx.ts";
import { Client } from "./client.ts";
import type { Row } from "./table.ts";

/** The files, by what they are called and what they hold, in bytes. */
const FILES: readonly [what: string, bytes: number][] = [
  ["20 kB", 20_000],
  ["5 MB", 5_000_000],
];

/** Downloads crate files from the smallest registry. */
export async function downloadBench(bench: Bench): Promise<Row[]> {
  const registry = await bench.registry(Math.min(...bench.sizes));
  const folder = await bench.folder("downloads");
  await using _server = await serve(registry);
  using client = await Client.connect(registry);
  const comparisons = [];
  for (const [what, bytes] of FILES) {
    const name = `file-of-${bytes}`;
    const crate = aCrate(name, "1.0.0").withFile("src/data.bin", noise(bytes));
    await client.publish(aPublishFrame(requestOf(crate), crate.bytes()));
    const paths = [`/crates/${name}/${crate.fileName}`];
    comparisons.push({ what: `downloads of ${what}`, paths });
  }
  const root = registry.paths.folder;
  return await besideNginx({ registry, root, folder }, comparisons);
}
