/**
 * One address that is listened on: bound, drained, closed.
 *
 * Since Deno 2.9.6 closing a server breaks the bodies that are still being read.
 * So requests in flight are counted by us, new ones are sent away, and Deno is
 * told only when there are none.
 *
 * @module
 */

import { Refusal } from "../lib/mod.ts";
import { type BindAddress, formatBindAddress } from "./address.ts";
import type { App } from "./app.ts";
import type { InFlight } from "./in_flight.ts";

/** How long to wait before listening is tried again, in ms. */
const LISTEN_AGAIN_MS = 200;

/** Something that listens. */
export class Listener {
  readonly #app: App;
  readonly #inFlight: InFlight;
  readonly #failed: (error: unknown) => void;
  readonly #finished = Promise.withResolvers<void>();
  #server: Deno.HttpServer<Deno.NetAddr>;
  #isDraining = false;

  /** Where it listens, with the port that the system chose for port 0. */
  readonly address: BindAddress;

  /**
   * Begins to listen.
   *
   * @param inFlight where its requests are counted.
   * @param failed told when connections could no longer be accepted.
   * @throws {Refusal} `listener_unavailable`.
   */
  constructor(
    bind: BindAddress,
    app: App,
    inFlight: InFlight,
    failed: (error: unknown) => void,
  ) {
    this.#app = app;
    this.#inFlight = inFlight;
    this.#failed = failed;
    try {
      this.#server = this.#listen(bind);
    } catch (cause) {
      throw toRefusal(cause, bind);
    }
    this.address = {
      hostname: bind.hostname,
      port: this.#server.addr.port,
    };
  }

  /** Fulfilled when it has stopped. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** Sends new requests away from now on; those in flight go on. */
  drain(): void {
    this.#isDraining = true;
  }

  /**
   * Stops to listen, and waits until the answers that are being sent are
   * through; idle connections are closed at once.
   *
   * @param deadline when it no longer waits: what is left ends with the process.
   */
  async close(deadline?: Promise<void>): Promise<void> {
    this.drain();
    const closed = this.#server.shutdown();
    await (deadline === undefined ? closed : Promise.race([closed, deadline]));
  }

  #listen({ hostname, port }: BindAddress): Deno.HttpServer<Deno.NetAddr> {
    // Not with `reusePort`: a taken port would then go unnoticed.
    const server = Deno.serve(
      { hostname, port, onListen: () => {} },
      (request, info) => this.#answer(request, info),
    );
    server.finished.then(
      this.#finished.resolve,
      (error) => this.#listenAgain(error),
    );
    return server;
  }

  /**
   * One connection that cannot be accepted, as when the process has no file left
   * to open, ends the whole of `Deno.serve`: it must not end the service.
   */
  async #listenAgain(error: unknown): Promise<void> {
    this.#failed(error);
    while (!this.#isDraining) {
      await new Promise((resolve) => setTimeout(resolve, LISTEN_AGAIN_MS));
      try {
        this.#server = this.#listen(this.address);
        return;
      } catch {
        // Not yet: whoever stops it ends this.
      }
    }
    this.#finished.resolve();
  }

  #answer(
    request: Request,
    info: Deno.ServeHandlerInfo<Deno.NetAddr>,
  ): Response | Promise<Response> {
    if (this.#isDraining) return goingAway();
    const inFlight = this.#inFlight;
    inFlight.enter();
    const response = this.#app(request, () => info.remoteAddr.hostname);
    if (response instanceof Promise) {
      return response.finally(() => inFlight.leave());
    }
    inFlight.leave();
    return response;
  }
}

/** Cargo tries again after that long, and finds the next server. */
const RETRY_AFTER_S = 2;

function goingAway(): Response {
  return new Response("this server is being stopped: try again in a moment\n", {
    status: 503,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      "connection": "close",
      "retry-after": String(RETRY_AFTER_S),
    },
  });
}

function toRefusal(cause: unknown, address: BindAddress): unknown {
  const problem = problemOf(cause);
  if (problem === null) return cause;
  const bind = formatBindAddress(address);
  return new Refusal("listener_unavailable", { bind, problem }, { cause });
}

/** Why an address cannot be had; null when that is none of its doing. */
function problemOf(error: unknown): string | null {
  const { AddrInUse, AddrNotAvailable, PermissionDenied } = Deno.errors;
  if (error instanceof AddrInUse) return "another program listens there";
  if (error instanceof AddrNotAvailable) {
    return "this machine has no such address";
  }
  if (error instanceof PermissionDenied) {
    return "the operating system does not allow it (ports below 1024 are its own)";
  }
  // What a name that is not known throws has no class and no code.
  const isName = error instanceof Error && /lookup address/.test(error.message);
  return isName ? "this machine knows no such name" : null;
}
