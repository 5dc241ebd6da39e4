/**
 * `/crates/{crate}`: what a crate is, and its versions.
 *
 * @module
 */

import { html } from "hono/html";
import { parseCrateName, type VersionDetails } from "../../lib/mod.ts";
import type { WebContext } from "../context.ts";
import { code, type Html, page } from "./layout.ts";

/** GET /crates/{crate} */
export async function cratePage(c: WebContext): Promise<Response> {
  const { registry, listener: { url } } = c.var;
  const crate = await registry.show(parseCrateName(c.req.param("crate") ?? ""));
  return page(
    c,
    `${crate.name}: a crate of ${registry.config.name}`,
    html`
      <h1>${crate.name}</h1>
      <p>${crate.description ?? "It has no description."}</p>
      ${code(`cargo add --registry ${registry.config.name} ${crate.name}\n`)}
      <h2>Versions</h2>
      <ul>
        ${crate.versions.map((version) =>
          versionLine(url, crate.name, version)
        )}
      </ul>
      <p><a href="${url}/">${registry.config.name}</a></p>
    `,
  );
}

function versionLine(
  url: string,
  crate: string,
  { version, yanked, published, checksum }: VersionDetails,
): Html {
  const fileName = `${crate}-${encodeURIComponent(version)}.crate`;
  const remarks = [
    ...(published === null ? [] : [`published ${published}`]),
    ...(yanked ? ["yanked"] : []),
  ];
  return html`
    <li>
      <a href="${url}/crates/${crate}/${fileName}">${version}</a>
      ${remarks.join(", ")} <small>SHA-256 ${checksum}</small>
    </li>
  `;
}
