/**
 * Requests in flight, counted by us: a server that stops waits for them before
 * it lets Deno close connections, which would break uploads.
 *
 * @module
 */

/** The requests that are being answered. */
export class InFlight {
  #count = 0;
  #idle: (() => void) | null = null;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** One more. */
  enter(): void {
    this.#count++;
  }

  /** One less. */
  leave(): void {
    if (--this.#count === 0) this.#idle?.();
  }

  /** A body that counts as a request in flight until it is read or cancelled. */
  hold(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    let isHeld = true;
    const letGo = () => {
      if (isHeld) this.leave();
      isHeld = false;
    };
    this.enter();
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const { value, done } = await reader.read();
          if (!done) return controller.enqueue(value);
        } catch (error) {
          letGo();
          throw error;
        }
        controller.close();
        letGo();
      },
      cancel(reason) {
        letGo();
        return reader.cancel(reason);
      },
    }, { highWaterMark: 0 });
  }

  /** Fulfilled when there are none. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle = resolve);
  }
}
