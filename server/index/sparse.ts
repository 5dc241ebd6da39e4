/**
 * The sparse index: one index file a crate, as cargo asks for it.
 *
 * The hottest path of the server: what is in memory is answered without a
 * process, a query or a promise. Headers are plain objects for the same reason.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html#sparse-protocol
 * @module
 */

import {
  type CachedIndexFile,
  type CrateName,
  indexPath,
  parseCrateName,
} from "../../lib/mod.ts";
import { hasMatch } from "../conditional.ts";
import { READING, type Route } from "../context.ts";

/** Where the sparse index begins. */
export const SPARSE_BASE = "/index/";

/**
 * Index files may be kept but must be asked for again each time; and nobody on
 * the way may compress them, which would change their tag.
 */
export const INDEX_CACHING = "no-cache, no-transform";

/** `/index/ca/rg/cargo` */
export const sparse: Route = {
  methods: READING,
  answer({ request, target, server }) {
    const crate = crateAt(target.path);
    if (crate === null) return missing();
    const file = server.registry.indexFile(crate);
    return file instanceof Promise
      ? file.then((it) => toResponse(request, it))
      : toResponse(request, file);
  },
};

const NAME = /^[a-z][a-z0-9_-]{0,63}$/;

/** The crate whose index file has exactly this path; null where none can. */
function crateAt(path: string): CrateName | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!NAME.test(name)) return null;
  const crate = parseCrateName(name);
  return SPARSE_BASE + indexPath(crate) === path ? crate : null;
}

function toResponse(request: Request, file: CachedIndexFile | null): Response {
  if (file === null) return missing();
  const etag = `"${file.oid}"`;
  if (hasMatch(request.headers.get("if-none-match"), etag)) {
    return new Response(null, {
      status: 304,
      headers: { etag, "cache-control": INDEX_CACHING },
    });
  }
  return new Response(file.body as BodyInit, {
    headers: {
      "content-type": "text/plain",
      etag,
      "cache-control": INDEX_CACHING,
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
