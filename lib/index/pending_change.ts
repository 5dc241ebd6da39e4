/**
 * A change on its way: who waits for it, and how far it is.
 *
 * As long as git does not have it, it can be withdrawn without a trace. From
 * then on git alone decides, and nobody is told "no" before git is asked.
 *
 * @module
 */

import { GitFailure } from "../git/child.ts";
import { Refusal } from "../refusal.ts";
import type { IndexChange, MadeChange } from "./change.ts";
import type { Patience } from "./patience.ts";

/** What a pending change is told of. */
export interface PendingChangeOptions {
  /** Random digits by which it is found again. */
  id: string;
  /** Whether it may share a commit with others. */
  oneCommit: boolean;
  /** How long its asker waits; let go of once there is an answer. */
  patience: Patience;
  /** Why it is withdrawn, when it comes too late; never throws. */
  toBusy: (pending: PendingChange) => unknown;
  /** Told what failed that fails nobody's change. */
  failed: (error: unknown) => void;
}

/** How far a change is: git may have made it, or it may be on disk, or neither. */
type Stage = "waiting" | "preparing" | "prepared" | "in git";

/** A change that waits to be made. */
export class PendingChange {
  readonly #options: PendingChangeOptions;
  readonly #outcome = Promise.withResolvers<MadeChange>();
  #stage: Stage = "waiting";
  #isAnswered = false;
  #made: MadeChange | undefined;
  #refusing: Promise<void> | undefined;

  /**
   * A change that nobody works on yet.
   *
   * @param change what to do.
   */
  constructor(readonly change: IndexChange, options: PendingChangeOptions) {
    this.#options = options;
    const { wait, answer } = options.patience;
    wait.addEventListener("abort", () => {
      if (this.#canBeWithdrawn()) this.withdraw();
    });
    answer.addEventListener("abort", () => this.#answerNow());
    if (wait.aborted) this.withdraw();
  }

  /** Random digits by which it is found again. */
  get id(): string {
    return this.#options.id;
  }

  /** Whether it may share a commit with others. */
  get oneCommit(): boolean {
    return this.#options.oneCommit;
  }

  /** Aborted once git shall work on it no longer. */
  get gitSignal(): AbortSignal {
    return this.#options.patience.git;
  }

  /** What became of it: certain, or else the refusal `index_write_unknown`. */
  get outcome(): Promise<MadeChange> {
    return this.#outcome.promise;
  }

  /** Whether git must not get it any more. */
  get isOver(): boolean {
    const { wait, git } = this.#options.patience;
    return this.#isAnswered || this.#refusing !== undefined ||
      wait.aborted || git.aborted;
  }

  /** Whether git may have made it. */
  get isInGit(): boolean {
    return this.#stage === "in git";
  }

  /** Puts on disk what must be there first; may be done again. */
  async prepare(): Promise<void> {
    this.#stage = "preparing";
    try {
      await this.change.prepare?.();
    } finally {
      this.#stage = "prepared";
    }
  }

  /** From here on git may make it at any time. */
  handOver(): void {
    this.#stage = "in git";
  }

  /** git is known not to have made it, and will not. */
  takeBack(): void {
    if (this.#stage === "in git") this.#stage = "prepared";
  }

  /** It stands in the index; its asker waits a little for what follows. */
  land(made: MadeChange): void {
    this.#made = made;
  }

  /** Tells its asker that it is made. */
  resolve(made: MadeChange): void {
    this.#answer(() => this.#outcome.resolve(made));
  }

  /** Tells its asker that it was not made, with nothing of it left on disk. */
  refuse(reason: unknown): Promise<void> {
    return this.#refusing ??= this.#refuse(reason);
  }

  /** Refuses it since it comes too late. */
  withdraw(): Promise<void> {
    return this.#refusing ?? this.refuse(this.#options.toBusy(this));
  }

  /** Tells its asker of a failure behind which nobody looked what git did. */
  fail(error: unknown): Promise<void> {
    if (!this.isInGit) return this.refuse(error);
    this.leaveOpen(error);
    return Promise.resolve();
  }

  /**
   * Tells its asker that nobody can tell, so nothing is taken back either.
   *
   * @param error what went wrong with git.
   * @param cause why it cannot be asked.
   */
  leaveOpen(error: unknown, cause: unknown = error): void {
    const { crate } = this.change;
    const problem = error instanceof GitFailure
      ? error.facts.problem
      : String(error);
    const facts = { crate, problem };
    this.#answer(() =>
      this.#outcome.reject(
        new Refusal("index_write_unknown", facts, { cause }),
      )
    );
  }

  /** Waits until nothing is being taken back. */
  async settled(): Promise<void> {
    await this.#refusing;
  }

  async #refuse(reason: unknown): Promise<void> {
    try {
      if (this.#stage !== "waiting") await this.change.undo?.();
    } catch (error) {
      this.#options.failed(error); // what is left is named by no line
    }
    this.#answer(() => this.#outcome.reject(reason));
  }

  #canBeWithdrawn(): boolean {
    if (this.#isAnswered) return false;
    return this.#stage === "waiting" || this.#stage === "prepared";
  }

  #answerNow(): void {
    if (this.#made !== undefined) this.resolve(this.#made);
    else if (this.isInGit) this.leaveOpen("it did not answer in time");
  }

  #answer(answer: () => void): void {
    this.#isAnswered = true;
    this.#options.patience[Symbol.dispose]();
    answer(); // the first counts
  }
}
