/**
 * How long whoever asks for a change waits for the answer.
 *
 * Cargo hangs up 30 s after the last byte that it sent. So there are three
 * moments before that: until the first a change may wait for its turn, until the
 * second git may work on it, and at the third its asker is told what is known.
 *
 * @module
 */

import type { Limits } from "../limits.ts";

/** The bounds of a change. */
export type PatienceLimits = Pick<
  Limits,
  "changeWaitMsMax" | "changeGitMsMax" | "changeMsMax"
>;

/** The patience of one asker. Its timers end with it. */
export class Patience implements Disposable {
  readonly #limits: PatienceLimits | null;
  readonly #wait = new AbortController();
  readonly #git = new AbortController();
  readonly #answer = new AbortController();
  #timers: ReturnType<typeof setTimeout>[] | undefined;

  /** @param limits how long each lasts; `null` for somebody who always waits. */
  constructor(limits: PatienceLimits | null) {
    this.#limits = limits;
  }

  /** Aborted once a change that git does not have yet comes too late. */
  get wait(): AbortSignal {
    return this.#wait.signal;
  }

  /** Aborted once git shall work on the change no longer. */
  get git(): AbortSignal {
    return this.#git.signal;
  }

  /** Aborted once the asker shall be told what is known. */
  get answer(): AbortSignal {
    return this.#answer.signal;
  }

  /** Counts from now on, unless it does already. */
  begin(): void {
    if (this.#limits === null || this.#timers !== undefined) return;
    const { changeWaitMsMax, changeGitMsMax, changeMsMax } = this.#limits;
    this.#timers = [
      setTimeout(() => this.#wait.abort(), changeWaitMsMax),
      setTimeout(() => this.#git.abort(), changeGitMsMax),
      setTimeout(() => this.#answer.abort(), changeMsMax),
    ];
  }

  /** Passes on what is asked with, and counts from its end on. */
  async *beginAfter<Piece>(
    pieces: AsyncIterable<Piece>,
  ): AsyncIterable<Piece> {
    yield* pieces;
    this.begin();
  }

  /** Stops counting: there is an answer. */
  [Symbol.dispose](): void {
    for (const timer of this.#timers ?? []) clearTimeout(timer);
    this.#timers = [];
  }
}
