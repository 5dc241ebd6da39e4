/**
 * Which crate files a copy of the registry is made of: a list on disk, so that
 * its length costs no memory and the index may move on while they are copied.
 *
 * @module
 */

import { type Checksum, parseChecksum } from "../crate/checksum.ts";
import { type CrateName, parseCrateName } from "../crate/name.ts";
import { type CrateVersion, parseCrateVersion } from "../crate/version.ts";
import type { IndexEntry } from "../index/entry.ts";
import { Refusal } from "../refusal.ts";
import type { CrateStore } from "../storage/crate_store.ts";
import { readPieces, writeNewFile } from "../storage/file_system.ts";

/** A crate file to be copied. */
export interface InventoryItem {
  /** The crate. */
  readonly crate: CrateName;
  /** The version. */
  readonly version: CrateVersion;
  /** What the index says of its contents. */
  readonly checksum: Checksum;
  /** Its size in bytes. */
  readonly sizeBytes: number;
}

/** How much there is. */
export interface InventoryTotals {
  /** Crate files. */
  readonly count: number;
  /** All of them, in bytes. */
  readonly sizeBytes: number;
}

/**
 * Writes down the crate files of index entries.
 *
 * @param path of the list; a new file.
 * @throws {Refusal} `crate_file_missing`, `disk_full`.
 */
export async function takeInventory(
  path: string,
  entries: AsyncIterable<IndexEntry>,
  crates: CrateStore,
): Promise<InventoryTotals> {
  let [count, totalBytes] = [0, 0];
  async function* lines() {
    for await (const { name: crate, version, checksum } of entries) {
      const facts = await crates.stat(crate, version);
      if (facts === null) {
        throw new Refusal("crate_file_missing", { crate, version });
      }
      const { sizeBytes } = facts;
      count++;
      totalBytes += sizeBytes;
      const line = `${crate} ${version} ${checksum} ${sizeBytes}\n`;
      yield new TextEncoder().encode(line);
    }
  }
  await writeNewFile(path, lines());
  return { count, sizeBytes: totalBytes };
}

/** Reads what {@linkcode takeInventory} wrote. */
export async function* readInventory(
  path: string,
): AsyncGenerator<InventoryItem> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of readPieces(path)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [crate = "", version = "", checksum = "", size] = line.split(" ");
      yield {
        crate: parseCrateName(crate),
        version: parseCrateVersion(version),
        checksum: parseChecksum(checksum),
        sizeBytes: Number(size),
      };
    }
  }
}
