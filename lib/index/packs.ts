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

/** The care of one repository's packs. */
export class IndexPacks {
  readonly #git: Git;
  readonly #catFile: CatFile;
  readonly #maintenance: FileLock;
  readonly #clock: Clock;
  readonly #failed: (error: unknown) => void;
  #tending: Promise<void> | undefined;

  /**
   * @param git the repository.
   * @param catFile its reader, started afresh after a repack.
   * @param maintenance the lock that is held while git repacks.
   * @param clock tells what is old enough to be left over.
   * @param failed told when the care failed: the packs stay as they are and
   * work as they are, and a later batch tries again.
   */
  constructor(
    git: Git,
    catFile: CatFile,
    maintenance: FileLock,
    clock: Clock,
    failed: (error: unknown) => void,
  ) {
    this.#git = git;
    this.#catFile = catFile;
    this.#maintenance = maintenance;
    this.#clock = clock;
    this.#failed = failed;
  }

  /** Whether an importer has written so many batches that it should end. */
  isImporterOld(batches: number): boolean {
    return batches >= IMPORTER_BATCHES_MAX;
  }

  /** Begins to look after the packs, unless that is under way. */
  tend(): void {
    this.#tending ??= this.#tend().catch(this.#failed)
      .finally(() => this.#tending = undefined);
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#tending;
  }

  async #tend(): Promise<void> {
    removeLeftovers(this.#git, this.#clock.now());
    if (!needsRepack(this.#git) || !await this.#maintenance.tryAcquire()) {
      return;
    }
    try {
      await repack(this.#git);
      await this.#catFile.close();
    } finally {
      this.#maintenance.release();
    }
  }
}
