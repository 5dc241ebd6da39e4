/**
 * Who asks, and whether this listener lets them make changes.
 *
 * What they may do to a crate is decided by the registry.
 *
 * @module
 */

import type { MiddlewareHandler } from "hono";
import { Refusal } from "../../lib/mod.ts";
import type { WebEnv } from "../context.ts";

/**
 * Refuses changes where the listener takes none.
 *
 * @throws {Refusal} `publish_closed`.
 */
export const requirePublishOpen: MiddlewareHandler<WebEnv> = async (
  c,
  next,
) => {
  const { publish, url } = c.var.listener;
  if (publish === "nobody") throw new Refusal("publish_closed", { url });
  await next();
};
