/**
 * Folders that show whether the process that made them still lives.
 *
 * They are locked like the files of `lock.ts`: by the operating system, which
 * frees them when their holder dies, however it dies.
 *
 * @see https://man7.org/linux/man-pages/man2/flock.2.html
 * @module
 */

import { toRefusal } from "./file_system.ts";

/**
 * A folder that is locked as long as the process that made it lives, so that
 * others can tell what is in use from what was left behind.
 */
export class FolderLock implements Disposable {
  readonly #folder: Deno.FsFile;

  private constructor(folder: Deno.FsFile) {
    this.#folder = folder;
  }

  /**
   * Locks a folder.
   *
   * @returns `null` when it is locked, is no folder, or has been removed
   * meanwhile.
   */
  static tryAcquire(path: string): FolderLock | null {
    let folder;
    try {
      folder = Deno.openSync(path, { read: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw toRefusal(error, path);
    }
    if (folder.tryLockSync(true) && isStillAt(folder, path)) {
      return new FolderLock(folder);
    }
    folder.close();
    return null;
  }

  /** Frees the folder. */
  close(): void {
    // Not by closing alone: a child that is being started has it open as well.
    this.#folder.unlockSync();
    this.#folder.close();
  }

  /** The same as {@linkcode FolderLock.close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** Whoever held the lock before may have removed the folder. */
function isStillAt(folder: Deno.FsFile, path: string): boolean {
  try {
    const { ino, isDirectory } = folder.statSync();
    return isDirectory && Deno.statSync(path).ino === ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw toRefusal(error, path);
  }
}
