/**
 * Lets a bounded number of things go on at once; others wait, in order.
 *
 * @module
 */

/** A bound on what goes on at once. */
export class AtOnce {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param countMax how many may go on at once. */
  constructor(countMax: number) {
    this.#free = countMax;
  }

  /** Does something when its turn has come. */
  async do<T>(act: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
