/**
 * Platforms of dependencies: the `…` of `[target.'…'.dependencies]`, a target
 * triple or a `cfg(…)` expression, in the one spelling that Cargo prints.
 *
 * Pure. Cargo drops a whole version from the index over a platform that it
 * cannot read.
 *
 * @see https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html#platform-specific-dependencies
 * @module
 */

import { DEFAULT_LIMITS } from "../limits.ts";
import { Refusal } from "../refusal.ts";

/**
 * A platform as Cargo prints it, like `x86_64-pc-windows-gnu` or
 * `cfg(any(unix, target_os = "wasi"))`. Only {@linkcode parsePlatform} makes one.
 */
export type Platform = string & { readonly brand: "Platform" };

/**
 * Reads a platform.
 *
 * @param field where it stands, like `target.cfg(unix)`.
 * @throws {Refusal} `metadata_invalid`.
 */
export function parsePlatform(text: string, field: string): Platform {
  const refuse = (problem: string) =>
    new Refusal("metadata_invalid", { field, problem });
  if (text.length > DEFAULT_LIMITS.metadataTextLengthMax) {
    throw refuse(
      `is longer than ${DEFAULT_LIMITS.metadataTextLengthMax} characters`,
    );
  }
  const expression = /^cfg\((.*)\)$/s.exec(text)?.[1];
  if (expression === undefined) {
    if (!/^[\p{Alphabetic}\p{Number}_.-]+$/u.test(text)) {
      throw refuse(
        "is no platform: it must be a target triple like `x86_64-pc-windows-gnu` or an expression like `cfg(windows)`",
      );
    }
    return text as Platform;
  }
  const printed = printExpression(expression);
  if (printed === null) {
    throw refuse(
      'is no platform: `cfg(…)` holds names like `unix`, pairs like `target_os = "linux"`, and `all(…)`, `any(…)`, `not(…)` of them',
    );
  }
  return `cfg(${printed})` as Platform;
}

/** The expression as Cargo prints it, or null when it is none. */
function printExpression(text: string): string | null {
  const tokens = tokenize(text);
  if (tokens === null) return null;
  const printed = takeExpression(tokens);
  return tokens.length === 0 ? printed : null;
}

const TOKEN = / *([(),=]|"[^"]*"|(?:r#)?[A-Za-z_][A-Za-z0-9_]*) */y;

/** The tokens, last one first (they are taken off the end). */
function tokenize(text: string): string[] | null {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) return null;
    tokens.push(token);
  }
  return tokens.reverse();
}

/** Depth is bounded by the length of a platform. */
function takeExpression(tokens: string[]): string | null {
  const word = tokens.pop();
  if (word === undefined || !/^[A-Za-z_]/.test(word)) return null;
  if (word === "all" || word === "any") {
    const list = takeList(tokens);
    return list === null ? null : `${word}(${list.join(", ")})`;
  }
  if (word === "not") {
    if (!take(tokens, "(")) return null;
    const inner = takeExpression(tokens);
    return inner === null || !take(tokens, ")") ? null : `not(${inner})`;
  }
  // Cargo takes `r#true` for the constant.
  if (!take(tokens, "=")) return word.replace(/^r#(?=(?:true|false)$)/, "");
  const value = tokens.pop();
  return value?.startsWith('"') ? `${word} = ${value}` : null;
}

function takeList(tokens: string[]): string[] | null {
  if (!take(tokens, "(")) return null;
  const list: string[] = [];
  while (!take(tokens, ")")) {
    const item = takeExpression(tokens);
    if (item === null) return null;
    list.push(item);
    if (!take(tokens, ",")) return take(tokens, ")") ? list : null;
  }
  return list;
}

function take(tokens: string[], token: string): boolean {
  if (tokens.at(-1) !== token) return false;
  tokens.pop();
  return true;
}
