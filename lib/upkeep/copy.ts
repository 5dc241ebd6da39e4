/**
 * What a copy of the registry reads: index entries as of a commit, and crate
 * files that are checked while they are read.
 *
 * @module
 */

import { ChecksumStream } from "../crate/checksum.ts";
import type { CatFile } from "../git/cat_file.ts";
import type { Git } from "../git/command.ts";
import type { DiffTree } from "../git/diff_tree.ts";
import { GitFailure } from "../git/child.ts";
import { readTreeFiles } from "../git/tree_files.ts";
import type { IndexEntry } from "../index/entry.ts";
import {
  type IndexFileAt,
  readIndexFileAt,
  readIndexFilesAt,
  toIndexFileAt,
} from "../index/history.ts";
import { isRefusal, Refusal } from "../refusal.ts";
import type { CrateStore } from "../storage/crate_store.ts";
import { AT_ONCE_BYTES_MAX } from "./checksum_of.ts";
import type { InventoryItem } from "./inventory.ts";

/** What two commits of the index are compared with. */
export interface IndexReaders {
  /** The reader of objects. */
  readonly catFile: CatFile;
  /** The comparer of trees. */
  readonly diffTree: DiffTree;
}

/**
 * All index files as of a commit, one after the other.
 *
 * @throws {GitFailure} when git cannot read one of them.
 */
export async function* indexFilesAt(
  git: Git,
  commit: string,
): AsyncGenerator<IndexFileAt> {
  for await (const { path, bytes } of readTreeFiles(git, commit)) {
    if (bytes === null) throw new GitFailure(`git cannot read \`${path}\``);
    const file = toIndexFileAt(path, bytes);
    if (file !== null) yield file;
  }
}

/** All entries of the index as of a commit. */
export async function* entriesAt(
  git: Git,
  commit: string,
): AsyncGenerator<IndexEntry> {
  for await (const { entries } of indexFilesAt(git, commit)) yield* entries;
}

/**
 * The entries as of a commit whose crate files were not in the index as of a
 * former one; `null` when that one is unknown here.
 */
export async function entriesSince(
  { catFile, diffTree }: IndexReaders,
  former: string,
  commit: string,
): Promise<AsyncIterable<IndexEntry> | null> {
  const oldTree = await catFile.readTreeOf(former);
  const newTree = await catFile.readTreeOf(commit);
  if (oldTree === null || newTree === null) return null;
  const paths = await diffTree.changedPaths(oldTree, newTree);
  if (paths === null) return null;
  return (async function* () {
    const files = readIndexFilesAt(catFile, commit, paths);
    for await (const { path, entries } of files) {
      const before = await readIndexFileAt(catFile, former, path);
      for (const entry of entries) {
        const known = before.find(entry.version);
        const isKnown = known?.name === entry.name &&
          known.checksum === entry.checksum;
        if (!isKnown) yield entry;
      }
    }
  })();
}

/**
 * Reads a crate file of an inventory.
 *
 * @throws {Refusal} `crate_file_missing`; `crate_file_damaged` at the end, when
 * it is not what the index says.
 */
export async function* checkedPieces(
  crates: CrateStore,
  item: InventoryItem,
): AsyncGenerator<Uint8Array> {
  const { crate, version, checksum, sizeBytes } = item;
  const damaged = () => new Refusal("crate_file_damaged", { crate, version });
  const hash = new ChecksumStream();
  let readBytes = 0;
  try {
    for await (const piece of await piecesOf(crates, item)) {
      hash.update(piece);
      readBytes += piece.length;
      if (readBytes > sizeBytes) throw damaged();
      yield piece;
    }
  } catch (error) {
    if (!isRefusal(error, "version_not_found")) throw error;
    const facts = { crate, version };
    throw new Refusal("crate_file_missing", facts, { cause: error });
  }
  if (readBytes !== sizeBytes || hash.finish() !== checksum) throw damaged();
}

async function piecesOf(
  crates: CrateStore,
  { crate, version, sizeBytes }: InventoryItem,
): Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array>> {
  if (sizeBytes > AT_ONCE_BYTES_MAX) {
    return (await crates.open(crate, version)).pieces;
  }
  const oneMore = { start: 0, end: sizeBytes + 1 }; // it may be longer by now
  return [await crates.read(crate, version, oneMore)];
}
