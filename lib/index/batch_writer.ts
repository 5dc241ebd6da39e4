/**
 * Writes one batch of changes, under the write lock.
 *
 * Edits, then what must be on disk first, then the commit, then the rows that
 * follow it. What git did is read back from the ref, never believed; after a
 * lost answer each change is looked for by its id before it is tried again.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { CatFile } from "../git/cat_file.ts";
import { GitFailure } from "../git/child.ts";
import type { Git } from "../git/command.ts";
import type { FastImport } from "../git/fast_import.ts";
import { readLog } from "../git/log.ts";
import type { IndexRef } from "../git/ref.ts";
import type { IndexCache } from "./cache.ts";
import {
  BatchState,
  type ChangeStep,
  type IndexChange,
  type IndexState,
  type MadeChange,
  toCommits,
} from "./change.ts";
import { parseChangeLines } from "./change_line.ts";
import { GitTries, toRefusal } from "./git_tries.ts";
import { readIndexFileAt } from "./history.ts";
import type { IndexFile } from "./index_file.ts";
import { indexPath } from "./path.ts";
import type { PendingChange } from "./pending_change.ts";

/** What follows the index: rows that are derived from its commits. */
export interface CommitFollower {
  /** Brings everything up to `tip`. Called under the write lock before edits. */
  catchUp(tip: string | null): Promise<void>;
  /** Takes in a commit that was just made on top of `tip`. Under the write lock. */
  follow(commit: string, made: readonly MadeChange[]): Promise<void>;
  /** Names, owners and removals as of the tip last caught up with. */
  readonly state: IndexState;
}

/** What a batch is written with. */
export interface BatchWriterParts {
  git: Git;
  ref: IndexRef;
  catFile: CatFile;
  cache: IndexCache;
  follower: CommitFollower;
  clock: Clock;
  /** Told what failed that fails nobody's change. */
  failed: (error: unknown) => void;
  /** Told of each step; does nothing but in tests. */
  reached: (step: ChangeStep) => void;
}

interface EditedChange extends MadeChange {
  pending: PendingChange;
}

/** Writes batches of one index repository. */
export class BatchWriter {
  readonly #parts: BatchWriterParts;
  readonly #importer: FastImport;
  readonly #tries: GitTries;
  readonly #read: (crate: IndexChange["crate"]) => Promise<IndexFile>;

  /**
   * A writer of batches.
   *
   * @param parts what it works with.
   * @param importer writes the commits.
   * @param read reads an index file as of the tip.
   */
  constructor(
    parts: BatchWriterParts,
    importer: FastImport,
    read: (crate: IndexChange["crate"]) => Promise<IndexFile>,
  ) {
    this.#parts = parts;
    this.#importer = importer;
    this.#tries = new GitTries(parts, importer);
    this.#read = read;
  }

  /** Makes changes, and tells each what became of it. Under the write lock. */
  async write(batch: readonly PendingChange[]): Promise<void> {
    try {
      await this.#write(batch);
    } finally {
      for (const pending of batch) await pending.settled(); // while it is locked
    }
  }

  async #write(batch: readonly PendingChange[]): Promise<void> {
    const start = await this.#parts.ref.read();
    const undecided = new Set(batch);
    for (let tries = 1; undecided.size > 0; tries++) {
      try {
        if (tries > 1) await this.#settleLanded(start, undecided);
        return await this.#writeOnce(undecided);
      } catch (error) {
        if (await this.#tries.again(error, tries)) continue;
        return await this.#giveUp(start, undecided, error);
      }
    }
  }

