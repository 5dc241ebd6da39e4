/**
 * `/me`: where `cargo login` sends people for a token. Shown to everybody, for
 * who comes here has none yet.
 *
 * @module
 */

import { html } from "hono/html";
import { sparseLines, tokenVariable } from "../../lib/mod.ts";
import type { WebContext } from "../context.ts";
import { code, type Html, page } from "./layout.ts";

/** GET /me */
export function mePage(c: WebContext): Response | Promise<Response> {
  const { name } = c.var.registry.config;
  const { url, read, publish } = c.var.listener;
  return page(
    c,
    `Your token for ${name}`,
    html`
      <h1>Your token for ${name}</h1>
      ${read === "token" || publish === "token"
        ? howToGetOne(c)
        : publish === "anyone"
        ? anyWord(name)
        : noneNeeded()}
      <p><a href="${url}/">${name}</a></p>
    `,
  );
}

function howToGetOne(c: WebContext): Html {
  const { name } = c.var.registry.config;
  const { url, read } = c.var.listener;
  const registry = { name, url, needsToken: read === "token" };
  return html`
    <p>
      ${registry.needsToken
        ? "Nothing is shown or taken here without a token."
        : "Everybody may read here; to publish takes a token."} The operator of the registry makes you one:
    </p>
    ${code("palletizer user add NAME\npalletizer token create --user NAME\n")}
    <p>
      Tell cargo of the registry, in <code>.cargo/config.toml</code> of a project or
      of your home folder:
    </p>
    ${code(sparseLines(registry))}
    <p>
      and give it the token, which it then asks for (in CI set
      <code>${tokenVariable(registry)}</code> instead):
    </p>
    ${code(`cargo login --registry ${name}\n`)}
  `;
}

function anyWord(name: string): Html {
  return html`
    <p>
      This registry asks for no token, but cargo does before it publishes. Any word
      will do:
    </p>
    ${code(`echo anyone | cargo login --registry ${name}\n`)}
  `;
}

function noneNeeded(): Html {
  return html`
    <p>
      Nothing can be published at this address, so you need no token.
    </p>
  `;
}
