/**
 * The index repository: the one way to change it, and to read it.
 *
 * Changes that come while one batch is being written make the next batch (group
 * commit without a timer). A batch holds the write lock, which excludes every
 * other process; how it is written is in `batch_writer.ts`.
 *
 * @module
 */

import type { CrateName } from "../crate/name.ts";
import { FastImport } from "../git/fast_import.ts";
import { IdleTimer } from "../git/idle_timer.ts";
import type { Limits } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import type { FileLock } from "../storage/lock.ts";
import { BatchWriter, type BatchWriterParts } from "./batch_writer.ts";
import type { CachedIndexFile } from "./cache.ts";
import type { IndexChange, MadeChange } from "./change.ts";
import { IndexFile } from "./index_file.ts";
import type { IndexPacks } from "./packs.ts";
import { indexPath } from "./path.ts";
import { Patience, type PatienceLimits } from "./patience.ts";
import { PendingChange } from "./pending_change.ts";
import { indexSize, squash, type Squashed } from "./squash.ts";

/** Changes in one batch at most. */
export const BATCH_CHANGES_MAX = 256;

/** After so long without a change the importer is ended, in ms. */
const IDLE_MS = 1000;

/** The message of a commit that only moves the branch. */
const FENCE = "Go on after a process that died";

/** What an index repository is made of. */
export interface IndexRepositoryParts extends BatchWriterParts {
  packs: IndexPacks;
  lock: FileLock;
  limits: PatienceLimits & Pick<Limits, "lockWaitMsMax">;
  /** Removes what the git of a dead process left; under the write lock. */
  tidy: () => void;
  /** Removes what dead processes had in progress; under the write lock. */
  sweep: () => Promise<unknown>;
}

/** The index repository of a registry. */
export class IndexRepository {
  readonly #parts: IndexRepositoryParts;
  readonly #importer: FastImport;
  readonly #writer: BatchWriter;
  #queue: PendingChange[] = [];
  #turn: Promise<unknown> | undefined;
  readonly #idle = new IdleTimer(IDLE_MS, () => this.#rest());
  #isTidy = false;

