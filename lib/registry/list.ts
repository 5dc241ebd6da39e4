/**
 * Which crates there are.
 *
 * @module
 */

import type { SearchResult } from "../database/search.ts";
import type { Parts } from "./parts.ts";

/** Which crates to list. */
export interface ListRequest {
  /** Words to look for in names, descriptions and keywords; empty lists all. */
  query: string;
  /** How many to answer with at most. */
  limit: number;
  /** How many to leave out at the beginning. */
  offset: number;
}

/** Lists crates: the exact name first, then prefixes, then by relevance. */
export function list(
  parts: Parts,
  { query, limit, offset }: ListRequest,
): SearchResult {
  return parts.derived.search(query, { limit, offset });
}
