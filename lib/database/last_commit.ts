/**
 * The last commit of the index whose changes a database holds.
 *
 * Written in the same transaction as those changes, so that none is taken in
 * twice and none is missed.
 *
 * @module
 */

import type { Database } from "./database.ts";

/** The commit; `null` when the database has seen none. */
export function readLastCommit(database: Database): string | null {
  const row = database.get<{ last_commit: string | null }>(
    "SELECT last_commit FROM state",
  );
  return row?.last_commit ?? null;
}

/** Notes the commit. */
export function writeLastCommit(database: Database, oid: string | null): void {
  database.run("UPDATE state SET last_commit = ?", oid);
}
