/**
 * Where crate files are kept: what every store of them promises.
 *
 * A crate file is written once and never changed. All that changes a store is
 * done by whoever holds the registry's write lock, so a store guards against
 * sudden death, not against a second writer. `tests/contract/` holds every store
 * to this page.
 *
 * @module
 */

import { type CrateName, parseCrateName } from "../crate/name.ts";
import { type CrateVersion, parseCrateVersion } from "../crate/version.ts";
import { isRefusal } from "../refusal.ts";
import type { ByteRange } from "./file_system.ts";
import type { NamedCrateFile } from "./staging.ts";

/** What is known of a crate file without opening it. */
export interface StoredCrateFile {
  /** Its size in bytes. */
  readonly sizeBytes: number;
  /** When it was stored. */
  readonly modified: Date;
}

/** A crate file that is open for reading. */
export interface OpenedCrateFile {
  /** What was asked for. Read to the end or cancelled, or it stays open. */
  readonly pieces: ReadableStream<Uint8Array>;
}

/** A version's place in a store. */
export interface StoredVersion {
  /** The crate. */
  readonly crate: CrateName;
  /** The version. */
  readonly version: CrateVersion;
}

/** A store of crate files. */
export interface CrateStore {
  /**
   * Stores a staged file under its crate and version. When this returns, the
   * file survives a power cut.
   *
   * Done again it changes nothing. A file that is there already and is another
   * one is replaced at once: the caller knows that no index line names it.
   *
   * @throws {Refusal} `disk_full`, `permission_denied`; {@linkcode takeBack}
   * then removes what there may be.
   */
  put(file: NamedCrateFile): Promise<void>;

  /**
   * Undoes {@linkcode put}, for a version that was not published after all.
   * Another file under the same crate and version is left alone.
   *
   * @returns whether there was something to undo.
   */
  takeBack(
    file: Pick<NamedCrateFile, "path" | "crate" | "version">,
  ): Promise<boolean>;

  /**
   * Opens a crate file, all of it or a part.
   *
   * @throws {Refusal} `version_not_found`.
   */
  open(
    crate: CrateName,
    version: CrateVersion,
    range?: ByteRange,
  ): Promise<OpenedCrateFile>;

  /**
   * Reads a part of a crate file at once: for small ones.
   *
   * @throws {Refusal} `version_not_found`.
   */
  read(
    crate: CrateName,
    version: CrateVersion,
    range: ByteRange,
  ): Promise<Uint8Array<ArrayBuffer>>;

  /** What is known of a crate file; `null` when there is none. */
  stat(
    crate: CrateName,
    version: CrateVersion,
  ): Promise<StoredCrateFile | null>;

  /**
   * Deletes a crate file, for good even after a power cut; while the registry is
   * being copied, later, and just as surely.
   *
   * @returns whether there was one.
   */
  delete(crate: CrateName, version: CrateVersion): Promise<boolean>;

  /** All crate files; files that are none of a crate's versions are left out. */
  list(): AsyncIterable<StoredVersion>;
}

/** Reads a version from parts of a file's name; `null` when it is none. */
export function toStoredVersion(
  crate: string,
  version: string,
): StoredVersion | null {
  try {
    return {
      crate: parseCrateName(crate),
      version: parseCrateVersion(version),
    };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return null;
  }
}
