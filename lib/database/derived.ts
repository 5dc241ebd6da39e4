/**
 * `derived.db`: what the index and the crate files tell, in a form that answers
 * quickly. It can be deleted at any time.
 *
 * Which crates there are, who depends on whom, search; the rows themselves are
 * in the files named for them. Who fills it in is in `lib/registry/`.
 *
 * @module
 */

import type { CanonicalCrateName, CrateName } from "../crate/name.ts";
import { canonicalCrateName } from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import { Database } from "./database.ts";
import {
  type Dependent,
  DependentRows,
  type OwnDependency,
} from "./dependents.ts";
import { readLastCommit, writeLastCommit } from "./last_commit.ts";
import { DERIVED_MIGRATIONS } from "./migrations.ts";
import { CrateRows, type IndexedCrate } from "./names.ts";
import {
  type CrateDescription,
  type CrateSummary,
  type Page,
  type SearchResult,
  SearchRows,
} from "./search.ts";

/** The database of derived rows. */
export class DerivedDatabase implements Disposable {
  readonly #database: Database;
  readonly #crates: CrateRows;
  readonly #dependents: DependentRows;
  readonly #search: SearchRows;

  private constructor(database: Database) {
    this.#database = database;
    this.#crates = new CrateRows(database);
    this.#dependents = new DependentRows(database);
    this.#search = new SearchRows(database);
  }

  /**
   * Opens the database. One that is missing or damaged is made anew, and has
   * then seen no commit. Damage that shows later does the same, and refuses
   * `database_unusable` to whoever met it.
   *
   * @throws {Refusal} `data_format_too_new`, `database_unusable`, `index_busy`,
   * `disk_full`, `permission_denied`.
   */
  static open(path: string): DerivedDatabase {
    const migrations = DERIVED_MIGRATIONS;
    return new DerivedDatabase(
      Database.open(path, { holds: "derived", migrations }),
    );
  }

  /**
   * Changes the database, whole or not at all.
   *
   * @throws {Refusal} `index_busy`, `disk_full`; whatever `act` throws. Nothing
   * is changed then.
   */
  transaction<T>(act: () => T): T {
    return this.#database.transaction(act);
  }

  /** The last commit whose changes are here; `null`: all are to be read anew. */
  lastCommit(): string | null {
    return readLastCommit(this.#database);
  }

  /** Notes the last commit whose changes are here. */
  setLastCommit(oid: string): void {
    writeLastCommit(this.#database, oid);
  }

  /** The crate that has this canonical name, as it is spelt. */
  crateNamed(canonical: CanonicalCrateName): CrateName | null {
    return this.#crates.named(canonical);
  }

  /** Notes what the index says of a crate; its description stays. */
  putCrate(crate: IndexedCrate): void {
    const canonical = canonicalCrateName(crate.name);
    this.#together(() => {
      const isNew = this.#crates.named(canonical) === null;
      this.#crates.put(crate);
      if (isNew) this.#search.add(canonical);
    });
  }

  /** Forgets a crate and what it depended on. */
  removeCrate(canonical: CanonicalCrateName): void {
    this.#together(() => {
      this.#search.remove(canonical);
      this.#dependents.remove(canonical, null);
      this.#crates.remove(canonical);
    });
  }

  /** Notes all of this registry that a version depends on. */
  putDependents(
    crate: CrateName,
    version: CrateVersion,
    dependencies: readonly OwnDependency[],
  ): void {
    this.#together(() => this.#dependents.put(crate, version, dependencies));
  }

  /** Forgets what a version, or all versions (`null`), depended on. */
  removeDependents(
    crate: CanonicalCrateName,
    version: CrateVersion | null,
  ): void {
    this.#dependents.remove(crate, version);
  }

  /** Which crates of this registry depend on a crate, by name and version. */
  dependentsOf(crate: CanonicalCrateName): Dependent[] {
    return this.#dependents.of(crate);
  }

  /** Notes what describes a crate, if this version is its newest. */
  describe(
    crate: CanonicalCrateName,
    version: CrateVersion,
    described: CrateDescription,
  ): void {
    this.#together(() => this.#search.describe(crate, version, described));
  }

  /** What describes a crate as far as is known; `null` for an unknown crate. */
  descriptionOf(crate: CanonicalCrateName): CrateDescription | null {
    return this.#search.descriptionOf(crate);
  }

  /** Crates whose description is not that of their newest version. */
  undescribed(
    countMax: number,
  ): Pick<CrateSummary, "name" | "newestVersion">[] {
    return this.#search.undescribed(countMax);
  }

  /**
   * Finds crates that have all words of a query, in any order: first the one of
   * that very name, then those whose names begin so, then by relevance. A query
   * without any text finds all, by name.
   *
   * @param query any text; of a very long one the beginning.
   */
  search(query: string, page: Page): SearchResult {
    return this.#search.search(query, page);
  }

  /** Forgets everything, the last commit too. */
  clear(): void {
    this.#together(() => {
      for (const table of ["crates", "dependents"]) {
        this.#database.run(`DELETE FROM ${table}`);
      }
      this.#database.run("INSERT INTO words (words) VALUES ('delete-all')");
      writeLastCommit(this.#database, null);
    });
  }

  /** Closes the database. */
  close(): void {
    this.#database.close();
  }

  /** The same as {@linkcode DerivedDatabase.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #together(act: () => void): void {
    if (this.#database.isInTransaction) act();
    else this.#database.transaction(act);
  }
}
