/**
 * Owners of a crate, as cargo asks for them.
 *
 * @module
 */

import {
  type OwnersRequest,
  parseUserName,
  type UserName,
} from "../../lib/mod.ts";
import type { WebContext } from "../context.ts";
import { RequestRefused } from "../error_response.ts";
import { crateOf, jsonResponse, readJson } from "./json.ts";

/**
 * GET {api}/api/v1/crates/{crate}/owners
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-web-api.html#owners-list
 */
export async function handleListOwners(c: WebContext): Promise<Response> {
  const { users } = await c.var.registry.owners({ crate: crateOf(c) });
  return jsonResponse(c, { users });
}

/**
 * PUT {api}/api/v1/crates/{crate}/owners
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-web-api.html#owners-add
 */
export async function handleAddOwners(c: WebContext): Promise<Response> {
  const request = await requestOf(c);
  const crate = await c.var.registry.addOwners(request);
  const msg = `${listOf(request.users)} added to the owners of ${crate}`;
  return jsonResponse(c, { ok: true, msg });
}

/**
 * DELETE {api}/api/v1/crates/{crate}/owners
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-web-api.html#owners-remove
 */
export async function handleRemoveOwners(c: WebContext): Promise<Response> {
  const request = await requestOf(c);
  const crate = await c.var.registry.removeOwners(request);
  const msg = `${listOf(request.users)} removed from the owners of ${crate}`;
  return jsonResponse(c, { ok: true, msg });
}

async function requestOf(c: WebContext): Promise<OwnersRequest> {
  const crate = crateOf(c);
  const users = usersIn(await readJson(c.var.upload));
  return { by: c.env.context.identity, crate, users };
}

/** Cargo says `users`; crates.io takes `owners` too, and so do its tools. */
function usersIn(body: unknown): UserName[] {
  const { users, owners = users } = Object(body);
  const isList = Array.isArray(owners) && owners.length > 0 &&
    owners.every((it) => typeof it === "string");
  if (isList) return owners.map(parseUserName);
  throw new RequestRefused(
    400,
    'the body must be like {"users":["anna"]}, with at least one user',
  );
}

function listOf(users: readonly UserName[]): string {
  return users.map((user) => `\`${user}\``).join(", ");
}
