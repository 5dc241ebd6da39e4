/**
 * Removal of a user, and what becomes of the crates that nobody else owns.
 *
 * @module
 */

import type { Identity } from "../auth/identity.ts";
import { requireAdmin } from "../auth/policy.ts";
import type { UserName } from "../auth/user_name.ts";
import type { CanonicalCrateName, CrateName } from "../crate/name.ts";
import type { User } from "../database/users.ts";
import { Refusal } from "../refusal.ts";
import type { Parts } from "./parts.ts";
import { requireEnabledUser, requireUser } from "./users.ts";

/** Which user to remove. */
export interface RemoveUserRequest {
  /** Who asks. */
  by: Identity;
  /** The user. */
  user: UserName;
  /** Who gets the crates that nobody else owns; `null` for nobody. */
  transferTo: UserName | null;
}

/** What a removal of a user came to. */
export interface RemovedUser {
  /** The crates that have another owner now. */
  transferred: CrateName[];
}

interface Removal {
  user: User;
  /** Who got the crates, if anybody. */
  heir: User | null;
  /** The crates that nobody else owned. */
  crates: readonly CanonicalCrateName[];
}

/**
 * Removes a user with all tokens of theirs. Under the write lock, so that no
 * crate that is being published meanwhile belongs to somebody who is gone.
 *
 * @throws {Refusal} `user_owns_crates` unless they are to be transferred,
 * `user_unknown`, `user_disabled`, `admin_needed`, `index_busy`.
 */
export async function removeUser(
  parts: Parts,
  request: RemoveUserRequest,
): Promise<RemovedUser> {
  const { people, index, derived, emit } = parts;
  const { by } = request;
  const { user, heir, crates } = await index.underLock(
    () => people.transaction(() => removeRows(parts, request)),
    index.patience(),
  );
  const transferred = crates.flatMap((it) => derived.crateNamed(it) ?? []);
  if (heir !== null) {
    const about = { by, user: heir.name, userId: heir.id };
    for (const crate of transferred) {
      emit({ kind: "owner_added", crate, ...about });
    }
  }
  emit({ kind: "user_removed", by, user: user.name, userId: user.id });
  return { transferred };
}

function removeRows(
  { people, follower, derived }: Parts,
  { by, user: name, transferTo }: RemoveUserRequest,
): Removal {
  requireAdmin(by, "remove users", follower.state);
  const user = requireUser(people, name);
  // Who is to be removed inherits nothing.
  const heir = transferTo === null || transferTo === name
    ? null
    : requireEnabledUser(people, transferTo);
  const crates = people.ownedAloneBy(user.id);
  if (heir !== null) {
    for (const crate of crates) people.addOwner(crate, heir.id);
  } else if (crates.length > 0) {
    const names = crates.map((it) => derived.crateNamed(it) ?? it);
    throw new Refusal("user_owns_crates", {
      user: name,
      crates: listOf(names),
    });
  }
  people.removeOwnerEverywhere(user.id);
  people.users.remove(user.id);
  return { user, heir, crates };
}

/** Crates that a refusal names; how many more there are it only counts. */
const NAMED_MAX = 10;

function listOf(names: readonly string[]): string {
  const named = names.slice(0, NAMED_MAX).map((it) => `\`${it}\``).join(", ");
  const rest = names.length - NAMED_MAX;
  return rest > 0 ? `${named} and ${rest} more crates` : named;
}
