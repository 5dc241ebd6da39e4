/**
 * Answers of the web API, and where their values come from.
 *
 * @module
 */

import {
  type CrateName,
  type CrateVersion,
  parseCrateName,
  parseCrateVersion,
} from "../../lib/mod.ts";
import type { WebContext } from "../context.ts";

/** An answer of the web API: nobody may keep it, for the next may differ. */
export function jsonResponse(c: WebContext, body: object): Response {
  return c.json(body, 200, {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
}

/** The `{crate}` of the path, which may be spelt in any way. */
export function crateOf(c: WebContext): CrateName {
  return parseCrateName(c.req.param("crate") ?? "");
}

/** The `{version}` of the path, whose `+` may be written as `%2B`. */
export function versionOf(c: WebContext): CrateVersion {
  return parseCrateVersion(c.req.param("version") ?? "");
}
