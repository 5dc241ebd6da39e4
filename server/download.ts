/**
 * Crate files: where cargo's `dl` points, and where tools that were written for
 * crates.io look.
 *
 * A crate file never changes, so it may be kept for ever, and it is never
 * labelled as compressed: cargo's HTTP client would inflate it.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html#index-configuration
 * @module
 */

import {
  type CrateFile,
  type CrateName,
  type CrateVersion,
  parseCrateName,
  parseCrateVersion,
} from "../lib/mod.ts";
import { crateOf, versionOf } from "./api/json.ts";
import { hasMatch, requestedRange } from "./conditional.ts";
import {
  READING,
  type RequestContext,
  type Route,
  type WebContext,
} from "./context.ts";
import { pathNotFound, RequestRefused } from "./error_response.ts";
import { decodeSegment } from "./gate.ts";

const CACHING = "max-age=31536000, immutable, no-transform";

const PATH = /^\/crates\/([^/]+)\/([^/]+)$/;

/** Whether a path is one of a crate file, not one of a page. */
export function isCrateFilePath(path: string): boolean {
  return PATH.test(path);
}

/** `/crates/{crate}/{crate}-{version}.crate` */
export const crateFile: Route = {
  methods: READING,
  answer(context) {
    const { path } = context.target;
    const [, folder = "", file = ""] = PATH.exec(path) ?? [];
    const name = decodeSegment(folder);
    const rest = decodeSegment(file);
    if (!rest.startsWith(`${name}-`) || !rest.endsWith(".crate")) {
      throw pathNotFound(path);
    }
    const version = rest.slice(name.length + 1, -".crate".length);
    return download(
      context,
      parseCrateName(name),
      parseCrateVersion(version),
    );
  },
};

/** GET {api}/api/v1/crates/{crate}/{version}/download */
export function handleDownload(c: WebContext): Promise<Response> {
  return download(c.env.context, crateOf(c), versionOf(c));
}

async function download(
  { request, server }: RequestContext,
  crate: CrateName,
  version: CrateVersion,
): Promise<Response> {
  const file = await server.registry.crateFile({ crate, version });
  const etag = `"${file.checksum}"`;
  const scope = server.listener.read === "anyone" ? "public" : "private";
  const caching = { etag, "cache-control": `${scope}, ${CACHING}` };
  if (hasMatch(request.headers.get("if-none-match"), etag)) {
    return new Response(null, { status: 304, headers: caching });
  }
  const headers = {
    "content-type": "application/octet-stream",
    "accept-ranges": "bytes",
    "last-modified": file.modified.toUTCString(),
    "x-content-type-options": "nosniff",
    ...caching,
  };
  if (request.method === "HEAD") {
    return new Response(null, {
      headers: { ...headers, "content-length": String(file.sizeBytes) },
    });
  }
  return await contentResponse(request, file, headers);
}

async function contentResponse(
  request: Request,
  file: CrateFile,
  headers: Record<string, string> & { etag: string },
): Promise<Response> {
  const { sizeBytes } = file;
  const range = requestedRange({
    range: request.headers.get("range"),
    ifRange: request.headers.get("if-range"),
    etag: headers.etag,
    sizeBytes,
  });
  if (range === null) {
    return new Response(await file.open() as BodyInit, {
      headers: { ...headers, "content-length": String(sizeBytes) },
    });
  }
  if (range === "unsatisfiable") {
    throw new RequestRefused(
      416,
      `the crate file has ${sizeBytes} bytes, and none of those asked for`,
      { "content-range": `bytes */${sizeBytes}` },
    );
  }
  const { start, end } = range;
  return new Response(await file.open(range) as BodyInit, {
    status: 206,
    headers: {
      ...headers,
      "content-length": String(end - start),
      "content-range": `bytes ${start}-${end - 1}/${sizeBytes}`,
    },
  });
}
