/**
 * A bounded number of places, and a bounded queue in front of them.
 *
 * @module
 */

import { Refusal } from "../refusal.ts";

/** How many may be in at once, and how many may wait and how long. */
export interface PlacesLimits {
  /** Places. */
  readonly count: number;
  /** Who may wait for one. */
  readonly waitingMax: number;
  /** How long one may wait, in ms. */
  readonly waitMsMax: number;
}

/** Gives up a place; done again it does nothing. */
export type Leave = () => void;

interface Waiter {
  admit(): void;
}

/** Places that are given in the order in which they were asked for. */
export class Places {
  readonly #limits: PlacesLimits;
  readonly #waiting = new Set<Waiter>(); // iterates in order of arrival
  #taken = 0;

  /** @param limits how many. */
  constructor(limits: PlacesLimits) {
    this.#limits = limits;
  }

  /**
   * Waits for a place and takes it.
   *
   * @param signal gives up waiting.
   * @throws {Refusal} `git_busy` when too many wait, or the wait was too long.
   * @throws what `signal` was aborted with.
   */
  async take(signal?: AbortSignal): Promise<Leave> {
    signal?.throwIfAborted();
    if (this.#taken < this.#limits.count) this.#taken++;
    else if (this.#waiting.size < this.#limits.waitingMax) {
      await this.#turn(signal);
    } else throw this.#busy();
    let isIn = true;
    return () => {
      if (isIn) this.#free();
      isIn = false;
    };
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { admit: resolve };
    this.#waiting.add(waiter);
    // Out of the queue first: a place that is given to nobody is lost.
    const goWith = (reason: () => unknown) => () => {
      if (this.#waiting.delete(waiter)) reject(reason());
    };
    const giveUp = goWith(() => signal?.reason);
    const tooLong = goWith(() => this.#busy());
    const timer = setTimeout(tooLong, this.#limits.waitMsMax);
    signal?.addEventListener("abort", giveUp);
    return promise.finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
    });
  }

  #free(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#taken--;
      return;
    }
    this.#waiting.delete(next); // its place passes on, so the count stays
    next.admit();
  }

  #busy(): Refusal<"git_busy"> {
    const [running, waiting] = [this.#taken, this.#waiting.size];
    return new Refusal("git_busy", { running, waiting });
  }
}
