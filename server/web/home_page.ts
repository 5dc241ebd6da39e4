/**
 * `/`: what this is, and how cargo is told of it.
 *
 * @module
 */

import { html } from "hono/html";
import { gitLines, sparseLines } from "../../lib/mod.ts";
import type { WebContext } from "../context.ts";
import { code, type Html, page } from "./layout.ts";

/** GET / */
export function homePage(c: WebContext): Response | Promise<Response> {
  const { name } = c.var.registry.config;
  const { url, read } = c.var.listener;
  const registry = { name, url, needsToken: read === "token" };
  return page(
    c,
    `${name}: a registry of Rust crates`,
    html`
      <h1>${name}</h1>
      <p>A private registry of Rust crates, kept by Palletizer.</p>
      <h2>Use it</h2>
      <p>
        Put this into <code>.cargo/config.toml</code> of a project, or of your home
        folder:
      </p>
      ${code(sparseLines(registry))} ${registry.needsToken
        ? html`
          <p>
            Reading takes <a href="${url}/me">a token</a>, too.
          </p>
        `
        : ""}
      <p>Then add crates of it:</p>
      ${code(
        `cargo search --registry ${name} WORD\ncargo add --registry ${name} CRATE\n`,
      )} ${publishing(c)}
      <p>
        Where the sparse protocol cannot be used, the same index is a git repository:
      </p>
      ${code(gitLines(registry))} ${registry.needsToken
        ? html`
          <p>
            Git asks for a user name, which may be any, and for the token as the password.
          </p>
        `
        : ""}
    `,
  );
}

function publishing(c: WebContext): Html {
  const { url, publish } = c.var.listener;
  const command = `cargo publish --registry ${c.var.registry.config.name}\n`;
  if (publish === "nobody") {
    return html`
      <p>Nothing can be published at this address.</p>
    `;
  }
  return html`
    <p>
      and publish your own (<a href="${url}/me"
      >what cargo wants for a token</a>):
    </p>
    ${code(command)}
  `;
}
