/**
 * `/health/live` and `/health/ready`: for whoever starts, watches and balances
 * servers.
 *
 * @module
 */

import { READING, type Route } from "./context.ts";

/** The process answers. */
export const live: Route = {
  methods: READING,
  isOpen: true,
  answer: () => healthResponse(200, "live"),
};

/** The registry can be read, and the server is not about to stop. */
export const ready: Route = {
  methods: READING,
  isOpen: true,
  async answer({ server }) {
    return await server.registry.isReady()
      ? healthResponse(200, "ready")
      : healthResponse(503, "not ready");
  },
};

function healthResponse(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
    },
  });
}
