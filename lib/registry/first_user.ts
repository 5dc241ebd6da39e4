/**
 * The first user of a registry: an admin with one token, who can make all others.
 *
 * @module
 */

import { OPERATOR } from "../auth/identity.ts";
import { makeToken, type TokenSecret } from "../auth/token.ts";
import { parseUserName, type UserName } from "../auth/user_name.ts";
import { toTimestamp } from "../clock.ts";
import type { Parts } from "./parts.ts";

/** What the first user is called. */
export const FIRST_USER: UserName = parseUserName("admin");

const LABEL = "first start";

/** The token of the first user. */
export interface FirstToken {
  /** Its secret, which is kept nowhere. */
  readonly secret: TokenSecret;
  /** Its number. */
  readonly token: number;
}

/**
 * Makes the user `admin` with one token, if there are no users at all.
 *
 * @param hand is handed the token just before it counts; what it throws undoes
 * everything.
 * @returns whether they were made.
 */
export function createFirstUser(
  { people, clock, emit }: Parts,
  hand: (made: FirstToken) => void,
): boolean {
  const secret = makeToken();
  const made = people.transaction(() => {
    if (!people.users.isEmpty()) return null;
    const created = toTimestamp(clock.now());
    const user = people.users.add({ name: FIRST_USER, isAdmin: true, created });
    const hash = secret.hash();
    const row = { user: user.id, label: LABEL, hash, created };
    const token = people.tokens.add(row);
    hand({ secret, token });
    return { userId: user.id, token };
  });
  if (made === null) return false;
  const { userId, token } = made;
  const about = { by: OPERATOR, user: FIRST_USER, userId };
  emit({ kind: "user_added", ...about, isAdmin: true });
  emit({ kind: "token_created", ...about, token, label: LABEL });
  return true;
}
