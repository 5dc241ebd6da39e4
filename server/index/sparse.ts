/**
 * The sparse index: one index file a crate, as cargo asks for it.
 *
 * The hottest path of the server: what is in memory is answered without a
 * process, a query or a promise. Headers are plain objects for the same reason.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html#sparse-protocol
 * @module
 */

import { type CachedIndexFile, crateAtPath } from "../../lib/mod.ts";
import { hasMatch } from "../conditional.ts";
import { READING, type Route } from "../context.ts";
import type { ListenerConfig } from "../server_config.ts";

/** Where the sparse index begins. */
export const SPARSE_BASE = "/index/";

/**
 * Index files may be kept but must be asked for again each time, where a token is
 * needed only by who asks; and nobody on the way may compress them, which would
 * change their tag.
 */
export function indexCaching({ read }: ListenerConfig): string {
  return read === "anyone"
    ? "no-cache, no-transform"
    : "private, no-cache, no-transform";
}

/** `/index/ca/rg/cargo` */
export const sparse: Route = {
  methods: READING,
  answer({ request, target, server }) {
    const crate = crateAtPath(target.path.slice(SPARSE_BASE.length));
    if (crate === null) return missing();
    const file = server.registry.indexFile(crate);
    const caching = indexCaching(server.listener);
    return file instanceof Promise
      ? file.then((it) => toResponse(request, it, caching))
      : toResponse(request, file, caching);
  },
};

function toResponse(
  request: Request,
  file: CachedIndexFile | null,
  caching: string,
): Response {
  if (file === null) return missing();
  const etag = `"${file.oid}"`;
  if (hasMatch(request.headers.get("if-none-match"), etag)) {
    return new Response(null, {
      status: 304,
      headers: { etag, "cache-control": caching },
    });
  }
  return new Response(file.body as BodyInit, {
    headers: {
      "content-type": "text/plain",
      etag,
      "cache-control": caching,
    },
  });
}

/** Cargo knows no other answer for it, and looks again right after a publish. */
function missing(): Response {
  return new Response("no such crate in this index\n", {
    status: 404,
    headers: { "content-type": "text/plain", "cache-control": "no-store" },
  });
}
