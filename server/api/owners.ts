/**
 * Owners of a crate, as cargo asks for them.
 *
 * @module
 */

import { Refusal } from "../../lib/mod.ts";
import type { WebContext } from "../context.ts";
import { crateOf, jsonResponse } from "./json.ts";

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
 * PUT and DELETE {api}/api/v1/crates/{crate}/owners: an owner is a user, which
 * nobody in particular can neither be nor name.
 *
 * @throws {Refusal} `not_permitted`, `crate_not_found`.
 * @see https://doc.rust-lang.org/cargo/reference/registry-web-api.html#owners-add
 */
export async function handleChangeOwners(c: WebContext): Promise<Response> {
  const crate = crateOf(c);
  await c.var.registry.owners({ crate });
  throw new Refusal("not_permitted", {
    action: "change the owners of",
    crate,
    needs: "a user's token, and this registry has no users",
  });
}
