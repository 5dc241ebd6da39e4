/**
 * Looks at a database as it is: nothing is made, migrated or put right.
 *
 * For whoever looks for damage. What the rows should be is known to
 * `lib/upkeep/`.
 *
 * @module
 */

import type { Checksum } from "../crate/checksum.ts";
import type { CanonicalCrateName } from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import { Database, type Row } from "./database.ts";
import { readLastCommit } from "./last_commit.ts";
import { DERIVED_MIGRATIONS, PEOPLE_MIGRATIONS } from "./migrations.ts";
import type { IndexedCrate } from "./names.ts";

/** So many problems of one database are told. */
const PROBLEMS_MAX = 20;

/** Rows that are read at once where there may be any number. */
const ROWS_AT_ONCE = 1_000;

/** What both databases can be asked. */
export class DatabaseInspection implements Disposable {
  /** The database; nothing can be changed through it. */
  protected readonly database: Database;
  /** The format that this program writes. */
  readonly formatKnown: number;

  /** Opens a database that is there. */
  protected constructor(path: string, formatKnown: number) {
    this.database = Database.openToLook(path);
    this.formatKnown = formatKnown;
  }

  /** The format that it has. */
  get format(): number {
    return Number(this.database.get("PRAGMA user_version")?.["user_version"]);
  }

  /**
   * What SQLite finds wrong with it, a line each, the first of many.
   *
   * @param isQuick leaves out whether its indexes agree with its tables.
   */
  problems(isQuick: boolean): string[] {
    const pragma = isQuick ? "quick_check" : "integrity_check";
    const rows = this.database.all(`PRAGMA ${pragma}(${PROBLEMS_MAX})`);
    return rows.map((row) => String(Object.values(row)[0]))
      .filter((line) => line !== "ok").slice(0, PROBLEMS_MAX);
  }

  /** The last commit of the index that it holds. */
  lastCommit(): string | null {
    return readLastCommit(this.database);
  }

  /** Closes it. */
  close(): void {
    this.database.close();
  }

  /** The same as {@linkcode DatabaseInspection.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Rows of a question that takes the last key read and how many it answers. */
  protected *pages<R extends Row>(
    sql: string,
    key: (row: R) => string,
  ): Iterable<R> {
    for (let last = "";;) {
      const rows = this.database.all<R>(sql, last, ROWS_AT_ONCE);
      yield* rows;
      const end = rows.at(-1);
      if (end === undefined || rows.length < ROWS_AT_ONCE) return;
      last = key(end);
    }
  }
}

/** A token whose user there is not. */
export type TokenOfNobody = {
  /** The token's number. */
  readonly id: number;
  /** The number of the user whose it was. */
  readonly user: number;
};

/** Somebody who owns a crate and is no user. */
export type UnknownOwner = {
  /** The crate. */
  readonly crate: CanonicalCrateName;
  /** The number that is no user's. */
  readonly user: number;
};

/** A look at `palletizer.db`. */
export class PeopleInspection extends DatabaseInspection {
  /**
   * Opens the database, which must be there.
   *
   * @throws {Refusal} `database_unusable`, `permission_denied`.
   */
  static open(path: string): PeopleInspection {
    return new PeopleInspection(path, PEOPLE_MIGRATIONS.length);
  }

  /** All who own a crate and are no users. */
  unknownOwners(): UnknownOwner[] {
    return this.database.all<UnknownOwner>(
      `SELECT crate, user FROM owners WHERE user <> 0
       AND user NOT IN (SELECT id FROM users) ORDER BY crate, user`,
    ).map((row) => ({ ...row }));
  }

  /** All tokens whose user there is not. */
  tokensOfNobody(): TokenOfNobody[] {
    return this.database.all<TokenOfNobody>(
      `SELECT id, user FROM tokens
       WHERE user NOT IN (SELECT id FROM users) ORDER BY id`,
    ).map((row) => ({ ...row }));
  }

