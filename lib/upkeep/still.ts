/**
 * A registry that is held still to be copied, while it goes on for everybody
 * else: a commit of its index, and the crate files that this commit names.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { Refusal } from "../refusal.ts";
import type { Parts } from "../registry/parts.ts";
import { dataPaths } from "../storage/data_folder.ts";
import { FileLock } from "../storage/lock.ts";

/** How long a repack that is under way is waited for, in ms. */
const REPACK_MS_MAX = 600_000;

/** What a registry is held still with. */
export type StillParts = Pick<Parts, "config" | "index" | "emit"> & {
  readonly clock: Clock;
};

/** A registry as of one commit, until the end of the scope. */
export class Still implements AsyncDisposable {
  readonly #parts: StillParts;
  readonly #backup: FileLock;
  readonly #maintenance: FileLock;

  /** The commit. */
  readonly tip: string;

  private constructor(
    parts: StillParts,
    locks: { backup: FileLock; maintenance: FileLock },
    tip: string,
  ) {
    this.#parts = parts;
    this.#backup = locks.backup;
    this.#maintenance = locks.maintenance;
    this.tip = tip;
  }

  /**
   * Holds the registry still: what is removed from now on keeps its crate file,
   * and nobody throws objects of the index away.
   *
   * @param atTip is called under the write lock, with all rows up to the tip.
   * @throws {Refusal} `backup_running` when it is held already, `index_busy`,
   * `index_repository_unusable` when nothing is in it; whatever `atTip` throws.
   */
  static async begin(
    parts: StillParts,
    atTip: () => void = () => {},
  ): Promise<Still> {
    const { config, clock, index } = parts;
    const paths = dataPaths(config.dataFolder);
    using locks = new DisposableStack();
    const backup = locks.use(FileLock.open(paths.backup, clock));
    const maintenance = locks.use(FileLock.open(paths.maintenance, clock));
    await maintenance.acquire(REPACK_MS_MAX);
    maintenance.forgetDeadHolder();
    const tip = await index.underLock((tip) => {
      if (tip === null) {
        throw new Refusal("index_repository_unusable", {
          path: paths.index,
          problem: "it has no commit yet: run `palletizer init`",
        });
      }
      if (!backup.tryAcquire()) throw toRunning(backup);
      backup.forgetDeadHolder();
      atTip();
      return tip;
    });
    locks.move();
    return new Still(parts, { backup, maintenance }, tip);
  }

  /** To be called once nothing more is read from the index. */
  indexIsRead(): void {
    this.#maintenance.close();
  }

  /** Lets go, and does the deletions that had to wait. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#maintenance.close();
    this.#backup.close();
    try {
      await this.#parts.index.underLock(() => {});
    } catch (error) {
      // They are noted: whoever takes the lock next does them.
      this.#parts.emit({ kind: "background_failed", error });
    }
  }
}

function toRunning(lock: FileLock): Refusal<"backup_running"> {
  const holder = lock.holder();
  return new Refusal("backup_running", {
    holder: holder === null
      ? "another process"
      : `process ${holder.pid} (since ${holder.since})`,
  });
}
