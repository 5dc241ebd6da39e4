/**
 * SQLite databases: opened with the right settings and modes, brought to the
 * program's format, changed in transactions; their errors as refusals.
 *
 * Only this file and `whole_database.ts` use `node:sqlite`. What is in a database
 * is known to the files beside this one. Everything is synchronous: a statement takes less time
 * than a change of threads.
 *
 * @see https://www.sqlite.org/wal.html
 * @module
 */

import {
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from "node:sqlite";
import { isRefusal, Refusal } from "../refusal.ts";
import {
  BUSY_TIMEOUT_MS,
  isBusy,
  isDamage,
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

/** A row, as a query names its columns. */
export type Row = Record<string, SQLOutputValue>;

/** An open database. */
export class Database implements Disposable {
  readonly #path: string;
  readonly #options: DatabaseOptions;
  readonly #statements = new Map<string, StatementSync>();
  #handle: DatabaseSync;
  /** Whether the next use opens the file anew, which may have been mended. */
  #isSick = false;

  private constructor(
    path: string,
    options: DatabaseOptions,
    handle: DatabaseSync,
  ) {
    this.#path = path;
    this.#options = options;
    this.#handle = handle;
  }

  /**
   * Opens a database; one that is missing is made.
   *
   * @throws {Refusal} `data_format_too_new`, `database_unusable`, `index_busy`,
   * `disk_full`, `permission_denied`.
   */
  static open(path: string, options: DatabaseOptions): Database {
    try {
      return new Database(path, options, openHandle(path, options));
    } catch (error) {
      if (options.holds === "truth" || !isDamage(error)) {
        throw toDatabaseRefusal(error, path);
      }
    }
    return new Database(path, options, makeAnew(path, options));
  }

  /**
   * Opens a database that is there, to look at it as it is: it cannot be changed
   * through this, and damage is told and not mended.
   *
   * @throws {Refusal} `database_unusable`, `permission_denied`.
   */
  static openToLook(path: string): Database {
    const options = { holds: "truth", migrations: [] } as const;
    try {
      const timeout = BUSY_TIMEOUT_MS;
      const handle = new DatabaseSync(path, { readOnly: true, timeout });
      return new Database(path, options, handle);
    } catch (error) {
      throw toDatabaseRefusal(error, path);
    }
  }

  /** The first row of an answer. */
  get<R extends Row>(sql: string, ...values: SQLInputValue[]): R | undefined {
    return this.#act(() => this.#prepare(sql).get(...values)) as R | undefined;
  }

  /** All rows of an answer. */
  all<R extends Row>(sql: string, ...values: SQLInputValue[]): R[] {
    return this.#act(() => this.#prepare(sql).all(...values)) as R[];
  }

  /** Does what has no answer; outside a transaction it is one by itself. */
  run(sql: string, ...values: SQLInputValue[]): void {
    this.#act(() => this.#prepare(sql).run(...values));
  }

  /**
   * Does something whole or not at all, while no other process writes.
   *
   * @throws {Refusal} `index_busy`, `disk_full`; whatever `act` throws. Nothing
   * is changed then.
   */
  transaction<T>(act: () => T): T {
    if (this.isInTransaction) throw new Error("transactions do not nest");
    this.#act(() => this.#handle.exec("BEGIN IMMEDIATE"));
    try {
      const result = act();
      if (result instanceof Promise) throw new Error("a transaction waits");
      this.#act(() => this.#handle.exec("COMMIT"));
      return result;
    } catch (error) {
      // After a full disk SQLite has rolled back by itself.
      if (this.isInTransaction) this.#handle.exec("ROLLBACK");
      throw error;
    }
  }

  /** Whether a transaction is under way. */
  get isInTransaction(): boolean {
    return this.#handle.isOpen && this.#handle.isTransaction;
  }

  /** Fails unless a transaction is under way: a bug of whoever calls. */
  requireTransaction(): void {
    if (!this.isInTransaction) throw new Error("changed outside a transaction");
  }

  /**
   * Copies the database as of its last commit to a path where nothing is; the
   * copy is on disk afterwards. Whoever writes meanwhile is not held up.
   *
   * @throws {Refusal} `disk_full`, `permission_denied`, `database_unusable`.
   */
  copyTo(path: string): void {
    this.#act(() => copyDatabase(this.#path, path));
  }

  /** Closes the database. */
  close(): void {
    if (this.#handle.isOpen) this.#handle.close();
  }

  /** The same as {@linkcode Database.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#handle.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #act<T>(act: () => T): T {
    try {
      if (this.#isSick && !this.isInTransaction) this.#openAnew();
      return act();
    } catch (error) {
      if (this.#options.holds === "derived" && isDamage(error)) {
        this.#recover(error);
      }
      const refusal = toDatabaseRefusal(error, this.#path);
      this.#isSick ||= isRefusal(refusal, "database_unusable");
      throw refusal;
    }
  }

  /** The old handle goes first: its locks would keep the new one out. */
  #openAnew(): void {
    this.#statements.clear();
    if (this.#handle.isOpen) this.#handle.close();
    this.#handle = openHandle(this.#path, this.#options);
    this.#isSick = false;
  }

  /** Damage that shows late: whoever asks again finds an empty database. */
  #recover(cause: unknown): never {
    this.#statements.clear();
    this.#handle.close();
    this.#handle = makeAnew(this.#path, this.#options);
    const problem = "it was damaged and has been made anew; try again";
    throw new Refusal("database_unusable", { path: this.#path, problem }, {
      cause,
    });
  }
}

function openHandle(path: string, options: DatabaseOptions): DatabaseSync {
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

/** Deletes a database that can be had again, and makes an empty one. */
function makeAnew(path: string, options: DatabaseOptions): DatabaseSync {
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