  /** @param parts what it is made of. */
  constructor(parts: IndexRepositoryParts) {
    this.#parts = parts;
    this.#importer = new FastImport(parts.git, parts.ref);
    this.#writer = new BatchWriter(
      parts,
      this.#importer,
      (crate) => this.read(crate),
    );
  }

  /** The commit at the tip of the index now. */
  tip(): Promise<string | null> {
    return this.#parts.cache.tip();
  }

  /** A file as it is served, as of now; a promise of it unless it is in memory. */
  file(path: string): CachedIndexFile | null | Promise<CachedIndexFile | null> {
    return this.#parts.cache.get(path);
  }

  /**
   * The index file of a crate as of now; empty when there is none.
   *
   * @throws {Refusal} `index_file_malformed` when somebody pushed what is not
   * text: lines of theirs could not be kept as they are.
   */
  async read(crate: CrateName): Promise<IndexFile> {
    const path = indexPath(crate);
    const file = await this.#parts.cache.get(path);
    if (file === null) return IndexFile.EMPTY;
    if (typeof file.body === "string") return IndexFile.parse(file.body);
    throw new Refusal("index_file_malformed", {
      path,
      problem: "it is not UTF-8",
    });
  }

  /** The patience of somebody who asks for a change; it does not count yet. */
  patience(): Patience {
    return new Patience(this.#parts.limits);
  }

  /**
   * Makes a change, durably, together with those that come at the same time.
   *
   * @param patience how long its asker waits, and let go of; it counts from now
   * on, unless it does already.
   * @throws {Refusal} what the edit refuses; `index_busy` when git did not get
   * it in time, `index_write_failed`, `disk_full`: nothing was changed.
   * `index_write_unknown`.
   */
  change(
    change: IndexChange,
    patience: Patience = this.patience(),
  ): Promise<MadeChange> {
    return this.#enqueue(change, patience);
  }

  /**
   * Makes changes that may share a commit, up to {@linkcode BATCH_CHANGES_MAX}
   * in one: for many versions at once, however long it takes.
   *
   * @returns for each change what became of it, in the order given.
   */
  changeTogether(
    changes: readonly IndexChange[],
  ): Promise<PromiseSettledResult<MadeChange>[]> {
    return Promise.allSettled(
      changes.map((change) => this.#enqueue(change, null)),
    );
  }

  /**
   * Tells what would become of changes that came together now, and makes none.
   *
   * @returns as {@linkcode IndexRepository.changeTogether}.
   */
  async rehearse(
    changes: readonly IndexChange[],
  ): Promise<PromiseSettledResult<MadeChange>[]> {
    const batch = changes.map((change) => this.#toPending(change, null));
    const settled = Promise.allSettled(batch.map(({ outcome }) => outcome));
    await this.#writer.rehearse(batch);
    return await settled;
  }

  /**
   * Does something under the write lock, with everything brought up to the tip.
   *
   * @param patience how long to wait for that; for ever when left out, but for
   * the lock. It counts from now on, and is let go of.
   * @throws {Refusal} `index_busy`; nothing was done then.
   */
  async underLock<T>(
    act: (tip: string | null) => T | Promise<T>,
    patience: Patience = new Patience(null),
  ): Promise<T> {
    using asker = patience;
    const { wait } = asker;
    asker.begin();
    let isActing = false;
    const tooLate = Promise.withResolvers<never>();
    wait.addEventListener("abort", () => {
      if (!isActing) tooLate.reject(this.#toBusy(true));
    });
    const acted = this.#inTurn(() =>
      this.#locked(async () => {
        const tip = await this.#parts.cache.tip();
        await this.#parts.follower.catchUp(tip);
        if (wait.aborted) return await tooLate.promise;
        isActing = true;
        return await act(tip);
      })
    );
    return await Promise.race([acted, tooLate.promise]);
  }

  /**
   * Brings the index's config.json up to date; does nothing when it is.
   *
   * @returns what it said before; `null` when there was none.
   */
  async putConfigJson(text: string): Promise<string | null> {
    const path = "config.json";
    return await this.underLock(async (tip) => {
      const file = tip === null ? null : await this.#parts.cache.get(path);
      const present = typeof file?.body === "string" ? file.body : null;
      if (present !== text) {
        const files = new Map([[path, text]]);
        await this.#writer.commitFiles("Update config.json", files);
      }
      return present;
    });
  }

  /**
   * Cuts off old history and keeps it under a ref of its own, then repacks all.
   * Others may read and write meanwhile. Done again, it finishes what a dead
   * process has begun.
   *
   * @throws {Refusal} `index_busy`, `index_write_failed`.
   */
  async squash(): Promise<Squashed> {
    const { packs, limits, reached } = this.#parts;
    return await packs.alone(limits.lockWaitMsMax, async (repackAll) => {
      const { before, keptAs } = await this.underLock(async (tip) => {
        await this.#importer.end(); // which lets go of its packs
        const before = await indexSize(this.#parts, tip);
        const keptAs = tip === null || before.commits === 1
          ? null
          : await squash(this.#parts, tip, before.commits);
        return { before, keptAs };
      });
      await repackAll();
      reached("repacked");
      const after = await indexSize(this.#parts, await this.tip());
      return { before, after, keptAs };
    });
  }

  /** Waits for the changes under way and ends all children. */
  async close(): Promise<void> {
    while (this.#turn !== undefined) await this.#turn;
    this.#idle.stop();
    const hasWritten = this.#importer.isRunning;
    await this.#importer.end();
    if (hasWritten) this.#parts.packs.tendBriefly();
    await this.#parts.packs.close();
  }

  /** @param patience of its asker; `null` when it came with many others. */
  #enqueue(
    change: IndexChange,
    patience: Patience | null,
  ): Promise<MadeChange> {
    const pending = this.#toPending(change, patience);
    this.#queue.push(pending);
    if (this.#turn === undefined) this.#work(() => this.#drain());
    return pending.outcome;
  }

  #toPending(change: IndexChange, patience: Patience | null): PendingChange {
    patience?.begin();
    return new PendingChange(change, {
      id: randomId(),
      oneCommit: patience === null,
      patience: patience ?? new Patience(null),
      toBusy: (pending) => this.#toBusy(this.#queue.includes(pending)),
      failed: this.#parts.failed,
    });
  }

  /**
   * Why somebody waited in vain; thrown from a timer it would end the process.
   *
   * @param isQueued whether it was not even its turn.
   */
  #toBusy(isQueued: boolean): unknown {
    const { lock, limits } = this.#parts;
    const waitedMs = limits.changeWaitMsMax;
    try {
      if (!lock.isHeld) return lock.toBusy(waitedMs);
    } catch (error) {
      return error;
    }
    return new Refusal("index_busy", {
      waited_ms: waitedMs,
      holder: isQueued ? "changes that came before" : "git or the disk",
    });
  }

  /** Waits until the turn is free, and takes it. */
  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    while (this.#turn !== undefined) await this.#turn;
    return await this.#take(act);
  }

  /**
   * Takes the one turn that there is: the lock has one waiter a process. After
   * it come the changes that wait, or else, in a while, rest.
   */
  #take<T>(act: () => Promise<T>): Promise<T> {
    this.#idle.stop();
    const turn = act().finally(() => {
      this.#turn = undefined;
      if (this.#queue.length > 0) this.#work(() => this.#drain());
      else if (this.#importer.isRunning) this.#idle.restart();
    });
    this.#turn = turn.catch(() => {}); // whoever took it hears of it
    return turn;
  }

  /** Takes the turn for what nobody waits for. */
  #work(act: () => Promise<void>): void {
    this.#take(act).catch(this.#parts.failed);
  }

  /** Ends the importer, which releases its packs, unless there is work again. */
  #rest(): void {
    if (this.#turn === undefined) this.#work(() => this.#tendPacks());
  }

  async #tendPacks(): Promise<void> {
    await this.#importer.end();
    this.#parts.packs.tend();
  }

  async #drain(): Promise<void> {
    await Promise.resolve(); // what is handed in together shares a batch
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      if (batch.length === 0) continue; // all were withdrawn
      try {
        await this.#locked(() => this.#writer.write(batch));
      } catch (error) {
        for (const pending of batch) await pending.fail(error);
      }
      if (this.#parts.packs.isImporterOld(this.#importer.batches)) {
        await this.#tendPacks();
      }
      // Another process that waits for the lock gets its chance here.
      if (this.#queue.length > 0) {
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
  }

  /** The next changes, either all of them to share a commit or none. */
  #takeBatch(): PendingChange[] {
    this.#queue = this.#queue.filter(({ isOver }) => !isOver);
    const oneCommit = this.#queue[0]?.oneCommit;
    let count = this.#queue.findIndex((pending) =>
      pending.oneCommit !== oneCommit
    );
    if (count === -1) count = this.#queue.length;
    return this.#queue.splice(0, Math.min(count, BATCH_CHANGES_MAX));
  }

  async #locked<T>(act: () => Promise<T>): Promise<T> {
    const { lock, limits, reached } = this.#parts;
    await lock.acquire(limits.lockWaitMsMax);
    try {
      reached("locked");
      await this.#clearAway();
      return await act();
    } finally {
      lock.release();
    }
  }

  /**
   * Clears away what dead processes left.
   *
   * The git of one that died with the lock may live a moment longer and still
   * move the branch, to lines whose crate files would be gone by then. So the
   * branch is moved before: git refuses to move it from where it no longer is.
   */
  async #clearAway(): Promise<void> {
    const { lock, cache, tidy, sweep } = this.#parts;
    if (lock.holderDied) this.#isTidy = false;
    if (lock.holderDied && await cache.tip() !== null) {
      await this.#writer.commitFiles(FENCE, new Map());
    }
    if (!this.#isTidy) tidy();
    await sweep();
    this.#isTidy = true;
    lock.forgetDeadHolder();
  }
}

/** 64 random bits, which no two changes of one registry share. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
