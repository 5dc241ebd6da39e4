/**
 * The gate: what a request is aimed at, checked by hand before any route.
 *
 * Deno hands over the target and the Host header as they came, joined to a URL
 * that nobody has checked: a path may come out of the Host, and what a URL
 * parser would tidy away has not been. So nothing here is parsed, tidied or
 * decoded: whatever could be read in two ways is refused, and what is left has
 * one spelling.
 *
 * Pure.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 * @module
 */

import { RequestRefused } from "./error_response.ts";

/** What a request is aimed at. */
export interface Target {
  /**
   * The path: begins with `/`, has no empty and no dot segment, no backslash and
   * no control character, and no escape of one of these or of `/`. Other escapes
   * are still in it.
   */
  readonly path: string;
  /** What follows the first `?`, escapes still in it; empty if nothing does. */
  readonly query: string;
}

/** Length of path and query together, in characters. */
const TARGET_LENGTH_MAX = 4096;

/** A name, an IPv4 address or an IPv6 address in brackets, perhaps a port. */
const AUTHORITY =
  /^(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** What RFC 3986 allows in a path: cargo and git send nothing else. */
const PATH = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/;

/** Whatever is visible, but for `#`: programs are not strict about queries. */
const QUERY = /^[!-"$-~]*$/;

/** Slashes, backslashes and control characters, escaped. */
const HIDDEN = /%(?:2f|5c|[01][0-9a-f]|7f)/i;

/** A segment of one or two dots, escaped or not. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Checks what a request is aimed at.
 *
 * @param url as Deno gives it.
 * @param host the Host header; null where there is none.
 * @throws {RequestRefused} 400.
 */
export function readTarget(url: string, host: string | null): Target {
  const start = url.startsWith("http://")
    ? 7
    : url.startsWith("https://")
    ? 8
    : -1;
  if (start === -1) throw refuse("the target is not a path");
  // A good authority has no slash in it, so a bad one is found out by what it
  // was cut to.
  const pathStart = url.indexOf("/", start);
  if (pathStart === -1) throw refuse("the target is not a path");
  requireAuthority(url.slice(start, pathStart), host);
  if (url.length - pathStart > TARGET_LENGTH_MAX) {
    throw refuse(`the target is longer than ${TARGET_LENGTH_MAX} characters`);
  }
  const queryStart = url.indexOf("?", pathStart);
  const path = queryStart === -1
    ? url.slice(pathStart)
    : url.slice(pathStart, queryStart);
  const query = queryStart === -1 ? "" : url.slice(queryStart + 1);
  requirePath(path);
  if (!QUERY.test(query)) {
    throw refuse("the query has signs that must be escaped");
  }
  return { path, query };
}

function requireAuthority(authority: string, host: string | null): void {
  if (!AUTHORITY.test(authority)) throw refuse("the Host header is no host");
  // Deno takes the authority of an absolute target, else the header. Both said
  // and different is how one server is made to answer for another.
  if (!host || host === authority) return;
  if (host.toLowerCase() !== authority.toLowerCase()) {
    throw refuse("the Host header is not the host of the target");
  }
}

function requirePath(path: string): void {
  if (!PATH.test(path)) throw refuse("the path has signs that must be escaped");
  if (path.includes("//")) throw refuse("the path has an empty segment");
  if (path.includes("/.") || path.includes("%")) {
    if (DOT_SEGMENT.test(path)) throw refuse("the path has a dot segment");
    if (HIDDEN.test(path)) {
      throw refuse(
        "the path has an escaped slash, backslash or control character",
      );
    }
  }
}

function refuse(problem: string): RequestRefused {
  return new RequestRefused(400, `the request cannot be read: ${problem}`);
}

/** The first segments of all paths that there are. */
const TOP: ReadonlySet<string> = new Set([
  "",
  "index",
  "index.git",
  "crates",
  "api",
  "me",
  "health",
]);

/**
 * The path below the path of a listener's URL. What is served below that path is
 * served at the root as well, for proxies that cut it off; so it is only cut
 * where something that there is follows it.
 *
 * @param base without a final slash; empty for none.
 */
export function pathBelow(base: string, path: string): string {
  if (base === "" || !path.startsWith(base)) return path;
  const rest = path === base ? "/" : path.slice(base.length);
  if (!rest.startsWith("/")) return path;
  const end = rest.indexOf("/", 1);
  const first = end === -1 ? rest.slice(1) : rest.slice(1, end);
  return TOP.has(first) ? rest : path;
}

/**
 * A segment of a path as it is meant, decoded once: whatever escapes are in it
 * then are part of it.
 *
 * @throws {RequestRefused} 400 for an escape that is no UTF-8.
 */
export function decodeSegment(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw refuse("an escape in the path is no UTF-8");
  }
}
