/**
 * Names of crates: their grammar, their canonical form, and those that nobody
 * may take.
 *
 * Pure. Paths in the index are in `lib/index/path.ts`.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html#name-restrictions
 * @module
 */

import { DEFAULT_LIMITS } from "../limits.ts";
import { Refusal } from "../refusal.ts";

/**
 * A crate's name, as published: 1 to 64 of `A-Z a-z 0-9 - _`, beginning with a
 * letter. Only {@linkcode parseCrateName} makes one.
 */
export type CrateName = string & { readonly brand: "CrateName" };

/**
 * A crate's name in the one form that is unique in a registry: lower case, with
 * `_` for `-`.
 */
export type CanonicalCrateName = string & {
  readonly brand: "CanonicalCrateName";
};

const GRAMMAR = /^[A-Za-z][A-Za-z0-9_-]*$/;

const RESERVED: ReadonlySet<string> = new Set([
  ...["nul", "con", "prn", "aux"],
  ...[..."0123456789"].flatMap((digit) => [`com${digit}`, `lpt${digit}`]),
  ...["std", "core", "alloc", "proc_macro", "test"],
]);

/**
 * Reads a crate's name.
 *
 * @throws {Refusal} `crate_name_invalid`.
 */
export function parseCrateName(text: string): CrateName {
  const refuse = (problem: string) =>
    new Refusal("crate_name_invalid", { name: text.slice(0, 100), problem });
  if (text === "") throw refuse("it is empty");
  if (text.length > DEFAULT_LIMITS.crateNameLengthMax) {
    throw refuse(
      `it is longer than ${DEFAULT_LIMITS.crateNameLengthMax} characters`,
    );
  }
  if (!/^[A-Za-z]/.test(text)) {
    throw refuse("it does not begin with a letter (a-z, A-Z)");
  }
  if (!GRAMMAR.test(text)) {
    throw refuse("only letters (a-z, A-Z), digits, `-` and `_` are allowed");
  }
  return text as CrateName;
}

/** The form of a name in which no two crates of a registry may be equal. */
export function canonicalCrateName(name: CrateName): CanonicalCrateName {
  return name.toLowerCase().replaceAll("-", "_") as CanonicalCrateName;
}

/**
 * Refuses a name that a new crate may not take: names of devices on Windows,
 * and of what the toolchain itself brings.
 *
 * @throws {Refusal} `crate_name_reserved`.
 */
export function requireUnreserved(name: CrateName): void {
  if (RESERVED.has(canonicalCrateName(name))) {
    throw new Refusal("crate_name_reserved", { name });
  }
}
