/**
 * What tools that were written for crates.io ask about a crate.
 *
 * @module
 */

import type { WebContext } from "../context.ts";
import { crateJson, versionJson } from "./crate_json.ts";
import { crateOf, jsonResponse, versionOf } from "./json.ts";

/** GET {api}/api/v1/crates/{crate} */
export async function handleCrate(c: WebContext): Promise<Response> {
  const { registry, listener: { url } } = c.var;
  const crate = await registry.show(crateOf(c));
  const { name, newestVersion, versions } = crate;
  const newest = versions.find(({ version }) => version === newestVersion);
  const dates = versions.flatMap(({ published }) => published ?? []).sort();
  return jsonResponse(c, {
    crate: {
      ...crateJson({ ...crate, yanked: newest?.yanked ?? false }),
      created_at: dates[0] ?? null,
      updated_at: dates.at(-1) ?? null,
    },
    versions: versions.map((version) => versionJson(url, name, version)),
  });
}

/** GET {api}/api/v1/crates/{crate}/{version} */
export async function handleVersion(c: WebContext): Promise<Response> {
  const { registry, listener: { url } } = c.var;
  const found = await registry.showVersion({
    crate: crateOf(c),
    version: versionOf(c),
  });
  return jsonResponse(c, { version: versionJson(url, found.crate, found) });
}
