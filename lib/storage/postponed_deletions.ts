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

  /** Whether the deletion of a version's crate file waits. */
  async isNoted({ crate, version }: StoredVersion): Promise<boolean> {
    const text = await readTextFile(this.#path);
    return text?.split("\n").includes(`${crate} ${version}`) ?? false;
  }

  /**
   * Deletes what was noted and is not in the index, unless a copy is under way.
   * Under the write lock, with the index at its tip.
   */
  async settle({ crates, isPublished }: SweepQuestions): Promise<void> {
    const text = await readTextFile(this.#path);
    if (text === null || this.mustWait()) return;
    for (const line of text.split("\n")) {
      const [name = "", rest = ""] = line.split(" ");
      const noted = toStoredVersion(name, rest);
      if (noted === null) continue;
      const { crate, version } = noted;
      if (!await isPublished(crate, version)) {
        await crates.delete(crate, version);
      }
    }
    await removeFile(this.#path);
    await fsyncFolder(dirname(this.#path));
  }
}
