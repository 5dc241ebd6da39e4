/**
 * SQLite databases: asked, changed in transactions, and mended when they can be
 * had again; their errors as refusals.
 *
 * How they are opened is in `opening.ts`; what is in them, in the files beside
 * this one. Everything is synchronous: a statement takes less time than a change
 * of threads.
 *
 * @module
 */

import {
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from "node:sqlite";
import { isRefusal, Refusal } from "../refusal.ts";
import { isThere } from "../storage/file_system.ts";
import {
  BUSY_TIMEOUT_MS,
  isDamage,
  toDatabaseRefusal,
} from "./database_error.ts";
import {
  canWrite,
  type DatabaseOptions,
  makeAnew,
  openHandle,
} from "./opening.ts";
import { copyDatabase } from "./whole_database.ts";

/** A row, as a query names its columns. */
export type Row = Record<string, SQLOutputValue>;

/** An open database. */
export class Database implements Disposable {
  readonly #path: string;
  readonly #options: DatabaseOptions;
  readonly #statements = new Map<string, StatementSync>();
  #handle: DatabaseSync;
  /** Whether it is as it was found: it is not opened anew, which may change it. */
  #isToLook = false;
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
      const database = new Database(path, options, handle);
      database.#isToLook = true;
      return database;
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

  /**
   * What can be had again is asked once more where its file turns out to be
   * another one by now: somebody has deleted it, as they may.
   */
  #act<T>(act: () => T): T {
    const wasWell = !this.#isSick && !this.isInTransaction;
    try {
      return this.#actOnce(act);
    } catch (error) {
      const isOnceMore = wasWell && this.#isSick &&
        this.#options.holds === "derived";
      if (!isOnceMore) throw error;
      return this.#actOnce(act);
    }
  }

  #actOnce<T>(act: () => T): T {
    try {
      if (this.#isSick && !this.isInTransaction) this.#openAnew();
      return act();
    } catch (error) {
      if (this.#options.holds === "derived" && isDamage(error)) {
        this.#recover(error);
      }
      const refusal = toDatabaseRefusal(error, this.#path);
      this.#isSick ||= !this.#isToLook &&
        (isRefusal(refusal, "database_unusable") ||
          isRefusal(refusal, "permission_denied"));
      throw refusal;
    }
  }

  /**
   * The old handle goes first: its locks would keep the new one out. The truth is
   * not made anew where it is gone: its disk may just be away.
   */
  #openAnew(): void {
    if (this.#options.holds === "truth" && !isThere(this.#path)) {
      const problem = "it is there no longer; restore it from a backup";
      throw new Refusal("database_unusable", { path: this.#path, problem });
    }
    this.#statements.clear();
    if (this.#handle.isOpen) this.#handle.close();
    this.#handle = openHandle(this.#path, this.#options);
    this.#isSick = !canWrite(this.#handle);
  }

  /** Damage that shows late: whoever asks again finds an empty database. */
  #recover(cause: unknown): never {
    this.#isSick = true; // for as long as no other can be made
    this.#statements.clear();
    this.close();
    this.#handle = makeAnew(this.#path, this.#options);
    this.#isSick = false;
    const problem = "it was damaged and has been made anew; try again";
    throw new Refusal("database_unusable", { path: this.#path, problem }, {
      cause,
    });
  }
}
