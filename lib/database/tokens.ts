/**
 * Rows of tokens: what is known of each, and the hash of its secret. The secret
 * itself is not here.
 *
 * Part of `palletizer.db`.
 *
 * @module
 */

import type { TokenHash } from "../auth/token.ts";
import type { UserName } from "../auth/user_name.ts";
import type { Database } from "./database.ts";

/** A token, without its secret. */
export interface Token {
  /** The token's number; never given to another. */
  readonly id: number;
  /** What it is for, in its maker's words; may be empty. */
  readonly label: string;
  /** Whose it is. */
  readonly user: UserName;
  /** The number of the user whose it is. */
  readonly userId: number;
  /** When it was made, like `2026-11-24T10:00:00Z`. */
  readonly created: string;
  /** When it was last used, to the minute or so; `null` if never. */
  readonly lastUsed: string | null;
  /** Why it is worth nothing; `null` when it is good. */
  readonly flaw: TokenFlaw | null;
}

/** Why a token is worth nothing: it was revoked, or its user is disabled. */
export type TokenFlaw = "revoked" | "disabled";

/** A token that is to be made. */
export interface NewToken {
  /** The number of the user whose it is. */
  readonly user: number;
  /** What it is for. */
  readonly label: string;
  /** The hash of its secret. */
  readonly hash: TokenHash;
  /** When it is made. */
  readonly created: string;
}

/** What a secret stands for. */
export interface TokenHolder {
  /** The token's number. */
  readonly id: number;
  /** The user's number. */
  readonly user: number;
  /** Why it is worth nothing; `null` when it is good. */
  readonly flaw: TokenFlaw | null;
}

interface TokenRow extends Record<string, string | number | null> {
  id: number;
  user: number;
  label: string;
  name: UserName;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
  disabled_at: string | null;
}

const TOKENS = `
  SELECT tokens.*, users.name, users.disabled_at
  FROM tokens JOIN users ON users.id = tokens.user`;

/** The table of tokens. It is changed in a transaction alone. */
export class TokenRows {
  readonly #database: Database;

  /** @param database palletizer.db. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** All tokens, the oldest first. */
  all(): Token[] {
    return this.#database.all<TokenRow>(`${TOKENS} ORDER BY tokens.id`)
      .map(toToken);
  }

  /** The token of a number; `null` when there is none. */
  withId(id: number): Token | null {
    const sql = `${TOKENS} WHERE tokens.id = ?`;
    const row = this.#database.get<TokenRow>(sql, id);
    return row === undefined ? null : toToken(row);
  }

  /**
   * Whose secret has this hash; `null` when nobody's has.
   *
   * Looked up by an index, not compared in constant time: to learn from its
   * timing one would have to choose hashes, and only secrets can be sent.
   */
  holderOf(hash: TokenHash): TokenHolder | null {
    const sql = `${TOKENS} WHERE tokens.hash = ?`;
    const row = this.#database.get<TokenRow>(sql, hash);
    if (row === undefined) return null;
    return { id: row.id, user: row.user, flaw: flawOf(row) };
  }

  /** Makes a token and answers its number. */
  add({ user, label, hash, created }: NewToken): number {
    this.#database.requireTransaction();
    const row = this.#database.get<{ id: number }>(
      `INSERT INTO tokens (user, label, hash, created_at)
      VALUES (?, ?, ?, ?) RETURNING id`,
      user,
      label,
      hash,
      created,
    );
    if (row === undefined) throw new Error("a row was added and not returned");
    return row.id;
  }

  /** Makes a token worthless; done again it changes nothing. */
  revoke(id: number, at: string): void {
    this.#database.requireTransaction();
    this.#database.run(
      "UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
      at,
      id,
    );
  }

  /** Removes tokens whose user there is not: they are worth nothing. */
  removeOfNobody(): void {
    this.#database.requireTransaction();
    this.#database.run(
      "DELETE FROM tokens WHERE user NOT IN (SELECT id FROM users)",
    );
  }

  /** Notes that a token was used. */
  setLastUsed(id: number, at: string): void {
    this.#database.requireTransaction();
    this.#database.run(
      "UPDATE tokens SET last_used_at = ? WHERE id = ?",
      at,
      id,
    );
  }
}

function toToken(row: TokenRow): Token {
  return {
    id: row.id,
    label: row.label,
    user: row.name,
    userId: row.user,
    created: row.created_at,
    lastUsed: row.last_used_at,
    flaw: flawOf(row),
  };
}

function flawOf({ revoked_at, disabled_at }: TokenRow): TokenFlaw | null {
  if (revoked_at !== null) return "revoked";
  return disabled_at === null ? null : "disabled";
}
