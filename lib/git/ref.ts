/**
 * The branch that is the index: where its tip is, and whether it has moved.
 *
 * Read from the file system, since that costs microseconds and a git process
 * milliseconds.
 *
 * @module
 */

import { GitFailure } from "./child.ts";
import type { Git } from "./command.ts";

/** The one branch of the index repository. */
export const INDEX_REF = "refs/heads/master";

/** A lock of the ref is surely left over when it is older than this, in ms. */
const LEFT_LOCK_MS = 1000;

/** What changes whenever the tip does. */
export interface RefStamp {
  /** The inode of the ref's file: git replaces the file at each change. */
  inode: number;
  /** When that file was written, in ms. */
  modifiedMs: number;
}

/** The branch of one repository. */
export class IndexRef {
  readonly #git: Git;
  readonly #path: string;

  /** @param git the repository. */
  constructor(git: Git) {
    this.#git = git;
    this.#path = `${git.gitFolder}/${INDEX_REF}`;
  }

  /** The stamp of the ref now; `null` when somebody packed the refs. */
  stamp(): RefStamp | null {
    try {
      const { ino, mtime } = Deno.statSync(this.#path);
      return { inode: ino ?? 0, modifiedMs: mtime?.getTime() ?? 0 };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /**
   * The commit at the tip; `null` in a repository without any.
   *
   * @throws {GitFailure} when the ref is damaged.
   */
  async read(): Promise<string | null> {
    const text = this.#readFile();
    if (text !== null) {
      if (/^[0-9a-f]{40}\n?$/.test(text)) return text.trim();
      throw new GitFailure(`${INDEX_REF} is damaged: it names no commit`);
    }
    const args = ["rev-parse", "--verify", "--quiet", INDEX_REF];
    const { status, stdout } = await this.#git.run(args, {
      statuses: [0, 1],
      msMax: this.#git.answerMsMax,
    });
    return status === 0 ? stdout.trim() : null;
  }

  #readFile(): string | null {
    try {
      return Deno.readTextFileSync(this.#path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /**
   * Removes the locks that a killed git left on the ref, and on HEAD, which git
   * locks with it. Only for the holder of the write lock, since then no living
   * process of ours owns them.
   *
   * @param now the present moment.
   */
  removeLeftLocks(now: Date): void {
    for (const ref of [INDEX_REF, "HEAD"]) {
      const path = `${this.#git.gitFolder}/${ref}.lock`;
      try {
        const { mtime } = Deno.statSync(path);
        // One from the future is left over too: the clock was set back.
        const ageMs = Math.abs(now.getTime() - (mtime?.getTime() ?? 0));
        if (ageMs > LEFT_LOCK_MS) Deno.removeSync(path);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }
}