  /**
   * Writes a commit that is nobody's change, and lets all rows follow. Under the
   * write lock.
   *
   * @throws {Refusal} `index_write_failed`, `disk_full`.
   */
  async commitFiles(
    message: string,
    files: ReadonlyMap<string, string>,
  ): Promise<void> {
    const { cache, clock, follower } = this.#parts;
    for (let tries = 1;; tries++) {
      try {
        const tip = await cache.readTip();
        const commit = { message, when: clock.now(), files };
        const oid = await this.#importer.commit(tip, [commit]);
        cache.advance(tip, oid, files.keys());
        return await follower.catchUp(oid);
      } catch (error) {
        if (!await this.#tries.again(error, tries)) throw toRefusal(error);
      }
    }
  }

  /** Tells each change what would become of it, and makes none. */
  async rehearse(batch: readonly PendingChange[]): Promise<void> {
    const edited = await this.#edit(new Set(batch));
    for (const { pending, ...made } of edited) pending.resolve(made);
  }

  async #writeOnce(undecided: Set<PendingChange>): Promise<void> {
    const { cache, clock, reached } = this.#parts;
    const tip = await cache.readTip();
    await this.#parts.follower.catchUp(tip);
    const edited = await this.#edit(undecided);
    reached("edited");
    if (await this.#takeOutLate(undecided)) return this.#writeOnce(undecided);
    if (!await this.#prepare(edited, undecided)) {
      return this.#writeOnce(undecided);
    }
    reached("prepared");
    if (await this.#takeOutLate(undecided)) return this.#writeOnce(undecided);
    if (edited.length === 0) return;
    const isShared = edited[0]?.pending.oneCommit === true;
    const commits = toCommits(edited, isShared, clock.now());
    for (const { pending } of edited) pending.handOver();
    const signal = AbortSignal.any(edited.map((it) => it.pending.gitSignal));
    const commit = await this.#importer.commit(tip, commits, signal);
    reached("committed");
    cache.advance(tip, commit, edited.map(({ line }) => indexPath(line.crate)));
    for (const { pending, ...made } of edited) {
      undecided.delete(pending); // it has happened
      pending.land(made);
    }
    await this.#follow(commit, edited);
    reached("followed");
    for (const { pending, ...made } of edited) pending.resolve(made);
  }

  /**
   * Lets the derived rows follow. What fails here fails nobody's change, which
   * is durable: the next change, in whichever process, catches up first.
   */
  async #follow(commit: string, edited: readonly MadeChange[]): Promise<void> {
    try {
      await this.#parts.follower.follow(commit, edited);
    } catch (error) {
      this.#parts.failed(error);
    }
  }

  /**
   * Withdraws changes that come too late for git.
   *
   * @returns whether there were any: edits that came after them have seen them
   * and must run again.
   */
  async #takeOutLate(undecided: Set<PendingChange>): Promise<boolean> {
    const late = [...undecided].filter(({ isOver }) => isOver);
    for (const pending of late) {
      undecided.delete(pending);
      await pending.withdraw();
    }
    return late.length > 0;
  }

  /** Runs all edits; whoever refuses is told and taken out. */
  async #edit(undecided: Set<PendingChange>): Promise<EditedChange[]> {
    const state = new BatchState(this.#parts.follower.state);
    const files = new Map<string, IndexFile>();
    const edited: EditedChange[] = [];
    for (const pending of undecided) {
      const { change, id } = pending;
      const path = indexPath(change.crate);
      try {
        const before = files.get(path) ?? await this.#read(change.crate);
        const { file: after, version, owner = null } = change.edit(
          before,
          state,
        );
        const { verb, crate, by } = change;
        const made = {
          line: { verb, crate, version, by, owner, id },
          before,
          after,
        };
        state.take(made);
        files.set(path, after);
        edited.push({ ...made, pending });
      } catch (error) {
        if (error instanceof GitFailure) throw error; // nobody's change is to blame
        undecided.delete(pending);
        await pending.refuse(error);
      }
    }
    return edited;
  }

  /**
   * Puts on disk what must be there first.
   *
   * @returns false when one of them failed, was told and taken out: edits that
   * came after it have seen it and must run again.
   */
  async #prepare(
    edited: EditedChange[],
    undecided: Set<PendingChange>,
  ): Promise<boolean> {
    const prepared = await Promise.allSettled(
      edited.map(({ pending }) => pending.prepare()),
    );
    for (const [position, { pending }] of edited.entries()) {
      const outcome = prepared[position];
      if (outcome?.status !== "rejected") continue;
      undecided.delete(pending);
      await pending.refuse(outcome.reason);
    }
    return prepared.every(({ status }) => status === "fulfilled");
  }

  /**
   * Finds changes that git made although its answer was lost. Of the others it
   * is certain then that they were not made.
   */
  async #settleLanded(
    start: string | null,
    undecided: Set<PendingChange>,
  ): Promise<void> {
    await this.#findLanded(start, undecided);
    for (const pending of undecided) pending.takeBack();
  }

  async #findLanded(
    start: string | null,
    undecided: Set<PendingChange>,
  ): Promise<void> {
    const { ref, git, catFile, follower } = this.#parts;
    const tip = await ref.read();
    if (tip === null || tip === start) return;
    const pendingById = new Map(
      [...undecided].map((pending) => [pending.id, pending]),
    );
    // git may have died between the branch and what makes it durable.
    await this.#importer.syncFolders();
    await follower.catchUp(tip);
    for (const { oid, message } of await readLog(git, start, tip)) {
      for (const line of parseChangeLines(message)) {
        const pending = pendingById.get(line.id);
        if (pending === undefined) continue;
        undecided.delete(pending);
        const path = indexPath(line.crate);
        const before = await readIndexFileAt(catFile, `${oid}^`, path);
        const after = await readIndexFileAt(catFile, oid, path);
        pending.resolve({ line, before, after });
      }
    }
  }

  /** Tells those whose change did not happen, once that is certain. */
  async #giveUp(
    start: string | null,
    undecided: Set<PendingChange>,
    error: unknown,
  ): Promise<void> {
    await this.#importer.drop();
    try {
      await this.#settleLanded(start, undecided);
    } catch (cause) {
      for (const pending of [...undecided].filter(({ isInGit }) => isInGit)) {
        undecided.delete(pending);
        pending.leaveOpen(error, cause);
      }
    }
    for (const pending of undecided) {
      if (pending.isOver) await pending.withdraw();
      else await pending.refuse(toRefusal(error));
    }
  }
}
