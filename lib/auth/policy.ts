/**
 * Who may do what.
 *
 * Pure: decided again under the write lock, with owners and users as they are
 * then.
 *
 * @module
 */

import {
  type CanonicalCrateName,
  canonicalCrateName,
  type CrateName,
} from "../crate/name.ts";
import { Refusal } from "../refusal.ts";
import type { Identity, Owner, Standing } from "./identity.ts";

/** What may be done to a crate that exists. */
export type CrateAction =
  | "publish versions of"
  | "yank"
  | "unyank"
  | "remove"
  | "change the owners of";

/** What decisions rest on, as of this moment. */
export interface Authority {
  /** Who owns a crate. */
  ownersOf(crate: CanonicalCrateName): readonly Owner[];
  /** What a user counts for. */
  standingOf(user: number): Standing;
}

/**
 * Refuses whoever may not do something to a crate: only its owners, admins and
 * the operator may. A crate without owners is closed; one that belongs to
 * `anyone` is open to all who got this far, but only users may change that.
 *
 * @throws {Refusal} `not_permitted`, `token_invalid`.
 */
export function requireMayChange(
  by: Identity,
  action: CrateAction,
  crate: CrateName,
  authority: Authority,
): void {
  requireStanding(by, authority);
  if (isAdmin(by, authority)) return;
  const owners = authority.ownersOf(canonicalCrateName(crate));
  const isOpen = owners.includes("anyone");
  if (by.kind === "user" && (isOpen || owners.includes(by.id))) return;
  const takesUser = action === "change the owners of";
  if (isOpen && !takesUser) return;
  throw new Refusal("not_permitted", {
    action,
    crate,
    needs: isOpen
      ? "the token of a user"
      : owners.length === 0
      ? "an admin or the operator, since nobody owns it"
      : "one of its owners",
  });
}

/**
 * Refuses users that have been disabled or removed since their token was looked
 * at.
 *
 * @throws {Refusal} `token_invalid`.
 */
export function requireStanding(
  by: Identity,
  authority: Pick<Authority, "standingOf">,
): void {
  if (by.kind !== "user" || authority.standingOf(by.id) !== null) return;
  throw new Refusal("token_invalid", {
    problem: "its user was disabled or removed",
  });
}

/**
 * Refuses all but admins and the operator.
 *
 * @param action what they may not do, as a verb with its object.
 * @throws {Refusal} `admin_needed`, `token_invalid`.
 */
export function requireAdmin(
  by: Identity,
  action: string,
  authority: Pick<Authority, "standingOf">,
): void {
  requireStanding(by, authority);
  if (!isAdmin(by, authority)) throw new Refusal("admin_needed", { action });
}

/** Whether somebody may do everything: the operator, and users who are admins. */
export function isAdmin(
  by: Identity,
  authority: Pick<Authority, "standingOf">,
): boolean {
  return by.kind === "operator" ||
    (by.kind === "user" && authority.standingOf(by.id) === "admin");
}
