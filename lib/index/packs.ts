/**
 * When the packs of the index repository are cared for.
 *
 * In the background, outside the write lock, one process at a time.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { CatFile } from "../git/cat_file.ts";
import type { Git } from "../git/command.ts";
import type { DiffTree } from "../git/diff_tree.ts";
import { removeImporterLeftOvers } from "../git/left_over.ts";
import {
  hasManyPacks,
  type Repack,
  repack,
  repackNeeded,
} from "../git/repack.ts";
import type { FileLock } from "../storage/lock.ts";

/**
 * An importer that wrote so many batches is ended: each costs it a pack that it
 * looks through at the next, and holds back from repacks.
 */
const IMPORTER_BATCHES_MAX = 32;

/** What packs are cared for with. */
export interface IndexPacksParts {
  /** The repository. */
  git: Git;
  /** Its reader, started afresh after a repack: it holds on to removed packs. */
  catFile: CatFile;
  /** The comparer of its trees, started afresh as well. */
  diffTree: DiffTree;
  /** The lock that is held while git repacks. */
  maintenance: FileLock;
  /** Tells what is old enough to be left over. */
  clock: Clock;
  /**
   * Told when the care failed: the packs stay as they are and work as they are,
   * and a later batch tries again.
   */
  failed: (error: unknown) => void;
}

/** The care of one repository's packs. */
export class IndexPacks {
  readonly #parts: IndexPacksParts;
  #tending: Promise<void> | undefined;

  /** @param parts what it works with. */
  constructor(parts: IndexPacksParts) {
    this.#parts = parts;
  }

  /** Whether an importer has written so many batches that it should end. */
  isImporterOld(batches: number): boolean {
    return batches >= IMPORTER_BATCHES_MAX;
  }

  /** Begins to look after the packs, unless that is under way. */
  tend(): void {
    this.#begin(repackNeeded);
  }

  /**
   * Begins to join small packs if there are many: for a process that is about to
   * end, and leaves a full repack to one that stays.
   */
  tendBriefly(): void {
    this.#begin((git) => hasManyPacks(git) ? "geometric" : null);
  }

  /**
   * Does something while nobody repacks, in whichever process.
   *
   * @param waitMsMax how long to wait for whoever repacks now, in ms.
   * @param act is handed what repacks everything into one pack.
   * @throws {Refusal} `index_busy`.
   */
  async alone<T>(
    waitMsMax: number,
    act: (repackAll: () => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const { maintenance } = this.#parts;
    while (this.#tending !== undefined) await this.#tending;
    const done = Promise.withResolvers<void>();
    this.#tending = done.promise;
    try {
      await maintenance.acquire(waitMsMax);
      try {
        return await act(() => this.#repack("full"));
      } finally {
        maintenance.release();
      }
    } finally {
      this.#tending = undefined;
      done.resolve();
    }
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#tending;
  }

  #begin(needed: (git: Git) => Repack | null): void {
    this.#tending ??= this.#tend(needed).catch(this.#parts.failed)
      .finally(() => this.#tending = undefined);
  }

  async #tend(needed: (git: Git) => Repack | null): Promise<void> {
    const { git, maintenance, clock } = this.#parts;
    removeImporterLeftOvers(git, clock.now());
    const way = needed(git);
    if (way === null || !maintenance.tryAcquire()) return;
    try {
      await this.#repack(way);
    } finally {
      maintenance.release();
    }
  }

  async #repack(way: Repack): Promise<void> {
    const { git, catFile, diffTree } = this.#parts;
    await repack(git, way);
    await Promise.all([catFile.close(), diffTree.close()]);
  }
}
