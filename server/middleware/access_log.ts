/**
 * One event for each answered request that the log wants to hear of.
 *
 * @module
 */

import { toIdentityText } from "../../lib/mod.ts";
import type { RequestContext } from "../context.ts";
import type { LogConfig } from "../server_config.ts";

/** Requests of git that only read, though they are sent like changes. */
const READING_POST = /\/git-upload-pack$/;

/** Whether a request is logged. */
export function isLogged(
  { level, access }: LogConfig,
  method: string,
  path: string,
): boolean {
  if (level !== "info" || access === "none") return false;
  if (access === "all") return true;
  if (method === "GET" || method === "HEAD") return false;
  return !READING_POST.test(path);
}

/**
 * Logs the answer to a request when it begins.
 *
 * @param client the address that it came from.
 */
export async function withAccessLog(
  context: RequestContext,
  client: string,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  const { request, server, target } = context;
  const start = performance.now();
  const response = await answer();
  const duration = Math.round(performance.now() - start);
  const { method } = request;
  const { status, headers } = response;
  const size = headers.get("content-length");
  server.log.info("request", `${method} ${target.path} ${status}`, {
    method,
    path: target.path,
    status,
    request_id: context.id,
    identity: toIdentityText(context.identity),
    client,
    ...(size === null ? {} : { size_bytes: Number(size) }),
    duration_ms: duration,
  });
  return response;
}
