/**
 * Tokens: create, list, revoke.
 *
 * How a secret is made is in `lib/auth/token.ts`; what a request that brings one
 * is worth is told by `authenticate.ts`.
 *
 * @module
 */

import type { Identity } from "../auth/identity.ts";
import { requireAdmin } from "../auth/policy.ts";
import { makeToken, type TokenSecret } from "../auth/token.ts";
import type { UserName } from "../auth/user_name.ts";
import { toTimestamp } from "../clock.ts";
import type { PeopleDatabase } from "../database/people.ts";
import type { Token } from "../database/tokens.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import type { Parts } from "./parts.ts";
import { requireEnabledUser } from "./users.ts";

/** Which token to make. */
export interface CreateTokenRequest {
  /** Who asks. */
  by: Identity;
  /** Whose it will be. */
  user: UserName;
  /** What it is for; may be empty. */
  label: string;
}

/** A token that was just made. */
export interface CreatedToken {
  /** What is known of it. */
  token: Token;
  /** Its secret, which is kept nowhere: to be shown now or never. */
  secret: TokenSecret;
}

/** Which token to revoke. */
export interface RevokeTokenRequest {
  /** Who asks. */
  by: Identity;
  /** Its number. */
  id: number;
}

/** All tokens, the oldest first; revoked ones too. */
export function tokens({ people }: Parts): Token[] {
  return people.tokens.all();
}

/**
 * Makes a token.
 *
 * @throws {Refusal} `user_unknown`, `user_disabled`, `token_label_invalid`,
 * `admin_needed`.
 */
export function createToken(
  { people, follower, clock, emit }: Parts,
  { by, user: name, label }: CreateTokenRequest,
): CreatedToken {
  requireLabel(label);
  const secret = makeToken();
  const token = people.transaction(() => {
    requireAdmin(by, "create tokens", follower.state);
    const { id: user } = requireEnabledUser(people, name);
    const created = toTimestamp(clock.now());
    const hash = secret.hash();
    const id = people.tokens.add({ user, label, hash, created });
    return requireToken(people, id);
  });
  emit({ kind: "token_created", by, ...aboutToken(token) });
  return { token, secret };
}

/**
 * Makes a token worthless, from the next request on in every process. Done again
 * it changes nothing.
 *
 * @throws {Refusal} `token_unknown`, `admin_needed`.
 */
export function revokeToken(
  { people, follower, clock, emit }: Parts,
  { by, id }: RevokeTokenRequest,
): Token {
  const before = people.transaction(() => {
    requireAdmin(by, "revoke tokens", follower.state);
    const before = requireToken(people, id);
    people.tokens.revoke(id, toTimestamp(clock.now()));
    return before;
  });
  if (before.flaw !== "revoked") {
    emit({ kind: "token_revoked", by, ...aboutToken(before) });
  }
  return { ...before, flaw: "revoked" };
}

/** A token as events tell it. */
function aboutToken({ id: token, label, user, userId }: Token) {
  return { token, label, user, userId };
}

function requireToken(people: PeopleDatabase, id: number): Token {
  const token = people.tokens.withId(id);
  if (token === null) throw new Refusal("token_unknown", { id });
  return token;
}

/** Controls, and signs that hide others or turn them around. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function requireLabel(label: string): void {
  const { tokenLabelLengthMax } = DEFAULT_LIMITS;
  if (label.length > tokenLabelLengthMax) {
    const problem = `it is longer than ${tokenLabelLengthMax} characters`;
    throw new Refusal("token_label_invalid", { problem });
  }
  if (INVISIBLE.test(label)) {
    const problem = "it has signs in it that cannot be seen";
    throw new Refusal("token_label_invalid", { problem });
  }
}
