/**
 * Rows of which crates there are.
 *
 * Part of `derived.db`: as the index says.
 *
 * @module
 */

import {
  type CanonicalCrateName,
  canonicalCrateName,
  type CrateName,
} from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import type { Database } from "./database.ts";

/** A crate, as its index file tells. */
export interface IndexedCrate {
  /** Its name, as it is spelt. */
  readonly name: CrateName;
  /** The version that people most likely want. */
  readonly newestVersion: CrateVersion;
  /** How many versions it has, yanked ones too. */
  readonly versionCount: number;
  /** Whether that version is yanked, which then all are. */
  readonly yanked: boolean;
}

/** The table of crates, without what describes them. */
export class CrateRows {
  readonly #database: Database;

  /** @param database derived.db. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** The crate that has this canonical name, as it is spelt. */
  named(canonical: CanonicalCrateName): CrateName | null {
    return this.#database.get<{ name: CrateName }>(
      "SELECT name FROM crates WHERE canonical = ?",
      canonical,
    )?.name ?? null;
  }

  /** Notes what the index says of a crate; its description stays. */
  put({ name, newestVersion, versionCount, yanked }: IndexedCrate): void {
    this.#database.run(
      `INSERT INTO crates (canonical, name, newest_version, version_count, yanked)
       VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (canonical) DO UPDATE SET
         name = excluded.name,
         newest_version = excluded.newest_version,
         version_count = excluded.version_count,
         yanked = excluded.yanked`,
      canonicalCrateName(name),
      name,
      newestVersion,
      versionCount,
      Number(yanked),
    );
  }

  /** Forgets a crate. */
  remove(canonical: CanonicalCrateName): void {
    this.#database.run("DELETE FROM crates WHERE canonical = ?", canonical);
  }
}
