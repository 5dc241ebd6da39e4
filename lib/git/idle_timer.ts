/**
 * Does something after a while without work.
 *
 * @module
 */

import { clearTimeout, setTimeout } from "node:timers";

/** A timer that is wound up again by work, and never keeps the program alive. */
export class IdleTimer {
  readonly #idleMs: number;
  readonly #act: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * A timer that does not run yet.
   *
   * @param idleMs how long nothing may happen, in ms.
   * @param act what is done then; it must not throw.
   */
  constructor(idleMs: number, act: () => void) {
    this.#idleMs = idleMs;
    this.#act = act;
  }

  /** Begins to wait, from the start. */
  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#act, this.#idleMs);
    this.#timer.unref();
  }

  /** Waits no longer. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
