/**
 * A git child that stays to answer many questions, one at a time.
 *
 * It is started at the first question, started anew when it was killed, and
 * ends by itself after a while without a question.
 *
 * @module
 */

import { type GitChild, GitFailure } from "./child.ts";
import type { Git } from "./command.ts";
import { IdleTimer } from "./idle_timer.ts";

/** How long a child stays without a question, in ms. */
const IDLE_MS = 60_000;

/** A git that answers questions for as long as there are any. */
export class LongLivedGit {
  readonly #git: Git;
  readonly #args: readonly string[];
  #child: GitChild | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  readonly #idle = new IdleTimer(IDLE_MS, () => this.close());

  /**
   * @param git the repository to ask about.
   * @param args what to start git with.
   */
  constructor(git: Git, args: readonly string[]) {
    this.#git = git;
    this.#args = args;
  }

  /**
   * Asks when all earlier questions are answered. A question may be put twice,
   * so it must change nothing.
   *
   * @throws {GitFailure} when git failed at both.
   */
  ask<T>(question: (child: GitChild) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      try {
        return await this.#put(question);
      } catch (error) {
        if (!isEndOfChild(error)) throw error;
        return await this.#put(question);
      }
    });
  }

  /** Ends the child once all questions are answered; a later one starts another. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#idle.stop();
      const child = this.#child;
      this.#child = undefined;
      await child?.close();
    });
  }

  async #put<T>(question: (child: GitChild) => Promise<T>): Promise<T> {
    this.#idle.restart();
    const child = this.#child ??= this.#git.start(this.#args);
    try {
      return await question(child);
    } catch (error) {
      this.#child = undefined; // whatever it still has to say answers nothing
      await child.kill();
      throw error;
    }
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
