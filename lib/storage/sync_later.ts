/**
 * Brings new files to disk some at a time, while others are being written: for
 * whoever writes very many that count only once all are there.
 *
 * @module
 */

import { withPath } from "./file_system.ts";

/** So many are brought to disk at once: the disk takes them together. */
const AT_ONCE = 16;

/** Files and folders on their way to disk. */
export class SyncLater implements AsyncDisposable {
  readonly #underWay = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  /**
   * Takes a file or a folder that is written; waits while too many are under
   * way.
   *
   * @throws what kept an earlier one from the disk: {Refusal} `disk_full`.
   */
  async add(path: string): Promise<void> {
    this.#requireDone();
    while (this.#underWay.size >= AT_ONCE) await Promise.race(this.#underWay);
    const syncing = sync(path)
      .catch((error) => void (this.#failure ??= { error }))
      .finally(() => this.#underWay.delete(syncing));
    this.#underWay.add(syncing);
  }

  /**
   * Comes back when all are on disk.
   *
   * @throws what kept one from it.
   */
  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#requireDone();
  }

  /** Comes back when none is under way any more, on disk or not. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #requireDone(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}

async function sync(path: string): Promise<void> {
  await withPath(path, async () => {
    using file = await Deno.open(path, { read: true });
    await file.sync();
  });
}
