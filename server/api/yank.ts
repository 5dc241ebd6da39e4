/**
 * Yank and its undoing, as cargo asks for them.
 *
 * @module
 */

import type { YankRequest } from "../../lib/mod.ts";
import type { WebContext } from "../context.ts";
import { crateOf, jsonResponse, versionOf } from "./json.ts";

/**
 * DELETE {api}/api/v1/crates/{crate}/{version}/yank
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-web-api.html#yank
 */
export async function handleYank(c: WebContext): Promise<Response> {
  await c.var.registry.yank(requestOf(c));
  return jsonResponse(c, { ok: true });
}

/**
 * PUT {api}/api/v1/crates/{crate}/{version}/unyank
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-web-api.html#unyank
 */
export async function handleUnyank(c: WebContext): Promise<Response> {
  await c.var.registry.unyank(requestOf(c));
  return jsonResponse(c, { ok: true });
}

function requestOf(c: WebContext): YankRequest {
  const { identity: by } = c.env.context;
  return { by, crate: crateOf(c), version: versionOf(c) };
}
