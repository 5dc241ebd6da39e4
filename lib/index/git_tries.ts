/**
 * What to do when git fails to write: try again, as often as there is hope.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { CatFile } from "../git/cat_file.ts";
import { GitFailure } from "../git/child.ts";
import type { FastImport } from "../git/fast_import.ts";
import type { IndexRef } from "../git/ref.ts";
import { Refusal } from "../refusal.ts";

/** How often something is tried before it is given up. */
const TRIES_MAX = 8;

/** The pause before the second try, in ms; it doubles with each. */
const RETRY_MS = 20;

/** What git says when no space is left: the system's own words, or its own. */
const DISK_FULL =
  /No space left on device|Disk quota exceeded|Out of diskspace/;

/** What a new try starts afresh with. */
export interface GitTriesParts {
  ref: IndexRef;
  catFile: CatFile;
  clock: Clock;
}

/** Tries of one writer. */
export class GitTries {
  readonly #parts: GitTriesParts;
  readonly #importer: FastImport;

  /**
   * Tries of a writer.
   *
   * @param parts what it works with.
   * @param importer writes its commits.
   */
  constructor(parts: GitTriesParts, importer: FastImport) {
    this.#parts = parts;
    this.#importer = importer;
  }

  /**
   * Whether there is hope in another try. If so, a while has passed then, and
   * nothing of the failed one is left but what it may have committed.
   *
   * @param error why the last try failed.
   * @param tries how many there were. Under the write lock.
   */
  async again(error: unknown, tries: number): Promise<boolean> {
    if (!(error instanceof GitFailure) || isDiskFull(error)) return false;
    if (tries >= TRIES_MAX) return false;
    const { catFile, ref, clock } = this.#parts;
    await this.#importer.drop();
    await catFile.close();
    await new Promise((resolve) =>
      setTimeout(resolve, RETRY_MS * 2 ** (tries - 1))
    );
    ref.removeLeftLocks(clock.now());
    return true;
  }
}

/** A failure of git as a refusal; any other error as it is. */
export function toRefusal(error: unknown): unknown {
  if (!(error instanceof GitFailure)) return error;
  const options = { cause: error };
  return isDiskFull(error)
    ? new Refusal("disk_full", { path: "index.git" }, options)
    : new Refusal("index_write_failed", error.facts, options);
}

/** Whether git failed because there is no room left. */
export function isDiskFull({ facts }: GitFailure): boolean {
  return DISK_FULL.test(facts.problem);
}
