/**
 * Crate files as files: `{crate}/{crate}-{version}.crate` below one folder.
 *
 * A file is linked from where it was staged, so it appears whole or not at all,
 * and the staged name stays as the record by which it can be taken back. Both
 * must be on one file system.
 *
 * @module
 */

import { join } from "node:path";
import type { CrateName } from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import { Refusal } from "../refusal.ts";
import {
  type CrateStore,
  type OpenedCrateFile,
  type StoredCrateFile,
  type StoredVersion,
  toStoredVersion,
} from "./crate_store.ts";
import {
  linkFile,
  listFolder,
  removeEmptyFolder,
  removeFile,
  renameFile,
} from "./file_names.ts";
import {
  type ByteRange,
  fileFacts,
  fsyncFolder,
  makeFolder,
  openFile,
  readRange,
} from "./file_system.ts";
import type { PostponedDeletions } from "./postponed_deletions.ts";
import type { NamedCrateFile } from "./staging.ts";

/** Crate files in the folder `crates/` of a data folder. */
export class FileCrateStore implements CrateStore {
  readonly #folder: string;
  readonly #deletions: PostponedDeletions | null;

  /**
   * @param folder where the folders of the crates are.
   * @param deletions those that must wait; `null` where nobody copies.
   */
  constructor(folder: string, deletions: PostponedDeletions | null = null) {
    this.#folder = folder;
    this.#deletions = deletions;
  }

  async put(file: NamedCrateFile): Promise<void> {
    const folder = this.#folderOf(file.crate);
    const isNewFolder = await makeFolder(folder);
    const path = this.#pathOf(file.crate, file.version);
    if (!await linkFile(file.path, path)) await replaceFile(file, path);
    await Promise.all([
      fsyncFolder(folder),
      ...(isNewFolder ? [fsyncFolder(this.#folder)] : []),
    ]);
  }

  async takeBack(
    file: Pick<NamedCrateFile, "path" | "crate" | "version">,
  ): Promise<boolean> {
    const { crate, version, path } = file;
    const staged = await fileFacts(path);
    const stored = await fileFacts(this.#pathOf(crate, version));
    const isSame = staged !== null && staged.identity === stored?.identity;
    if (isSame) return await this.delete(crate, version);
    await removeEmptyFolder(this.#folderOf(crate)); // put may have got so far
    return false;
  }

  async open(
    crate: CrateName,
    version: CrateVersion,
    range?: ByteRange,
  ): Promise<OpenedCrateFile> {
    const pieces = await openFile(this.#pathOf(crate, version), range);
    if (pieces === null) {
      throw new Refusal("version_not_found", { crate, version });
    }
    return { pieces };
  }

  async read(
    crate: CrateName,
    version: CrateVersion,
    range: ByteRange,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await readRange(this.#pathOf(crate, version), range);
    if (bytes === null) {
      throw new Refusal("version_not_found", { crate, version });
    }
    return bytes;
  }

  async stat(
    crate: CrateName,
    version: CrateVersion,
  ): Promise<StoredCrateFile | null> {
    const facts = await fileFacts(this.#pathOf(crate, version));
    if (facts === null) return null;
    const { sizeBytes, modified } = facts;
    return { sizeBytes, modified };
  }

  async delete(crate: CrateName, version: CrateVersion): Promise<boolean> {
    if (this.#deletions?.mustWait()) {
      const isThere = await this.stat(crate, version) !== null;
      if (isThere) await this.#deletions.note({ crate, version });
      return isThere;
    }
    if (!await removeFile(this.#pathOf(crate, version))) return false;
    const folder = this.#folderOf(crate);
    const isEmpty = await removeEmptyFolder(folder);
    await fsyncFolder(isEmpty ? this.#folder : folder);
    return true;
  }

  async *list(): AsyncIterable<StoredVersion> {
    for (const name of await listFolder(this.#folder)) {
      const folder = join(this.#folder, name);
      if (!(await fileFacts(folder))?.isFolder) continue;
      for (const fileName of await listFolder(folder)) {
        const [start, end] = [`${name}-`, ".crate"];
        if (!fileName.startsWith(start) || !fileName.endsWith(end)) continue;
        const version = fileName.slice(start.length, -end.length);
        const stored = toStoredVersion(name, version);
        if (stored !== null) yield stored;
      }
    }
  }

  #folderOf(crate: CrateName): string {
    return join(this.#folder, crate);
  }

  #pathOf(crate: CrateName, version: CrateVersion): string {
    return join(this.#folderOf(crate), `${crate}-${version}.crate`);
  }
}

/** Puts a file over another one; there is no moment without either. */
async function replaceFile(
  { path: staged }: NamedCrateFile,
  path: string,
): Promise<void> {
  const facts = await fileFacts(staged);
  if (facts?.identity === (await fileFacts(path))?.identity) return;
  const second = `${staged}.second`; // a rename of `staged` would end the record
  await removeFile(second);
  await linkFile(staged, second);
  await renameFile(second, path);
}
