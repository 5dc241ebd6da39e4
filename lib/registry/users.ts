/**
 * Users: add, list, disable and enable.
 *
 * How they are removed is in `remove_user.ts`, what they own in `owners.ts`, what
 * they are known by in `tokens.ts`. What they may do is decided by
 * `lib/auth/policy.ts`.
 *
 * @module
 */

import type { Identity } from "../auth/identity.ts";
import { requireAdmin } from "../auth/policy.ts";
import type { UserName } from "../auth/user_name.ts";
import { toTimestamp } from "../clock.ts";
import type { PeopleDatabase } from "../database/people.ts";
import type { User } from "../database/users.ts";
import { Refusal } from "../refusal.ts";
import type { Parts } from "./parts.ts";

/** Who is to become a user. */
export interface AddUserRequest {
  /** Who asks. */
  by: Identity;
  /** The name that the user gets. */
  name: UserName;
  /** Whether the user may do everything. */
  isAdmin: boolean;
}

/** A user of whom something is asked. */
export interface UserRequest {
  /** Who asks. */
  by: Identity;
  /** The user. */
  user: UserName;
}

/** All users, by name. */
export function users({ people }: Parts): User[] {
  return people.users.all();
}

/**
 * Makes a user.
 *
 * @throws {Refusal} `user_exists`, `admin_needed`.
 */
export function addUser(
  { people, follower, clock, emit }: Parts,
  { by, name, isAdmin }: AddUserRequest,
): User {
  const user = people.transaction(() => {
    requireAdmin(by, "add users", follower.state);
    if (people.users.named(name) !== null) {
      throw new Refusal("user_exists", { user: name });
    }
    const created = toTimestamp(clock.now());
    return people.users.add({ name, isAdmin, created });
  });
  emit({ kind: "user_added", by, user: name, userId: user.id, isAdmin });
  return user;
}

/**
 * Makes nobody of a user, or takes that back: tokens are refused, or accepted
 * again, from the next request on in every process. What the user owns stays.
 * Done again it changes nothing.
 *
 * @throws {Refusal} `user_unknown`, `admin_needed`.
 */
export function disableUser(
  { people, follower, clock, emit }: Parts,
  { by, user: name }: UserRequest,
  isDisabled: boolean,
): void {
  const user = people.transaction(() => {
    const action = isDisabled ? "disable users" : "enable users";
    requireAdmin(by, action, follower.state);
    const user = requireUser(people, name);
    if ((user.disabled !== null) === isDisabled) return null;
    const at = isDisabled ? toTimestamp(clock.now()) : null;
    people.users.setDisabled(user.id, at);
    return user;
  });
  if (user === null) return;
  const kind = isDisabled ? "user_disabled" : "user_enabled";
  emit({ kind, by, user: name, userId: user.id });
}

/**
 * The user of a name.
 *
 * @throws {Refusal} `user_unknown`.
 */
export function requireUser(people: PeopleDatabase, name: UserName): User {
  const user = people.users.named(name);
  if (user === null) throw new Refusal("user_unknown", { user: name });
  return user;
}

/**
 * The user of a name, to whom something is to be given.
 *
 * @throws {Refusal} `user_unknown`, `user_disabled`.
 */
export function requireEnabledUser(
  people: PeopleDatabase,
  name: UserName,
): User {
  const user = requireUser(people, name);
  if (user.disabled !== null) {
    throw new Refusal("user_disabled", { user: name });
  }
  return user;
}
