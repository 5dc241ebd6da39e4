/**
 * Databases as a whole: copied while they are in use, and checked when they come
 * from elsewhere.
 *
 * @module
 */

import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { Refusal } from "../refusal.ts";
import { BUSY_TIMEOUT_MS, toDatabaseRefusal } from "./database_error.ts";
import { fsync, makeFile, removeFile } from "./database_file.ts";

/**
 * Copies a database as of its last commit; the copy is on disk afterwards.
 *
 * Row by row: `VACUUM INTO` attaches the copy, which Deno allows only to programs
 * that may do everything.
 */
export function copyDatabase(path: string, copy: string): void {
  const part = `${copy}.part`;
  removeFile(part);
  makeFile(part); // for its mode
  {
    using from = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    using to = new DatabaseSync(part, { enableForeignKeyConstraints: false });
    from.exec("BEGIN");
    to.exec("BEGIN");
    copyTables(from, to);
    to.exec(`PRAGMA user_version = ${readFormat(from)}`);
    to.exec("COMMIT");
    from.exec("COMMIT");
  }
  fsync(part);
  Deno.renameSync(part, copy);
  fsync(dirname(copy));
}

/** All tables with their rows, and last the numbers that were ever given. */
function copyTables(from: DatabaseSync, to: DatabaseSync): void {
  const schema = from.prepare(
    "SELECT type, name, sql FROM sqlite_schema ORDER BY type = 'table' DESC",
  ).all();
  // SQLite makes its own tables and indices by itself.
  const own = schema.filter(({ name }) => !/^sqlite_/.test(String(name)));
  for (const { sql } of own) to.exec(String(sql));
  for (const { type, name } of own) {
    if (type === "table") copyRows(from, to, String(name));
  }
  // Made by SQLite with the first table that counts.
  const numbers = "sqlite_sequence";
  const hasNumbers = to.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?");
  if (hasNumbers.get(numbers) === undefined) return;
  to.exec(`DELETE FROM ${numbers}`); // those of the rows that are there now
  copyRows(from, to, numbers);
}

function copyRows(from: DatabaseSync, to: DatabaseSync, table: string): void {
  const rows = from.prepare(`SELECT * FROM "${table}"`);
  rows.setReadBigInts(true);
  let insert: StatementSync | undefined;
  for (const row of rows.iterate()) {
    const values = Object.values(row);
    const places = values.map(() => "?").join(", ");
    insert ??= to.prepare(`INSERT INTO "${table}" VALUES (${places})`);
    insert.run(...values);
  }
}

/**
 * Checks a database that came from elsewhere before anything in it is believed:
 * that it is whole, and of exactly the tables of its format, so that it has no
 * triggers or views that would act on its own.
 *
 * @param migrations the steps to the present format.
 * @throws {Refusal} `database_unusable`, `data_format_too_new`.
 */
export function requireSound(
  path: string,
  migrations: readonly string[],
): void {
  const refuse = (problem: string) =>
    new Refusal("database_unusable", { path, problem });
  try {
    using handle = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    handle.exec("PRAGMA trusted_schema = OFF");
    const found = readFormat(handle);
    const known = migrations.length;
    if (found > known) {
      throw new Refusal("data_format_too_new", { path, found, known });
    }
    using model = new DatabaseSync(":memory:");
    for (const step of migrations.slice(0, found)) model.exec(step);
    if (found < 1 || readSchema(handle) !== readSchema(model)) {
      throw refuse("its tables are not those of a registry");
    }
    for (const check of ["integrity_check(1)", "foreign_key_check"]) {
      const rows = handle.prepare(`PRAGMA ${check}`).all();
      if (rows.every((row) => row["integrity_check"] === "ok")) continue;
      throw refuse("it is damaged");
    }
  } catch (error) {
    throw toDatabaseRefusal(error, path);
  }
}

function readSchema(handle: DatabaseSync): string {
  const sql = "SELECT type, name, tbl_name, sql FROM sqlite_schema" +
    " ORDER BY type, name";
  return JSON.stringify(handle.prepare(sql).all());
}

/** How many migrations a database has seen. */
export function readFormat(handle: DatabaseSync): number {
  return Number(handle.prepare("PRAGMA user_version").get()?.user_version);
}
