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
import { needsRepack, removeLeftovers, repack } from "../git/repack.ts";
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
  /** Its reader, started afresh after a repack. */
  catFile: CatFile;
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
    this.#tending ??= this.#tend().catch(this.#parts.failed)
      .finally(() => this.#tending = undefined);
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#tending;
  }

  async #tend(): Promise<void> {
    const { git, catFile, maintenance, clock } = this.#parts;
    removeLeftovers(git, clock.now());
    if (!needsRepack(git) || !maintenance.tryAcquire()) return;
    try {
      await repack(git);
      await catFile.close();
    } finally {
      maintenance.release();
    }
  }
}
