/**
 * Who owns a crate.
 *
 * @module
 */

import { toIdentityText } from "../auth/identity.ts";
import { canonicalCrateName, type CrateName } from "../crate/name.ts";
import { findCrate } from "./find_crate.ts";
import type { Parts } from "./parts.ts";

/** A user who owns a crate. */
export interface CrateOwner {
  /** The user's number: 32 bits, without a sign. */
  id: number;
  /** What the user is called. */
  login: string;
}

/**
 * The users who own a crate. A crate that is closed has none, nor has one that
 * belongs to everybody.
 *
 * @param asked its name, in any spelling.
 * @throws {Refusal} `crate_not_found`.
 */
export async function owners(
  parts: Parts,
  asked: CrateName,
): Promise<CrateOwner[]> {
  const { name } = await findCrate(parts, asked);
  return parts.people.ownersOf(canonicalCrateName(name))
    .filter((owner) => owner !== "anyone")
    .map((id) => ({ id, login: toIdentityText({ kind: "user", id }) }));
}
