/**
 * Conditions and ranges in requests: has the client this already, and which part
 * of it does it want?
 *
 * Pure.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14
 * @module
 */

import type { ByteRange } from "../lib/mod.ts";

/**
 * Whether the client has what `etag` names.
 *
 * Compares weakly, since compression on the way makes a strong tag a weak one.
 *
 * @param ifNoneMatch the header `If-None-Match`.
 * @param etag a strong tag, quotation marks included.
 */
export function hasMatch(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  if (ifNoneMatch === etag) return true;
  if (ifNoneMatch.trim() === "*") return true;
  const tags = ifNoneMatch.matchAll(/"[^"]*"/g); // `W/` stays outside
  return tags.some(([tag]) => tag === etag);
}

/** What is asked of a file: that before the request is a `GET`. */
export interface RangeRequest {
  /** The header `Range`. */
  readonly range: string | null;
  /** The header `If-Range`. */
  readonly ifRange: string | null;
  /** The file's strong tag, quotation marks included. */
  readonly etag: string;
  /** The size of the file, in bytes. */
  readonly sizeBytes: number;
}

/**
 * Which part of a file is asked for.
 *
 * @returns null for the whole: none was asked for, several were, or one that
 * cannot be understood; "unsatisfiable" for one that lies outside.
 */
export function requestedRange(
  { range, ifRange, etag, sizeBytes }: RangeRequest,
): ByteRange | "unsatisfiable" | null {
  if (range === null) return null;
  // A date in If-Range would have to be exact; the tag always is.
  if (ifRange !== null && ifRange !== etag) return null;
  const [, first = "", last = ""] =
    /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(range) ??
      [];
  if (first === "" && last === "") return null;
  if (first === "") {
    const start = Math.max(0, sizeBytes - Number(last));
    return start < sizeBytes ? { start, end: sizeBytes } : "unsatisfiable";
  }
  const start = Number(first);
  const end = last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (last !== "" && Number(last) < start) return null;
  return start < sizeBytes ? { start, end } : "unsatisfiable";
}
