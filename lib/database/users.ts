/**
 * Rows of users.
 *
 * Part of `palletizer.db`; what users may do is in `lib/auth/policy.ts`.
 *
 * @module
 */

import type { Standing } from "../auth/identity.ts";
import type { UserName } from "../auth/user_name.ts";
import type { Database } from "./database.ts";

/** A user. */
export interface User {
  /** The user's number: 32 bits, without a sign; never given to another. */
  readonly id: number;
  /** The user's name. */
  readonly name: UserName;
  /** Whether the user may do everything. */
  readonly isAdmin: boolean;
  /** Since when, like `2026-11-24T10:00:00Z`. */
  readonly created: string;
  /** Since when the user is nobody here, if so. */
  readonly disabled: string | null;
}

/** Who is to become a user. */
export type NewUser = Pick<User, "name" | "isAdmin" | "created">;

interface UserRow extends Record<string, string | number | null> {
  id: number;
  name: UserName;
  is_admin: number;
  created_at: string;
  disabled_at: string | null;
}

/** The table of users. It is changed in a transaction alone. */
export class UserRows {
  readonly #database: Database;

  /** @param database palletizer.db. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** All users, by name. */
  all(): User[] {
    return this.#database.all<UserRow>("SELECT * FROM users ORDER BY name")
      .map(toUser);
  }

  /** Whether there are any. */
  isEmpty(): boolean {
    return this.#database.get("SELECT 1 FROM users LIMIT 1") === undefined;
  }

  /** The user of a name; `null` when there is none. */
  named(name: UserName): User | null {
    const sql = "SELECT * FROM users WHERE name = ?";
    const row = this.#database.get<UserRow>(sql, name);
    return row === undefined ? null : toUser(row);
  }

  /** The user of a number; `null` when there is none. */
  withId(id: number): User | null {
    const sql = "SELECT * FROM users WHERE id = ?";
    const row = this.#database.get<UserRow>(sql, id);
    return row === undefined ? null : toUser(row);
  }

  /** What a user counts for now. */
  standingOf(id: number): Standing {
    const user = this.withId(id);
    if (user === null || user.disabled !== null) return null;
    return user.isAdmin ? "admin" : "user";
  }

  /** Makes a user, whose name must be free. */
  add({ name, isAdmin, created }: NewUser): User {
    this.#database.requireTransaction();
    const sql =
      "INSERT INTO users (name, is_admin, created_at) VALUES (?, ?, ?) RETURNING id";
    const row = this.#database.get<{ id: number }>(
      sql,
      name,
      Number(isAdmin),
      created,
    );
    if (row === undefined) throw new Error("a row was added and not returned");
    return { id: row.id, name, isAdmin, created, disabled: null };
  }

  /** Disables a user as of a time, or takes that back with `null`. */
  setDisabled(id: number, at: string | null): void {
    this.#database.requireTransaction();
    this.#database.run("UPDATE users SET disabled_at = ? WHERE id = ?", at, id);
  }

  /** Removes a user and all tokens of the user. */
  remove(id: number): void {
    this.#database.requireTransaction();
    this.#database.run("DELETE FROM users WHERE id = ?", id);
  }
}

function toUser(row: UserRow): User {
  return {
    id: row.id,
    name: row.name,
    isAdmin: row.is_admin !== 0,
    created: row.created_at,
    disabled: row.disabled_at,
  };
}
