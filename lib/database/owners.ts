/**
 * Rows of who owns a crate.
 *
 * Part of `palletizer.db`; what owners may do is in `lib/auth/policy.ts`.
 *
 * @module
 */

import type { Owner } from "../auth/identity.ts";
import type { CanonicalCrateName } from "../crate/name.ts";
import type { Database } from "./database.ts";

/** Stands for anyone; users are counted from 1. */
const ANYONE = 0;

/** The table of owners. */
export class OwnerRows {
  readonly #database: Database;

  /** @param database palletizer.db. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** Who owns a crate: users in the order in which they came, or anyone. */
  of(crate: CanonicalCrateName): readonly Owner[] {
    return this.#database.all<{ user: number }>(
      "SELECT user FROM owners WHERE crate = ? ORDER BY user",
      crate,
    ).map(({ user }) => user === ANYONE ? "anyone" : user);
  }

  /** Makes somebody an owner; done again it changes nothing. */
  add(crate: CanonicalCrateName, owner: Owner): void {
    this.#database.run(
      "INSERT OR IGNORE INTO owners VALUES (?, ?)",
      crate,
      toUser(owner),
    );
  }

  /** Ends somebody's ownership; done again it changes nothing. */
  remove(crate: CanonicalCrateName, owner: Owner): void {
    this.#database.run(
      "DELETE FROM owners WHERE crate = ? AND user = ?",
      crate,
      toUser(owner),
    );
  }

  /** The crates that a user owns, and nobody else, by name. */
  ownedAloneBy(user: number): readonly CanonicalCrateName[] {
    return this.#database.all<{ crate: CanonicalCrateName }>(
      `SELECT crate FROM owners AS mine WHERE user = ? AND NOT EXISTS (
        SELECT 1 FROM owners AS others
        WHERE others.crate = mine.crate AND others.user <> mine.user
      ) ORDER BY crate`,
      user,
    ).map(({ crate }) => crate);
  }

  /** Ends all that a user owns. */
  removeUser(user: number): void {
    this.#database.run("DELETE FROM owners WHERE user = ?", user);
  }

  /** Ends what those own who are no users. */
  removeUnknown(): void {
    this.#database.run(
      `DELETE FROM owners WHERE user <> ${ANYONE}
       AND user NOT IN (SELECT id FROM users)`,
    );
  }

  /** Leaves a crate without owners. */
  removeAll(crate: CanonicalCrateName): void {
    this.#database.run("DELETE FROM owners WHERE crate = ?", crate);
  }
}

function toUser(owner: Owner): number {
  return owner === "anyone" ? ANYONE : owner;
}
