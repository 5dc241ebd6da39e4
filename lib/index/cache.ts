/**
 * Index files in memory, as true as the repository.
 *
 * Each lookup looks whether the branch has moved (one `stat`); if it has, by
 * whichever process, exactly the files that differ are forgotten. What is not in
 * memory is read from git at the very commit that was looked at. Absent files
 * are kept too. All is bounded in bytes, the least recently used going first.
 *
 * @module
 */

import type { CatFile } from "../git/cat_file.ts";
import { GitFailure } from "../git/child.ts";
import type { DiffTree } from "../git/diff_tree.ts";
import type { IndexRef, RefStamp } from "../git/ref.ts";

/** An index file as it is served. */
export interface CachedIndexFile {
  /** The id of its blob: changes exactly when its bytes do, in every process. */
  readonly oid: string;
  /** Its contents: text, or bytes where somebody pushed what is not UTF-8. */
  readonly body: string | Uint8Array;
}

/** What the cache reads from. */
export interface IndexCacheSources {
  /** The branch. */
  ref: IndexRef;
  /** The reader of objects. */
  catFile: CatFile;
  /** The comparer of trees. */
  diffTree: DiffTree;
}

/** What an entry costs beside its text, in bytes; measured roughly. */
const ENTRY_BYTES = 250;

/** How often a lookup starts again when the branch moves under it. */
const READS_MAX = 10;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The index files that were asked for last. */
export class IndexCache {
  readonly #sources: IndexCacheSources;
  readonly #bytesMax: number;
  readonly #files = new Map<string, CachedIndexFile | null>();
  #bytes = 0;
  #tip: string | null = null;
  #stamp: RefStamp | null = null;
  #refreshing: Promise<void> | undefined;

  /**
   * @param sources what to read from.
   * @param bytesMax how much to keep, in bytes.
   */
  constructor(sources: IndexCacheSources, bytesMax: number) {
    this.#sources = sources;
    this.#bytesMax = bytesMax;
  }

  /** How much is kept now, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * An index file as of now.
   *
   * @param path of the file in the index, made by `indexPath()`.
   * @returns the file or `null` when there is none, at once when it is in
   * memory, else a promise of it.
   * @throws {GitFailure} when the repository cannot be read.
   */
  get(path: string): CachedIndexFile | null | Promise<CachedIndexFile | null> {
    if (this.#isFresh()) {
      const file = this.#files.get(path);
      if (file !== undefined) {
        this.#files.delete(path); // and in again: the last is the youngest
        this.#files.set(path, file);
        return file;
      }
    }
    return this.#read(path);
  }

  /**
   * The commit at the tip of the branch, looked at now.
   *
   * @returns `null` in a repository without commits.
   */
  async tip(): Promise<string | null> {
    await this.#refreshing; // it may have looked before this was asked
    if (!this.#isFresh()) await this.#refreshTogether();
    return this.#tip;
  }

  /**
   * The commit at the tip, read from the ref itself: for writers, who must not
   * be held up by a stamp that came twice.
   */
  async readTip(): Promise<string | null> {
    if (await this.#sources.ref.read() !== await this.tip()) {
      this.#stamp = null;
    }
    return await this.tip();
  }

  /**
   * Learns of commits that this process made itself, which saves comparing
   * trees.
   *
   * @param from the tip before.
   * @param to the tip now.
   * @param paths all files that differ between the two.
   */
  advance(from: string | null, to: string, paths: Iterable<string>): void {
    if (this.#tip !== from) return; // some other process was faster: compare
    for (const path of paths) this.#forget(path);
    this.#tip = to;
  }

  #isFresh(): boolean {
    const known = this.#stamp;
    if (known === null) return false;
    const stamp = this.#sources.ref.stamp();
    return stamp !== null && stamp.inode === known.inode &&
      stamp.modifiedMs === known.modifiedMs;
  }

  /** One that fails is forgotten too, even one that fails before it waits. */
  #refreshTogether(): Promise<void> {
    return this.#refreshing ??= this.#refresh().finally(() =>
      this.#refreshing = undefined
    );
  }

  async #refresh(): Promise<void> {
    const stamp = this.#sources.ref.stamp(); // before the read: a later move shows next time
    const tip = await this.#sources.ref.read();
    const from = this.#tip;
    const changed = tip === from || this.#files.size === 0
      ? []
      : await this.#changedPaths(from, tip);
    if (tip === null && from !== null) {
      throw new GitFailure("the branch of the index is gone");
    }
    if (this.#tip !== from) return; // our own commit came meanwhile: look again
    // Nothing may wait from here: what is kept in between would be of the old tip.
    for (const path of changed) this.#forget(path);
    this.#tip = tip;
    this.#stamp = stamp;
  }

  /** What to forget when the tip moves; everything when history was cut off. */
  async #changedPaths(
    from: string | null,
    to: string | null,
  ): Promise<Iterable<string>> {
    const { catFile, diffTree } = this.#sources;
    const oldTree = from === null ? null : await catFile.readTreeOf(from);
    const newTree = to === null ? null : await catFile.readTreeOf(to);
    const changed = oldTree === null || newTree === null
      ? null
      : await diffTree.changedPaths(oldTree, newTree);
    return changed ?? this.#files.keys();
  }

  async #read(path: string): Promise<CachedIndexFile | null> {
    for (let reads = 1;; reads++) {
      const tip = await this.tip();
      if (tip === null) return null;
      const kept = this.#files.get(path);
      if (kept !== undefined) return kept;
      const object = await this.#sources.catFile.read(`${tip}:${path}`);
      if (object === null) await this.#requireReadable(tip);
      const file = object === null
        ? null
        : { oid: object.oid, body: decode(object.bytes) };
      if (this.#tip === tip) this.#keep(path, file);
      else if (reads < READS_MAX) continue; // the branch moved meanwhile
      return file;
    }
  }

  /** A file of a commit that cannot be read is not absent. */
  async #requireReadable(commit: string): Promise<void> {
    if (await this.#sources.catFile.readTreeOf(commit) !== null) return;
    throw new GitFailure(`the commit ${commit} of the index is not there`);
  }

  #keep(path: string, file: CachedIndexFile | null): void {
    this.#forget(path);
    this.#files.set(path, file);
    this.#bytes += costOf(path, file);
    for (const oldest of this.#files.keys()) {
      if (this.#bytes <= this.#bytesMax) break;
      this.#forget(oldest);
    }
  }

  #forget(path: string): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    this.#files.delete(path);
    this.#bytes -= costOf(path, file);
  }
}

function costOf(path: string, file: CachedIndexFile | null): number {
  return ENTRY_BYTES + path.length + (file?.body.length ?? 0);
}

function decode(bytes: Uint8Array): string | Uint8Array {
  try {
    return decoder.decode(bytes);
  } catch {
    return bytes; // served as it is: cargo decides what it makes of it
  }
}
