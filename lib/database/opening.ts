/**
 * SQLite databases are opened: with the right settings and modes, and brought to
 * the program's format.
 *
 * @see https://www.sqlite.org/wal.html
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { Refusal } from "../refusal.ts";
import {
  BUSY_TIMEOUT_MS,
  isBusy,
  toDatabaseRefusal,
} from "./database_error.ts";
import { makeFile, removeFile } from "./database_file.ts";
import { copyDatabase, readFormat } from "./whole_database.ts";

/** How a database is kept. */
export interface DatabaseOptions {
  /**
   * `truth` cannot be had from elsewhere: each commit waits for the disk, an
   * older format is copied before it is migrated, a damaged file is refused.
   * `derived` can: commits wait for nothing, and a damaged file is deleted and
   * made anew.
   */
  readonly holds: "truth" | "derived";
  /**
   * The steps from nothing to the present format, each a piece of SQL. Only ever
   * appended to: how many a file has seen is its format (`PRAGMA user_version`).
   */
  readonly migrations: readonly string[];
  /**
   * Is handed what brings a file of an older format to the present one, to do it
   * or to refuse it.
   */
  readonly guard?: (migrate: () => void) => void;
}

/**
 * Opens a database; one that is missing is made.
 *
 * @throws {Refusal} `data_format_too_new`; what SQLite throws, as it is.
 */
export function openHandle(
  path: string,
  options: DatabaseOptions,
): DatabaseSync {
  makeFile(path);
  const handle = new DatabaseSync(path, { enableForeignKeyConstraints: true });
  try {
    useWriteAheadLog(handle);
    handle.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    // NORMAL fsyncs at checkpoints alone. With OFF a power cut could lose rows
    // and keep the note of the commit that they are of: names would be missing,
    // and names guard ownership.
    const synchronous = options.holds === "truth" ? "FULL" : "NORMAL";
    handle.exec(`PRAGMA synchronous = ${synchronous}`);
    migrate(handle, path, options);
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

/**
 * Whether an open database can be written to; changes nothing. SQLite opens what
 * cannot be written to for reading, and leaves it at that.
 */
export function canWrite(handle: DatabaseSync): boolean {
  try {
    handle.exec(`PRAGMA user_version = ${readFormat(handle)}`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Deletes a database that can be had again, and makes an empty one.
 *
 * @throws {Refusal} `disk_full`, `permission_denied`, `database_unusable`.
 */
export function makeAnew(
  path: string,
  options: DatabaseOptions,
): DatabaseSync {
  try {
    // The log first: SQLite would write it into a new file of this name.
    for (const end of ["-wal", "-shm", ""]) removeFile(path + end);
    return openHandle(path, options);
  } catch (error) {
    throw toDatabaseRefusal(error, path);
  }
}

/** The pause between two tries to change the journal's mode, in ms. */
const JOURNAL_RETRY_MS = 10;

/**
 * While another process makes the same database, SQLite refuses to change the
 * mode at once: it waits for transactions alone.
 */
function useWriteAheadLog(handle: DatabaseSync): void {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0;; waitedMs += JOURNAL_RETRY_MS) {
    try {
      handle.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (!isBusy(error) || waitedMs >= BUSY_TIMEOUT_MS) throw error;
      Atomics.wait(nobody, 0, 0, JOURNAL_RETRY_MS);
    }
  }
}

function migrate(
  handle: DatabaseSync,
  path: string,
  options: DatabaseOptions,
): void {
  const known = options.migrations.length;
  const present = readFormat(handle);
  if (present === known) return;
  if (present > known) {
    throw new Refusal("data_format_too_new", { path, found: present, known });
  }
  const act = () => applyMigrations(handle, path, options);
  if (present > 0 && options.guard !== undefined) options.guard(act);
  else act();
}

function applyMigrations(
  handle: DatabaseSync,
  path: string,
  { holds, migrations }: DatabaseOptions,
): void {
  const known = migrations.length;
  handle.exec("BEGIN IMMEDIATE");
  try {
    const found = readFormat(handle); // another process may have been first
    if (found > 0 && found < known && holds === "truth") {
      copyDatabase(path, `${path}.format-${found}`);
    }
    for (const step of migrations.slice(found)) handle.exec(step);
    if (found < known) handle.exec(`PRAGMA user_version = ${known}`);
    handle.exec("COMMIT");
  } catch (error) {
    if (handle.isTransaction) handle.exec("ROLLBACK");
    throw error;
  }
}
