/**
 * `/`: what this is, and how cargo is told of it.
 *
 * @module
 */

import { html } from "hono/html";
import type { WebContext } from "../context.ts";
import { gitLines, sparseLines } from "./cargo_lines.ts";
import { code, page } from "./layout.ts";

/** GET / */
export function homePage(c: WebContext): Response | Promise<Response> {
  const { name } = c.var.registry.config;
  const { url, publish } = c.var.listener;
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
      ${code(sparseLines({ name, url }))}
      <p>Then add crates of it:</p>
      ${code(
        `cargo search --registry ${name} WORD\ncargo add --registry ${name} CRATE\n`,
      )} ${publish === "anyone"
        ? html`
          <p>
            and publish your own (<a href="${url}/me"
            >what cargo wants for a token</a>):
          </p>
          ${code(`cargo publish --registry ${name}\n`)}
        `
        : html`
          <p>Nothing can be published at this address.</p>
        `}
      <p>
        Where the sparse protocol cannot be used, the same index is a git repository:
      </p>
      ${code(gitLines({ name, url }))}
    `,
  );
}
