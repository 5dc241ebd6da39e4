/**
 * Words as search sees them.
 *
 * Pure. A word is what stands between signs and blanks, so that `foo_bar` is the
 * same as `foo-bar`. The full text index finds words by their beginnings; of
 * names it is given the ends of all words too, so that `sql` finds `rusqlite`.
 *
 * @see https://www.sqlite.org/fts5.html
 * @module
 */

import type { CanonicalCrateName } from "../crate/name.ts";
import { DEFAULT_LIMITS } from "../limits.ts";

/** The shortest end of a word that a name is found by, in letters. */
const END_LETTERS_MIN = 2;

/** A query, taken apart. */
export interface SearchWords {
  /** The whole of it as the beginning of a canonical name. */
  readonly name: string;
  /** The query of the full text index; `null` when it has no words. */
  readonly match: string | null;
}

/** A text as the full text index takes it in: found by words that begin so. */
export function toSearchText(text: string): string {
  return toWords(text).join(" ");
}

/** A name as the full text index takes it in: found by any part of a word. */
export function toNameText(name: CanonicalCrateName): string {
  return toWords(name).flatMap(toEnds).join(" ");
}

/**
 * Takes a query apart: any text.
 *
 * @returns `null` for one without any text.
 */
export function toSearchWords(query: string): SearchWords | null {
  const asked = query.slice(0, DEFAULT_LIMITS.searchQueryLengthMax)
    .toWellFormed().trim().toLowerCase();
  if (asked === "") return null;
  const words = new Set(toWords(asked));
  return {
    name: asked.replaceAll("-", "_").replaceAll(/\s+/g, "_"),
    // Of letters and digits nothing has a meaning to the index.
    match: words.size === 0
      ? null
      : [...words].map((word) => `"${word}"*`).join(" "),
  };
}

function toWords(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** `serde` -> `serde`, `erde`, `rde`, `de`. */
function toEnds(word: string): string[] {
  const ends = [word];
  for (let start = 1; start <= word.length - END_LETTERS_MIN; start++) {
    ends.push(word.slice(start));
  }
  return ends;
}
