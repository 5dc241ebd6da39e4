/**
 * Who asks, and whether this listener answers them: its `read` and `publish`
 * policies, and how somebody without the right token is told to bring one.
 *
 * What a user may do to a crate is decided by the registry.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-authentication.html
 * @module
 */

import type { MiddlewareHandler } from "hono";
import {
  type Identity,
  isRefusal,
  isTokenLike,
  NOBODY,
  Refusal,
} from "../../lib/mod.ts";
import type { RequestContext, WebEnv } from "../context.ts";
import type { ErrorAnswer } from "../error_response.ts";

/**
 * Lets those through who may read here, and remembers who they are.
 *
 * @throws {Refusal} `token_missing`, `token_invalid`.
 */
export function requireReader(context: RequestContext): void {
  if (context.server.listener.read === "anyone") return;
  context.identity = userOf(context);
}

/**
 * Lets those through who may make changes here, and remembers who they are.
 *
 * @throws {Refusal} `publish_closed`, `token_missing`, `token_invalid`.
 */
export function requirePublisher(context: RequestContext): void {
  const { publish, url } = context.server.listener;
  if (publish === "nobody") throw new Refusal("publish_closed", { url });
  context.identity = publish === "token" ? userOf(context) : anyoneOf(context);
}

/** {@linkcode requireReader} in front of a route of hono's. */
export const forReaders: MiddlewareHandler<WebEnv> = (c, next) => {
  requireReader(c.env.context);
  return next();
};

/** {@linkcode requirePublisher} in front of a route of hono's. */
export const forPublishers: MiddlewareHandler<WebEnv> = (c, next) => {
  requirePublisher(c.env.context);
  return next();
};

function userOf({ request, server }: RequestContext): Identity {
  const token = tokenIn(request.headers.get("authorization"));
  if (token !== null) return server.registry.authenticate(token);
  const login_url = `${server.listener.url}/me`;
  throw new Refusal("token_missing", { login_url });
}

/**
 * Where no token is needed a good one still tells who asks. One that is meant to
 * be ours and is not good is refused, so that a typing error does not publish as
 * nobody; cargo wants some word as a token, so any other is fine.
 */
function anyoneOf({ request, server }: RequestContext): Identity {
  const token = tokenIn(request.headers.get("authorization"));
  return token !== null && isTokenLike(token)
    ? server.registry.authenticate(token)
    : NOBODY;
}

/**
 * The token in an `Authorization` header: raw, as cargo sends it, behind
 * `Bearer`, or the password of `Basic`, as git's credential helpers send it.
 *
 * @returns null where there is none.
 * @throws {Refusal} `token_invalid` for credentials that cannot be read.
 */
export function tokenIn(header: string | null): string | null {
  if (header === null || header === "" || isTokenLike(header)) {
    return header || null;
  }
  const [, scheme = "", rest = ""] = /^(bearer|basic) +(.*)$/i.exec(header) ??
    [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return rest.trim() || null;
    case "basic":
      return passwordIn(rest.trim()) || null;
    default:
      return header;
  }
}

function passwordIn(credentials: string): string {
  try {
    const text = atob(credentials);
    return text.slice(text.indexOf(":") + 1);
  } catch (cause) {
    const problem = "it is no base64, which `Basic` needs";
    throw new Refusal("token_invalid", { problem }, { cause });
  }
}

/** Git and browsers ask for a name and a password when they are told so. */
const BASIC = 'Basic realm="palletizer", charset="UTF-8"';

/** What cargo has no part in: git's requests, and pages. */
const IS_GIT = /^\/index(?:\.git)?\/(?:info\/refs|git-[a-z-]+)$/;
const IS_PAGE = /^\/(?:crates\/[^/]+)?$/;

/**
 * The answer to somebody without the right token: where one is to be had, in the
 * words of whoever asks. On the API a wrong token is a plain refusal.
 */
export function withChallenge(
  answer: ErrorAnswer,
  error: unknown,
  { target: { path }, server: { listener } }: RequestContext,
): ErrorAnswer {
  const isWanted = isRefusal(error, "token_missing") ||
    (isRefusal(error, "token_invalid") && !path.startsWith("/api/"));
  if (!isWanted) return answer;
  const challenge = IS_GIT.test(path) || IS_PAGE.test(path)
    ? BASIC
    : `Cargo login_url="${listener.url}/me"`;
  const headers = { ...answer.headers, "www-authenticate": challenge };
  return { ...answer, status: 401, headers };
}
