/**
 * Deletions of crate files that must wait: a copy of the registry that is under
 * way reads what it began with, also what was removed since.
 *
 * Whoever copies holds the lock `backup` and takes it under the write lock, so
 * for a holder of the write lock it stays as free as it was found. What waits is
 * noted in a file, on disk before the rows of the removal are, and is done by
 * the next holder of the write lock who finds `backup` free.
 *
 * @module
 */

import { dirname } from "node:path";
import { type StoredVersion, toStoredVersion } from "./crate_store.ts";
import { removeFile } from "./file_names.ts";
import { appendToFile, fsyncFolder, readTextFile } from "./file_system.ts";
import type { FileLock } from "./lock.ts";
import type { SweepQuestions } from "./staging.ts";

/** The deletions that wait in one data folder. */
export class PostponedDeletions {
  readonly #path: string;
  readonly #backup: FileLock;

  /**
   * @param path where they are noted.
   * @param backup the lock of those who copy; not the one that this process
   * copies with itself.
   */
  constructor(path: string, backup: FileLock) {
    this.#path = path;
    this.#backup = backup;
  }

  /**
   * Whether a copy is under way. Under the write lock nobody begins another.
   *
   * @throws {Refusal} `permission_denied`.
   */
  mustWait(): boolean {
    return !this.#backup.isFree();
  }

  /** Notes a deletion for later; it is on disk when this returns. */
  async note({ crate, version }: StoredVersion): Promise<void> {
    // The newline in front: a power cut may have left half a line.
    await appendToFile(this.#path, `\n${crate} ${version}\n`);
  }

  /**
   * Deletes what was noted and is not in the index, unless a copy is under way.
   * Under the write lock, with the index at its tip.
   */
  async settle({ crates, isPublished }: SweepQuestions): Promise<void> {
    const noted = await readPostponed(this.#path);
    if (noted === null || this.mustWait()) return;
    for (const { crate, version } of noted) {
      if (!await isPublished(crate, version)) {
        await crates.delete(crate, version);
      }
    }
    await removeFile(this.#path);
    await fsyncFolder(dirname(this.#path));
  }
}

/**
 * The crate files whose deletion waits, in the order in which they were removed;
 * `null` when there is no such note.
 *
 * @param path where they are noted.
 */
export async function readPostponed(
  path: string,
): Promise<readonly StoredVersion[] | null> {
  const text = await readTextFile(path);
  if (text === null) return null;
  return text.split("\n").flatMap((line) => {
    const [crate = "", version = ""] = line.split(" ");
    return toStoredVersion(crate, version) ?? [];
  });
}
