/**
 * Locks between processes: files with one holder at a time.
 *
 * They are `flock` locks of the operating system, which frees them when their
 * holder dies, however it dies. They are of one machine: a data folder on a
 * network file system has none.
 *
 * @see https://man7.org/linux/man-pages/man2/flock.2.html
 * @module
 */

import { type Clock, toTimestamp } from "../clock.ts";
import { Refusal } from "../refusal.ts";
import { FILE_MODE, toRefusal } from "./file_system.ts";

/** Who holds a lock, as its file says. */
export interface LockHolder {
  /** The process. */
  readonly pid: number;
  /** Since when, like `2026-11-24T10:00:00Z`. */
  readonly since: string;
}

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * A lock that has one holder at a time across processes, and across several
 * `FileLock`s in one.
 *
 * While it is held, its file says by whom and since when. One may wait for it
 * at a time; whoever waits more often queues in front of it.
 */
export class FileLock implements Disposable {
  readonly #path: string;
  readonly #clock: Clock;
  #held: Deno.FsFile | null = null;
  #waiter: Waiter | null = null;
  #isAsking = false;
  #holderDied = false;

  private constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  /**
   * A lock at this path; its file is made when the lock is first taken.
   *
   * @param clock tells since when the lock is held.
   */
  static open(path: string, clock: Clock): FileLock {
    return new FileLock(path, clock);
  }

  /**
   * Waits for the lock and takes it.
   *
   * @param timeoutMs how long to wait at most, in ms.
   * @throws {Refusal} `index_busy` with who holds it, `permission_denied`.
   */
  async acquire(timeoutMs: number): Promise<void> {
    if (this.#waiter !== null) {
      throw new Error("one waits for the lock already");
    }
    if (this.#held !== null) throw new Error("the lock is held already");
    if (!this.#isAsking && this.tryAcquire()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiter = { resolve, reject };
    const timer = setTimeout(() => {
      this.#waiter = null;
      try {
        reject(this.toBusy(timeoutMs));
      } catch (error) {
        reject(error); // thrown from here it would end the process
      }
    }, timeoutMs);
    try {
      this.#askKernel();
      await promise;
    } finally {
      this.#waiter = null;
      clearTimeout(timer);
    }
  }

  /**
   * Takes the lock if it is free.
   *
   * @returns whether it is held now.
   * @throws {Refusal} `permission_denied`.
   */
  tryAcquire(): boolean {
    if (this.#held !== null) throw new Error("the lock is held already");
    const file = this.#openFile();
    try {
      if (file.tryLockSync(true)) {
        this.#take(file);
        return true;
      }
    } catch (error) {
      file.close();
      throw toRefusal(error, this.#path);
    }
    file.close();
    return false;
  }

  /**
   * Whether nobody holds the lock at this moment. Looks, and leaves no trace: it
   * takes no space on a full disk.
   *
   * @throws {Refusal} `permission_denied`.
   */
  isFree(): boolean {
    using file = this.#openFile();
    try {
      const isFree = file.tryLockSync(true);
      if (isFree) file.unlockSync();
      return isFree;
    } catch (error) {
      throw toRefusal(error, this.#path);
    }
  }

  /** Frees the lock. */
  release(): void {
    const file = this.#held;
    if (file === null) throw new Error("the lock is not held");
    this.#held = null;
    try {
      // What the dead left is not cleared away: the next holder shall know, too.
      if (!this.#holderDied) file.truncateSync(0);
      // Not by closing alone: a child that is being started has the file open
      // as well until it becomes its own program, and would go on holding it.
      file.unlockSync();
    } finally {
      file.close();
    }
  }

  /** To be called once what a dead holder left has been cleared away. */
  forgetDeadHolder(): void {
    this.#holderDied = false;
  }

  /**
   * Whether the process that held the lock before has died with it: known from
   * the moment at which this one took it, until
   * {@linkcode FileLock.forgetDeadHolder}.
   */
  get holderDied(): boolean {
    return this.#holderDied;
  }

  /** Whether this very lock holds it. */
  get isHeld(): boolean {
    return this.#held !== null;
  }

  /** Who holds the lock now; `null` when nobody does, or it cannot be told. */
  holder(): LockHolder | null {
    try {
      const text = Deno.readTextFileSync(this.#path);
      const { pid, since }: Partial<LockHolder> = JSON.parse(text) ?? {};
      if (typeof pid !== "number" || typeof since !== "string") return null;
      return { pid, since };
    } catch (error) {
      // Free, or taken so recently that nothing is written yet.
      if (error instanceof SyntaxError) return null;
      if (error instanceof Deno.errors.NotFound) return null;
      throw toRefusal(error, this.#path);
    }
  }

  /**
   * The refusal of somebody who waited for the lock in vain.
   *
   * @param waitedMs how long, in ms.
   */
  toBusy(waitedMs: number): Refusal<"index_busy"> {
    const holder = this.holder();
    return new Refusal("index_busy", {
      waited_ms: waitedMs,
      holder: holder === null
        ? "another process"
        : `process ${holder.pid} (since ${holder.since})`,
    });
  }

  /** Frees the lock if it is held. */
  close(): void {
    if (this.#held !== null) this.release();
  }

  /** The same as {@linkcode FileLock.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Blocks a thread until the kernel gives the lock. That cannot be called off:
   * after a timeout it goes on, serves the next who waits, and lets go of a lock
   * that nobody waits for any more.
   */
  #askKernel(): void {
    if (this.#isAsking) return;
    const file = this.#openFile();
    this.#isAsking = true;
    file.lock(true).then(() => {
      this.#isAsking = false;
      const waiter = this.#waiter;
      if (waiter === null) return file.close();
      this.#take(file);
      waiter.resolve();
    }).catch((error) => {
      this.#isAsking = false;
      file.close();
      this.#waiter?.reject(toRefusal(error, this.#path));
    });
  }

  #take(file: Deno.FsFile): void {
    const holder = { pid: Deno.pid, since: toTimestamp(this.#clock.now()) };
    this.#holderDied = file.statSync().size > 0; // nobody has emptied it
    const bytes = new TextEncoder().encode(JSON.stringify(holder));
    file.writeSync(bytes);
    file.truncateSync(bytes.length); // never empty in between
    this.#held = file;
  }

  #openFile(): Deno.FsFile {
    const options = { create: true, read: true, write: true, mode: FILE_MODE };
    try {
      return Deno.openSync(this.#path, options);
    } catch (error) {
      throw toRefusal(error, this.#path);
    }
  }
}
