/**
 * What SQLite and the file system say when a database cannot do what it should,
 * as refusals.
 *
 * Pure. SQLite's errors come without a code, so they are told by the beginnings
 * of sentences that have not changed for twenty years.
 *
 * @see https://www.sqlite.org/c3ref/errcode.html
 * @module
 */

import { Refusal } from "../refusal.ts";

/**
 * How long SQLite waits for another process's transaction, in ms. The whole
 * program waits meanwhile, and so do all who read from it.
 */
export const BUSY_TIMEOUT_MS = 2_000;

const BUSY = /\bis locked\b/;
const FULL = /^database or disk is full/;
const DAMAGED = /\bis malformed\b|^file is not a database|^malformed database/;
const READ_ONLY = /^attempt to write a readonly database/;
const UNUSABLE =
  /^unable to open database file|^disk I\/O error|^locking protocol/;

/** Whether an error says that the file is damaged, or no database at all. */
export function isDamage(error: unknown): boolean {
  return error instanceof Error && DAMAGED.test(error.message);
}

/** Whether an error says that another process has the database. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && BUSY.test(error.message);
}

/**
 * An error as a refusal, with the error as its cause; any other error is given
 * back as it is.
 *
 * @param path the database.
 */
export function toDatabaseRefusal(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof Refusal) return error;
  const options = { cause: error };
  const { message } = error;
  const code = "code" in error ? error.code : null;
  if (isBusy(error)) {
    const facts = { waited_ms: BUSY_TIMEOUT_MS, holder: "another process" };
    return new Refusal("index_busy", facts, options);
  }
  if (FULL.test(message) || code === "ENOSPC" || code === "EDQUOT") {
    return new Refusal("disk_full", { path }, options);
  }
  if (
    READ_ONLY.test(message) || code === "EACCES" || code === "EPERM" ||
    code === "EROFS"
  ) {
    return new Refusal("permission_denied", { path }, options);
  }
  const problem = toProblem(error);
  return problem === null
    ? error
    : new Refusal("database_unusable", { path, problem }, options);
}

function toProblem(error: Error): string | null {
  if (isDamage(error)) return "it is damaged; restore it from a backup";
  const isUnusable = UNUSABLE.test(error.message) ||
    ("code" in error && error.code === "ENOENT");
  return isUnusable ? error.message : null;
}
