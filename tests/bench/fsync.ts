/**
 * What the disk costs by itself: without it times of publishes cannot be
 * compared between machines, nor between two moments of one.
 *
 * @module
 */

import { join } from "node:path";
import { median } from "./numbers.ts";

const TIMES = 100;
const BYTES = 4096;

/** How long it takes to write a new file of 4 kB and to fsync it, in ms. */
export async function fsyncMs(folder: string): Promise<number> {
  const took: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const path = join(folder, String(time));
    using file = await Deno.open(path, { create: true, write: true });
    await file.write(new Uint8Array(BYTES));
    const start = performance.now();
    file.syncSync();
    took.push(performance.now() - start);
    await Deno.remove(path);
  }
  return median(took);
}
