/**
 * Rows of what was removed: a version's bytes may come back, others under its
 * number never, and a name that was in use is not given to just anybody.
 *
 * Part of `palletizer.db`.
 *
 * @module
 */

import type { Checksum } from "../crate/checksum.ts";
import type { CanonicalCrateName } from "../crate/name.ts";
import { type CrateVersion, withoutBuildMetadata } from "../crate/version.ts";
import type { Database } from "./database.ts";

/** A version that was removed. */
export interface RemovedVersion {
  /** The crate. */
  readonly crate: CanonicalCrateName;
  /** The version; its build metadata counts for nothing. */
  readonly version: CrateVersion;
  /** SHA-256 of the crate file that it had. */
  readonly checksum: Checksum;
  /** Who removed it: `nobody`, `operator` or `user:ID`. */
  readonly by: string;
  /** When, like `2026-11-24T10:00:00Z`. */
  readonly at: string;
}

/** The table of removed versions. */
export class RemovedVersionRows {
  readonly #database: Database;

  /** @param database palletizer.db. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** What is known of a removed version; `null` when it never was removed. */
  find(
    crate: CanonicalCrateName,
    version: CrateVersion,
  ): RemovedVersion | null {
    const row = this.#database.get<{
      version: CrateVersion;
      checksum: Checksum;
      removed_by: string;
      removed_at: string;
    }>(
      "SELECT * FROM removed_versions WHERE crate = ? AND version = ?",
      crate,
      withoutBuildMetadata(version),
    );
    return row === undefined ? null : {
      crate,
      version: row.version,
      checksum: row.checksum,
      by: row.removed_by,
      at: row.removed_at,
    };
  }

  /** Whether any version of a crate was ever removed. */
  hasName(crate: CanonicalCrateName): boolean {
    return this.#database.get(
      "SELECT 1 FROM removed_versions WHERE crate = ? LIMIT 1",
      crate,
    ) !== undefined;
  }

  /** Notes a removal; of two of one version the later one counts. */
  add({ crate, version, checksum, by, at }: RemovedVersion): void {
    this.#database.run(
      "INSERT OR REPLACE INTO removed_versions VALUES (?, ?, ?, ?, ?)",
      crate,
      withoutBuildMetadata(version),
      checksum,
      by,
      at,
    );
  }
}
