/**
 * Answers of the web API, and where their values come from.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import {
  type CrateName,
  type CrateVersion,
  parseCrateName,
  parseCrateVersion,
} from "../../lib/mod.ts";
import type { WebContext } from "../context.ts";
import { RequestRefused } from "../error_response.ts";
import type { Upload } from "../middleware/body_limit.ts";

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

/** Size of a JSON body, in bytes: the names of many users. */
const JSON_BYTES_MAX = 64 * 1024;

/**
 * Reads a body that is JSON.
 *
 * @throws {RequestRefused} 413 when it is too large, 400 when it is no JSON.
 */
export async function readJson(upload: Upload): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of upload.read()) {
    pieces.push(piece);
    sizeBytes += piece.length;
    if (sizeBytes > JSON_BYTES_MAX) {
      throw new RequestRefused(
        413,
        `the body has more than ${JSON_BYTES_MAX} bytes: ask for less at once`,
      );
    }
  }
  return parseJson(Buffer.concat(pieces));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new RequestRefused(400, "the body is no JSON");
  }
}
