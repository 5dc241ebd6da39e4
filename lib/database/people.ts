/**
 * `palletizer.db`: what only people can tell, and the index cannot tell again.
 *
 * Users, tokens, owners and removed versions; the rows themselves are in the
 * files named for them. Every change is in a transaction that the generation
 * knows of, so that what others keep in memory is never older than the database.
 *
 * @module
 */

import type { Owner } from "../auth/identity.ts";
import type { CanonicalCrateName } from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import { Database } from "./database.ts";
import { readLastCommit, writeLastCommit } from "./last_commit.ts";
import { PEOPLE_MIGRATIONS } from "./migrations.ts";
import { OwnerRows } from "./owners.ts";
import { type RemovedVersion, RemovedVersionRows } from "./removed_versions.ts";
import { TokenRows } from "./tokens.ts";
import { UserRows } from "./users.ts";
import { requireSound } from "./whole_database.ts";

/** Tells other processes that the database changes; see the file `generation`. */
export interface ChangeMark {
  /** Whether no change is under way. */
  isSettled(): boolean;
  /** Called under the database's write lock, before a change. */
  beginChange(): void;
  /** Called under the database's write lock, after the commit. */
  endChange(): void;
}

/** The database of people. */
export class PeopleDatabase implements Disposable {
  readonly #database: Database;
  readonly #generation: ChangeMark;
  readonly #owners: OwnerRows;
  readonly #removedVersions: RemovedVersionRows;

  /** Users. */
  readonly users: UserRows;
  /** Tokens. */
  readonly tokens: TokenRows;

  private constructor(database: Database, generation: ChangeMark) {
    this.#database = database;
    this.#generation = generation;
    this.#owners = new OwnerRows(database);
    this.#removedVersions = new RemovedVersionRows(database);
    this.users = new UserRows(database);
    this.tokens = new TokenRows(database);
  }

  /**
   * Opens the database; one that is missing is made, an older one migrated after
   * a copy (`palletizer.db.format-N`).
   *
   * @param generation is told of every change.
   * @param guard is handed the migration of an older one, to do it or refuse it.
   * @throws {Refusal} `data_format_too_new`, `database_unusable` also when it is
   * damaged, `index_busy`, `disk_full`, `permission_denied`.
   */
  static open(
    path: string,
    generation: ChangeMark,
    guard: (migrate: () => void) => void = (migrate) => migrate(),
  ): PeopleDatabase {
    const migrations = PEOPLE_MIGRATIONS;
    const database = Database.open(path, { holds: "truth", migrations, guard });
    const people = new PeopleDatabase(database, generation);
    if (!generation.isSettled()) people.#settle(); // a dead writer's
    return people;
  }

  /**
   * Checks a file that came from elsewhere, before it is opened.
   *
   * @throws {Refusal} `database_unusable`, `data_format_too_new`.
   */
  static requireSound(path: string): void {
    requireSound(path, PEOPLE_MIGRATIONS);
  }

  /**
   * Copies the database as of now; the copy is on disk when this returns.
   *
   * @throws {Refusal} `disk_full`, `permission_denied`, `database_unusable`.
   */
  copyTo(path: string): void {
    this.#database.copyTo(path);
  }

  /**
   * Changes the database, whole or not at all. All changes are made in one.
   *
   * @throws {Refusal} `index_busy`, `disk_full`; whatever `act` throws. Nothing
   * is changed then.
   */
  transaction<T>(act: () => T): T {
    let hasBegun = false;
    try {
      return this.#database.transaction(() => {
        hasBegun = true;
        this.#generation.beginChange();
        return act();
      });
    } finally {
      if (hasBegun) this.#settle();
    }
  }

  /** The last commit whose owners and removals are here. */
  lastCommit(): string | null {
    return readLastCommit(this.#database);
  }

  /** Notes the last commit whose owners and removals are here. */
  setLastCommit(oid: string): void {
    writeLastCommit(this.#changing(), oid);
  }

  /** Who owns a crate: users in the order in which they came, or anyone. */
  ownersOf(crate: CanonicalCrateName): readonly Owner[] {
    return this.#owners.of(crate);
  }

  /** Makes somebody an owner; done again it changes nothing. */
  addOwner(crate: CanonicalCrateName, owner: Owner): void {
    this.#changing();
    this.#owners.add(crate, owner);
  }

  /** Ends somebody's ownership; done again it changes nothing. */
  removeOwner(crate: CanonicalCrateName, owner: Owner): void {
    this.#changing();
    this.#owners.remove(crate, owner);
  }

  /** The crates that a user owns, and nobody else. */
  ownedAloneBy(user: number): readonly CanonicalCrateName[] {
    return this.#owners.ownedAloneBy(user);
  }

  /** Ends all that a user owns. */
  removeOwnerEverywhere(user: number): void {
    this.#changing();
    this.#owners.removeUser(user);
  }

  /** Ends what those own who are no users. */
  removeUnknownOwners(): void {
    this.#changing();
    this.#owners.removeUnknown();
  }

  /** Leaves a crate without owners. */
  removeAllOwners(crate: CanonicalCrateName): void {
    this.#changing();
    this.#owners.removeAll(crate);
  }

  /** What is known of a removed version; `null` when it never was removed. */
  removedVersion(
    crate: CanonicalCrateName,
    version: CrateVersion,
  ): RemovedVersion | null {
    return this.#removedVersions.find(crate, version);
  }

  /** Whether any version of a crate was ever removed. */
  isRemovedName(crate: CanonicalCrateName): boolean {
    return this.#removedVersions.hasName(crate);
  }

  /** Notes a removal; of two of one version the later one counts. */
  addRemovedVersion(removed: RemovedVersion): void {
    this.#changing();
    this.#removedVersions.add(removed);
  }

  /** Closes the database. */
  close(): void {
    this.#database.close();
  }

  /** The same as {@linkcode PeopleDatabase.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #changing(): Database {
    this.#database.requireTransaction();
    return this.#database;
  }

  /**
   * What fails here fails nobody's change, which is durable or refused already:
   * until the next change all ask the database instead of what they remember.
   */
  #settle(): void {
    try {
      this.#database.transaction(() => this.#generation.endChange());
    } catch {
      // The next change settles it.
    }
  }
}
