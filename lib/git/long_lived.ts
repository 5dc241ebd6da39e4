/**
 * A git child that stays to answer many questions, one at a time.
 *
 * It is started at the first question, started anew when it was killed, and
 * ends by itself after a while without a question, and when it is old: it holds
 * on to packs that another process has removed since.
 *
 * @module
 */

import { type GitChild, GitFailure } from "./child.ts";
import type { Git } from "./command.ts";
import { IdleTimer } from "./idle_timer.ts";

/** When a child is ended. */
export interface ChildTimes {
  /** After so long without a question, in ms. */
  readonly idleMs: number;
  /** So long after its start, however busy it is, in ms. */
  readonly lifeMs: number;
}

const TIMES: ChildTimes = { idleMs: 60_000, lifeMs: 600_000 };

/** A git that answers questions for as long as there are any. */
export class LongLivedGit {
  readonly #git: Git;
  readonly #args: readonly string[];
  #child: GitChild | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  readonly #idle: IdleTimer;
  readonly #life: IdleTimer;

  /**
   * @param git the repository to ask about.
   * @param args what to start git with.
   * @param times when a child is ended.
   */
  constructor(git: Git, args: readonly string[], times: ChildTimes = TIMES) {
    this.#git = git;
    this.#args = args;
    this.#idle = new IdleTimer(times.idleMs, () => this.close());
    this.#life = new IdleTimer(times.lifeMs, () => this.close());
  }

  /**
   * Asks when all earlier questions are answered. A question may be put twice,
   * so it must change nothing. A child that does not answer in time is killed.
   *
   * @param count of how many questions it is made.
   * @throws {GitFailure} when git failed at both.
   */
  ask<T>(
    question: (child: GitChild) => Promise<T>,
    count = 1,
  ): Promise<T> {
    return this.#inTurn(async () => {
      try {
        return await this.#put(question, count);
      } catch (error) {
        if (!isEndOfChild(error)) throw error;
        return await this.#put(question, count);
      }
    });
  }

  /** Ends the child once all questions are answered; a later one starts another. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#idle.stop();
      this.#life.stop();
      const child = this.#child;
      this.#child = undefined;
      await child?.close();
    });
  }

  async #put<T>(
    question: (child: GitChild) => Promise<T>,
    count: number,
  ): Promise<T> {
    this.#idle.restart();
    const child = this.#child ??= this.#start();
    const msMax = count * this.#git.answerMsMax;
    const timer = setTimeout(() => child.kill(), msMax);
    try {
      return await question(child);
    } catch (error) {
      this.#child = undefined; // whatever it still has to say answers nothing
      await child.kill();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #start(): GitChild {
    this.#life.restart();
    return this.#git.start(this.#args);
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(act);
    this.#tail = turn.catch(() => {}); // whoever asked hears of it
    return turn;
  }
}

/** Whether an error says that a child is gone, which a new one may mend. */
function isEndOfChild(error: unknown): boolean {
  return error instanceof GitFailure ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof TypeError; // what a closed stream throws
}
