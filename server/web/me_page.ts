/**
 * `/me`: where `cargo login` sends people for a token.
 *
 * @module
 */

import { html } from "hono/html";
import type { WebContext } from "../context.ts";
import { code, page } from "./layout.ts";

/** GET /me */
export function mePage(c: WebContext): Response | Promise<Response> {
  const { name } = c.var.registry.config;
  const { url, publish } = c.var.listener;
  return page(
    c,
    `Your token for ${name}`,
    html`
      <h1>Your token for ${name}</h1>
      ${publish === "anyone"
        ? html`
          <p>
            This registry asks for no token, but cargo does before it publishes. Any word
            will do:
          </p>
          ${code(`echo anyone | cargo login --registry ${name}\n`)}
        `
        : html`
          <p>
            Nothing can be published at this address, so you need no token.
          </p>
        `}
      <p><a href="${url}/">${name}</a></p>
    `,
  );
}
