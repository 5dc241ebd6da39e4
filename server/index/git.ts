/**
 * The git index over smart HTTP, to be read only.
 *
 * Owns headers, content types and encodings; what git is asked is up to the
 * registry. Nothing here leads to `git receive-pack`.
 *
 * @see https://git-scm.com/docs/http-protocol
 * @module
 */

import type { RequestContext, Route } from "../context.ts";
import { RequestRefused } from "../error_response.ts";

const UPLOAD_PACK = "git-upload-pack";
const RECEIVE_PACK = "git-receive-pack";

/** Git's answers are of this moment, and so large that nothing keeps them. */
const NO_CACHING = "no-cache, max-age=0, must-revalidate, no-transform";

/** All paths of a git repository that are answered, below a base. */
export function gitRoutes(base: string): [path: string, route: Route][] {
  return [
    [`${base}/info/refs`, infoRefs],
    [`${base}/${UPLOAD_PACK}`, uploadPack],
    [`${base}/${RECEIVE_PACK}`, receivePack],
  ];
}

const infoRefs: Route = {
  methods: ["GET"],
  async answer({ request, target, server }) {
    const service = new URLSearchParams(target.query).get("service");
    if (service === RECEIVE_PACK) throw readOnly();
    if (service !== UPLOAD_PACK) {
      throw new RequestRefused(
        403,
        "this index is served by git's smart protocol only: fetch it with git or cargo",
      );
    }
    const protocol = request.headers.get("git-protocol");
    const refs = await server.registry.gitAdvertisement({ protocol });
    return new Response(new Blob([serviceHead(refs), refs as BlobPart]), {
      headers: {
        "content-type": `application/x-${UPLOAD_PACK}-advertisement`,
        "cache-control": NO_CACHING,
      },
    });
  },
};

const uploadPack: Route = {
  methods: ["POST"],
  async answer({ request, server }) {
    const type = request.headers.get("content-type");
    if (type !== `application/x-${UPLOAD_PACK}-request`) {
      throw new RequestRefused(415, "this is no request of git");
    }
    const { gitRequestBytesMax } = server.registry.config.limits;
    const length = Number(request.headers.get("content-length") ?? 0);
    if (length > gitRequestBytesMax) {
      throw new RequestRefused(
        413,
        `a request of git may have ${gitRequestBytesMax} bytes: clone anew`,
      );
    }
    const answer = await server.registry.gitUploadPack({
      protocol: request.headers.get("git-protocol"),
      body: decodedBody(request),
      signal: server.ending,
    });
    return new Response(server.inFlight.hold(answer), {
      headers: {
        "content-type": `application/x-${UPLOAD_PACK}-result`,
        "cache-control": NO_CACHING,
      },
    });
  },
};

const receivePack: Route = {
  methods: ["POST"],
  answer: (_: RequestContext) => {
    throw readOnly();
  },
};

function readOnly(): RequestRefused {
  return new RequestRefused(
    403,
    "this index cannot be pushed to: publish with `cargo publish`",
  );
}

/** In protocol version 2 the answer begins with git's own words. */
function serviceHead(refs: Uint8Array): string {
  const start = new TextDecoder().decode(refs.subarray(0, 14));
  return start === "000eversion 2\n"
    ? ""
    : "001e# service=git-upload-pack\n0000";
}

/**
 * The body without its compression. How large it may become is bounded where it
 * is read; piece by piece it is bounded here.
 */
function decodedBody(request: Request): ReadableStream<Uint8Array> {
  const body = request.body ?? new Blob([]).stream();
  const encoding = request.headers.get("content-encoding") ?? "identity";
  switch (encoding.toLowerCase()) {
    case "identity":
      return body;
    case "gzip":
    case "x-gzip":
      return body.pipeThrough(cut()).pipeThrough(
        new DecompressionStream("gzip"),
      );
    default:
      throw new RequestRefused(
        415,
        `the content encoding \`${encoding}\` is not known: use gzip or none`,
        { "accept-encoding": "gzip" },
      );
  }
}

/** A piece inflates to a thousand times as much, all at once. */
const PIECE_BYTES = 4096;

function cut(): TransformStream<
  Uint8Array<ArrayBuffer>,
  Uint8Array<ArrayBuffer>
> {
  return new TransformStream({
    transform(piece, controller) {
      for (let at = 0; at < piece.length; at += PIECE_BYTES) {
        controller.enqueue(piece.subarray(at, at + PIECE_BYTES));
      }
    },
  });
}