  /** All crates that have owners, by name. */
  *ownedCrates(): Iterable<CanonicalCrateName> {
    const sql =
      "SELECT DISTINCT crate FROM owners WHERE crate > ? ORDER BY crate LIMIT ?";
    for (const row of this.pages<{ crate: string }>(sql, (it) => it.crate)) {
      yield row.crate as CanonicalCrateName;
    }
  }

  /** Whether a crate has an owner. */
  isOwned(crate: CanonicalCrateName): boolean {
    const sql = "SELECT 1 FROM owners WHERE crate = ? LIMIT 1";
    return this.database.get(sql, crate) !== undefined;
  }

  /** The checksums that removed versions of a crate had, build metadata aside. */
  removedChecksums(
    crate: CanonicalCrateName,
  ): ReadonlyMap<CrateVersion, Checksum> {
    const rows = this.database.all<
      { version: CrateVersion; checksum: Checksum }
    >(
      "SELECT version, checksum FROM removed_versions WHERE crate = ?",
      crate,
    );
    return new Map(rows.map(({ version, checksum }) => [version, checksum]));
  }
}

/** What `derived.db` has of a crate. */
export interface DerivedCrate extends IndexedCrate {
  /** Whether it is found by its words. */
  readonly isFound: boolean;
  /** Whom it depends on: version, canonical name, requirement and kind of each. */
  readonly dependencies: readonly string[];
}

type CrateRow = {
  name: string;
  newest_version: string;
  version_count: number;
  yanked: number;
  words: number | null;
};

type DependencyRow = {
  version: string;
  dependency: string;
  requirement: string;
  kind: string;
};

/** A look at `derived.db`. */
export class DerivedInspection extends DatabaseInspection {
  /**
   * Opens the database, which must be there.
   *
   * @throws {Refusal} `database_unusable`, `permission_denied`.
   */
  static open(path: string): DerivedInspection {
    return new DerivedInspection(path, DERIVED_MIGRATIONS.length);
  }

  /** What is there of a crate; `null` when it is not known. */
  crate(canonical: CanonicalCrateName): DerivedCrate | null {
    const row = this.database.get<CrateRow>(
      `SELECT crates.*, words_docsize.id AS words
       FROM crates LEFT JOIN words_docsize ON words_docsize.id = crates.id
       WHERE canonical = ?`,
      canonical,
    );
    if (row === undefined) return null;
    return {
      name: row.name as DerivedCrate["name"],
      newestVersion: row.newest_version as CrateVersion,
      versionCount: row.version_count,
      yanked: row.yanked === 1,
      isFound: row.words !== null,
      dependencies: this.#dependenciesOf(canonical),
    };
  }

  /** All crates that it knows, by canonical name. */
  *crates(): Iterable<
    { canonical: CanonicalCrateName; name: IndexedCrate["name"] }
  > {
    const sql =
      "SELECT canonical, name FROM crates WHERE canonical > ? ORDER BY canonical LIMIT ?";
    type Named = { canonical: CanonicalCrateName; name: IndexedCrate["name"] };
    yield* this.pages<Named>(sql, ({ canonical }) => canonical);
  }

  /** How many rows belong to no crate: of those who depend, and of words. */
  strayRows(): number {
    const dependents = this.database.get<{ count: number }>(
      `SELECT count(*) AS count FROM dependents
       WHERE dependent NOT IN (SELECT canonical FROM crates)`,
    );
    const words = this.database.get<{ count: number }>(
      `SELECT count(*) AS count FROM words_docsize
       WHERE id NOT IN (SELECT id FROM crates)`,
    );
    return (dependents?.count ?? 0) + (words?.count ?? 0);
  }

  #dependenciesOf(canonical: CanonicalCrateName): string[] {
    return this.database.all<DependencyRow>(
      "SELECT version, dependency, requirement, kind FROM dependents WHERE dependent = ?",
      canonical,
    ).map(({ version, dependency, requirement, kind }) =>
      [version, dependency, requirement, kind].join("\t")
    ).sort();
  }
}
