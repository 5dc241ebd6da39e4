/**
 * `config.json` of the sparse index, made for the listener that is asked. The
 * git index has its own, the same for all.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html#index-configuration
 * @module
 */

import { createHash } from "node:crypto";
import {
  defaultDownloadUrl,
  encodeConfigJson,
  type RegistryConfig,
} from "../../lib/mod.ts";
import { hasMatch } from "../conditional.ts";
import { READING, type Route } from "../context.ts";
import type { ListenerConfig } from "../server_config.ts";
import { indexCaching } from "./sparse.ts";

/** `/index/config.json` of a listener. */
export function configJson(
  registry: RegistryConfig,
  listener: ListenerConfig,
): Route {
  const text = encodeConfigJson({
    dl: downloadUrl(registry, listener),
    api: listener.url,
    authRequired: listener.read === "token",
  });
  const etag = `"${createHash("sha256").update(text).digest("hex")}"`;
  const caching = { etag, "cache-control": indexCaching(listener) };
  return {
    methods: READING,
    answer({ request }) {
      if (hasMatch(request.headers.get("if-none-match"), etag)) {
        return new Response(null, { status: 304, headers: caching });
      }
      return new Response(text, {
        headers: { "content-type": "application/json", ...caching },
      });
    },
  };
}

/** A `dl` that was chosen holds everywhere; else each listener has its own. */
function downloadUrl(registry: RegistryConfig, listener: ListenerConfig) {
  const isChosen = registry.dl !== defaultDownloadUrl(registry.url);
  return isChosen ? registry.dl : defaultDownloadUrl(listener.url);
}
