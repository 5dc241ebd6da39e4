/**
 * Who owns a crate: list, add, remove.
 *
 * Changes are made under the write lock, so that whatever is published is judged
 * by the owners of that moment.
 *
 * @module
 */

import { type Identity, toIdentityText } from "../auth/identity.ts";
import { requireMayChange } from "../auth/policy.ts";
import type { UserName } from "../auth/user_name.ts";
import {
  type CanonicalCrateName,
  canonicalCrateName,
  type CrateName,
} from "../crate/name.ts";
import type { User } from "../database/users.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { findCrate } from "./find_crate.ts";
import type { Parts } from "./parts.ts";
import { requireEnabledUser, requireUser } from "./users.ts";

/** A user who owns a crate. */
export interface CrateOwner {
  /** The user's number: 32 bits, without a sign. */
  id: number;
  /** What the user is called. */
  login: string;
}

/** Who owns a crate. */
export interface CrateOwners {
  /** The crate, as the index spells it. */
  crate: CrateName;
  /** Its owners; none when it is closed, and none when it is everybody's. */
  users: CrateOwner[];
  /** Whether it is everybody's who may publish at all. */
  isOpen: boolean;
}

/** Who is to own a crate, or to own it no longer. */
export interface OwnersRequest {
  /** Who asks. */
  by: Identity;
  /** The crate, in any spelling. */
  crate: CrateName;
  /** The users. */
  users: readonly UserName[];
}

/**
 * Who owns a crate.
 *
 * @param asked its name, in any spelling.
 * @throws {Refusal} `crate_not_found`.
 */
export async function owners(
  parts: Parts,
  asked: CrateName,
): Promise<CrateOwners> {
  const { name: crate } = await findCrate(parts, asked);
  const { people } = parts;
  const present = people.ownersOf(canonicalCrateName(crate));
  const users = present.filter((owner) => owner !== "anyone").map((id) => {
    const login = people.users.withId(id)?.name;
    return { id, login: login ?? toIdentityText({ kind: "user", id }) };
  });
  return { crate, users, isOpen: present.includes("anyone") };
}

/**
 * Makes users owners of a crate, all of them or none. They take the place of
 * `anyone`. Done again it changes nothing.
 *
 * @returns the crate, as the index spells it.
 * @throws {Refusal} `crate_not_found`, `user_unknown`, `user_disabled`,
 * `not_permitted`, `too_many_owners`, `index_busy`.
 */
export function addOwners(
  parts: Parts,
  request: OwnersRequest,
): Promise<CrateName> {
  const { people } = parts;
  return changeOwners(parts, request, "owner_added", (crate) => {
    const users = unique(request.users).map((it) =>
      requireEnabledUser(people, it)
    );
    const present = people.ownersOf(crate);
    if (users.length > 0) people.removeOwner(crate, "anyone");
    for (const { id } of users) people.addOwner(crate, id);
    return users.filter(({ id }) => !present.includes(id));
  });
}

/**
 * Ends the ownership of users, all of them or none. The last owner stays: a crate
 * is closed by giving it to an admin.
 *
 * @returns the crate, as the index spells it.
 * @throws {Refusal} `crate_not_found`, `user_unknown`, `owner_unknown`,
 * `last_owner`, `not_permitted`, `too_many_owners`, `index_busy`.
 */
export function removeOwners(
  parts: Parts,
  request: OwnersRequest,
): Promise<CrateName> {
  const { people } = parts;
  return changeOwners(parts, request, "owner_removed", (crate, name) => {
    const users = unique(request.users).map((it) => requireUser(people, it));
    const present = people.ownersOf(crate);
    for (const { id, name: user } of users) {
      if (present.includes(id)) continue;
      throw new Refusal("owner_unknown", { crate: name, user });
    }
    for (const { id } of users) people.removeOwner(crate, id);
    if (users.length > 0 && people.ownersOf(crate).length === 0) {
      throw new Refusal("last_owner", { crate: name });
    }
    return users;
  });
}

/**
 * Changes the owners of a crate in one transaction.
 *
 * @param change answers the users of whom something has changed.
 */
async function changeOwners(
  parts: Parts,
  { by, crate: asked, users: { length: count } }: OwnersRequest,
  kind: "owner_added" | "owner_removed",
  change: (crate: CanonicalCrateName, name: CrateName) => readonly User[],
): Promise<CrateName> {
  const { people, follower, index, emit } = parts;
  const limit = DEFAULT_LIMITS.ownersPerRequestMax;
  if (count > limit) throw new Refusal("too_many_owners", { count, limit });
  const requireAllowed = (crate: CrateName) =>
    requireMayChange(by, "change the owners of", crate, follower.state);
  // Whoever will be refused need not hold up the others.
  requireAllowed((await findCrate(parts, asked)).name);
  const { name, changed } = await index.underLock(async () => {
    const { name } = await findCrate(parts, asked);
    const changed = people.transaction(() => {
      requireAllowed(name);
      return change(canonicalCrateName(name), name);
    });
    return { name, changed };
  }, index.patience());
  for (const { name: user, id: userId } of changed) {
    emit({ kind, by, crate: name, user, userId });
  }
  return name;
}

function unique(users: readonly UserName[]): UserName[] {
  return [...new Set(users)];
}
