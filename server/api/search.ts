/**
 * Search, as cargo asks for it.
 *
 * @module
 */

import type { WebContext } from "../context.ts";
import { RequestRefused } from "../error_response.ts";
import { crateJson } from "./crate_json.ts";
import { jsonResponse } from "./json.ts";

/** Crates on a page: where nothing is said, and at most. */
const PER_PAGE = { default: 10, max: 100 };

/** The last page that may be asked for. */
const PAGE_MAX = 1_000_000;

/**
 * GET {api}/api/v1/crates?q=&per_page=&page=
 *
 * Any text is a query. Cargo joins its words with a `+` that is escaped like
 * all else, so a plus sign is a blank here.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-web-api.html#search
 */
export async function handleSearch(c: WebContext): Promise<Response> {
  const asked = new URLSearchParams(c.env.context.target.query);
  const { default: usual, max } = PER_PAGE;
  const limit = readNumber(asked, "per_page", { min: 0, max, usual });
  const page = readNumber(asked, "page", { min: 1, max: PAGE_MAX, usual: 1 });
  const query = (asked.get("q") ?? "").replaceAll("+", " ");
  const offset = (page - 1) * limit;
  const { crates, total } = await c.var.registry.list({ query, limit, offset });
  return jsonResponse(c, { crates: crates.map(crateJson), meta: { total } });
}

interface NumberBounds {
  min: number;
  max: number;
  usual: number;
}

function readNumber(
  asked: URLSearchParams,
  name: string,
  { min, max, usual }: NumberBounds,
): number {
  const text = asked.get(name);
  if (text === null) return usual;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  throw new RequestRefused(
    400,
    `\`${name}\` must be a number from ${min} to ${max}`,
  );
}
