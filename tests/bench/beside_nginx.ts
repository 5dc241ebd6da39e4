/**
 * Requests a second of the server, beside those of nginx with the same files.
 *
 * @module
 */

import type { BenchRegistry } from "./bench.ts";
import { median } from "./numbers.ts";
import { isInstalled, Nginx, wrk, type WrkRequest } from "./other_programs.ts";
import { count, type Row } from "./table.ts";

const ROUNDS = 3;

/** What is asked of both. */
export interface Comparison {
  /** What the requests are, for the table. */
  readonly what: string;
  /** Paths that both servers know. */
  readonly paths: readonly string[];
  /** Whether the files are known already. */
  readonly isKnown?: boolean;
}

/** Where the comparison takes place. */
export interface ComparedServers {
  /** The registry, which is served already. */
  readonly registry: BenchRegistry;
  /** The folder that nginx serves. */
  readonly root: string;
  /** An empty folder. */
  readonly folder: string;
}

/** Asks both servers in turn. */
export async function besideNginx(
  { registry, root, folder }: ComparedServers,
  comparisons: readonly Comparison[],
): Promise<Row[]> {
  for (const program of ["wrk", "nginx"]) {
    if (await isInstalled(program)) continue;
    const measured = `not measured: no ${program}`;
    return comparisons.map(({ what }) => ({ what, measured }));
  }
  await using nginx = await Nginx.serve(root, folder);
  const rows: Row[] = [];
  for (const { what, paths, isKnown = false } of comparisons) {
    const ours = await requests(registry.url, paths, isKnown);
    const theirs = await requests(nginx.url, paths, isKnown);
    const rates = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      rates.ours.push(await wrk(registry.url, ours, folder));
      rates.theirs.push(await wrk(nginx.url, theirs, folder));
    }
    rows.push({
      what,
      measured: `${count(median(rates.ours))}/s`,
      beside: `nginx: ${count(median(rates.theirs))}/s`,
      ratio: median(rates.ours) / median(rates.theirs),
    });
  }
  return rows;
}

/** The requests for a server, each asked once before. */
async function requests(
  url: string,
  paths: readonly string[],
  isKnown: boolean,
): Promise<WrkRequest[]> {
  const requests: WrkRequest[] = [];
  for (const path of paths) {
    const answer = await fetch(`${url}${path}`);
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${url}${path}: ${answer.status}`);
    const etag = answer.headers.get("etag") ?? "";
    requests.push({ path, ...(isKnown ? { etag } : {}) });
  }
  return requests;
}
