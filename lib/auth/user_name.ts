/**
 * Names of users: their grammar, and those that mean something else.
 *
 * Pure.
 *
 * @module
 */

import { DEFAULT_LIMITS } from "../limits.ts";
import { Refusal } from "../refusal.ts";

/**
 * A user's name: 1 to 64 of `a-z 0-9 . _ -`, beginning with a letter. Only
 * {@linkcode parseUserName} makes one.
 */
export type UserName = string & { readonly brand: "UserName" };

/** Owners and identities that are no users. */
const RESERVED: ReadonlySet<string> = new Set([
  "anyone",
  "nobody",
  "operator",
]);

/**
 * Reads a user's name.
 *
 * @throws {Refusal} `user_name_invalid`.
 */
export function parseUserName(text: string): UserName {
  const problem = problemOf(text);
  if (problem === null) return text as UserName;
  throw new Refusal("user_name_invalid", { name: text.slice(0, 100), problem });
}

function problemOf(text: string): string | null {
  const { userNameLengthMax } = DEFAULT_LIMITS;
  if (text === "") return "it is empty";
  if (text.length > userNameLengthMax) {
    return `it is longer than ${userNameLengthMax} characters`;
  }
  if (!/^[a-z]/.test(text)) return "it does not begin with a letter (a-z)";
  if (!/^[a-z0-9._-]+$/.test(text)) {
    return "only lower-case letters (a-z), digits, `.`, `_` and `-` are allowed";
  }
  return RESERVED.has(text) ? "it is reserved" : null;
}
