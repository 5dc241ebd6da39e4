/**
 * A data folder that is being restored: everything is put into the folder
 * `restoring` in it first. As long as that is there, no other command takes the
 * data folder for a registry, whatever else is in it already.
 *
 * Not into a folder beside it: a data folder is often a mount point, or the one
 * folder that its user may write to.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { Refusal } from "../refusal.ts";
import { dataPaths, requireOwner } from "./data_folder.ts";
import {
  listFolder,
  removeEmptyFolder,
  removeFolder,
  renameFile,
} from "./file_names.ts";
import { fsyncFolder, makeFolder } from "./file_system.ts";
import { FolderLock } from "./folder_lock.ts";

/** What a data folder may hold that is to be restored: a file system's own. */
const NOTHING: ReadonlySet<string> = new Set(["lost+found"]);

/** A data folder in the making. All of it is gone unless it is finished. */
export class Restoring implements AsyncDisposable {
  readonly #target: string;
  readonly #isNew: boolean;
  readonly #lock: FolderLock;
  #isWhole = false;

  /** Where everything is put. */
  readonly folder: string;

  private constructor(target: string, isNew: boolean, lock: FolderLock) {
    this.#target = target;
    this.#isNew = isNew;
    this.#lock = lock;
    this.folder = dataPaths(target).restoring;
  }

  /**
   * Begins; what a killed restore left is removed.
   *
   * @param target the data folder, missing or empty.
   * @throws {Refusal} `data_folder_not_empty`, `restore_unfinished` when another
   * process restores, `data_folder_foreign`, `permission_denied`.
   */
  static async begin(target: string): Promise<Restoring> {
    const { restoring } = dataPaths(target);
    const isNew = await makeFolder(target);
    if (isNew) await fsyncFolder(dirname(target));
    await requireOwner(target);
    await requireNothing(target);
    await makeFolder(restoring);
    const lock = FolderLock.tryAcquire(restoring);
    if (lock === null) {
      throw new Refusal("restore_unfinished", { path: target });
    }
    for (const name of await listFolder(restoring)) {
      await removeFolder(join(restoring, name));
    }
    return new Restoring(target, isNew, lock);
  }

  /**
   * Makes the data folder of what is there; all names are on disk then.
   *
   * @throws {Refusal} `data_folder_not_empty` when somebody else has put
   * something there meanwhile, which stays.
   */
  async finish(): Promise<void> {
    await requireNothing(this.#target); // a rename takes the place of a file
    await fsyncFolder(this.folder);
    this.#isWhole = true; // from here on `restoring` must outlive a failure
    for (const name of await listFolder(this.folder)) {
      await renameFile(join(this.folder, name), join(this.#target, name));
    }
    await fsyncFolder(this.#target);
    await removeFolder(this.folder);
    await fsyncFolder(this.#target);
  }

  /** Removes everything again, unless it was finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isWhole) await removeFolder(this.folder);
    if (!this.#isWhole && this.#isNew) await removeEmptyFolder(this.#target);
    this.#lock.close();
  }
}

async function requireNothing(target: string): Promise<void> {
  const { restoring } = dataPaths(target);
  for (const name of await listFolder(target)) {
    if (NOTHING.has(name) || join(target, name) === restoring) continue;
    throw new Refusal("data_folder_not_empty", { path: target });
  }
}
