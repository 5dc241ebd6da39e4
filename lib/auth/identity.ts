/**
 * Who asks.
 *
 * Pure.
 *
 * @module
 */

/**
 * Who asks: nobody in particular, a user known by a token, or the operator, the
 * person at the machine (every command).
 */
export type Identity =
  | { readonly kind: "nobody" }
  | { readonly kind: "operator" }
  | { readonly kind: "user"; readonly id: number };

/** The person at the machine. */
export const OPERATOR: Identity = { kind: "operator" };

/** Somebody without a token. */
export const NOBODY: Identity = { kind: "nobody" };

/** A crate's owner: a user's id, or everybody who may publish at all. */
export type Owner = number | "anyone";

/** What a user counts for at this moment; null once disabled or removed. */
export type Standing = "admin" | "user" | null;

/** An identity as the index's commits and results spell it. */
export function toIdentityText(identity: Identity): string {
  return identity.kind === "user" ? `user:${identity.id}` : identity.kind;
}

/** Reads {@linkcode toIdentityText}'s spelling; `null` for any other text. */
export function fromIdentityText(text: string): Identity | null {
  if (text === "nobody" || text === "operator") return { kind: text };
  const id = /^user:(\d{1,10})$/.exec(text)?.[1];
  return id === undefined ? null : { kind: "user", id: Number(id) };
}
