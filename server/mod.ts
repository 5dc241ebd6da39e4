/**
 * The server: a registry over HTTP, at every address that is configured.
 *
 * ```ts
 * await using server = serve(config, registry, { log });
 * console.log(server.addresses);
 * await server.finished;
 * ```
 *
 * @module
 */

import { formatBindAddress, isPrivateAddress } from "./address.ts";
import { createApp } from "./app.ts";
import type { ServedRegistry } from "./context.ts";
import type { EventLog } from "./event_log.ts";
import { InFlight } from "./in_flight.ts";
import { Listener } from "./listener.ts";
import { UploadBudget } from "./middleware/body_limit.ts";
import type { ListenerConfig, ServerConfig } from "./server_config.ts";

export { EventLog, type EventLogParts } from "./event_log.ts";
export { formatBindAddress, parseBindAddress } from "./address.ts";
export {
  BUILT_IN,
  indexUrlsOf,
  isAuthRequired,
  type ListenerConfig,
  type LogConfig,
  readServerConfig,
  type ServerConfig,
  usesTokens,
} from "./server_config.ts";
export type { ServedRegistry } from "./context.ts";

/** How long a stop waits for what is in flight, in ms. */
const STOP_MS = 30_000;

/** How a server is run. */
export interface ServeOptions {
  /** Where failures, requests and warnings are told. */
  readonly log: EventLog;
  /** Ends whatever runs, at once; {@linkcode RunningServer.stop} waits. */
  readonly signal?: AbortSignal;
  /** How long a stop waits for what is in flight, in ms. */
  readonly stopMs?: number;
}

/** A server that runs. */
export interface RunningServer extends AsyncDisposable {
  /** Where it listens, each like `http://127.0.0.1:7171`. */
  readonly addresses: readonly string[];
  /** Fulfilled when it has stopped. */
  readonly finished: Promise<void>;
  /**
   * Stops: new requests are sent away, those in flight are finished as long as
   * that does not take too long, then everything is ended.
   */
  stop(): Promise<void>;
}

/**
 * Serves a registry at all addresses of a configuration, or at none of them.
 *
 * @throws {Refusal} `listener_unavailable`.
 */
export async function serve(
  config: ServerConfig,
  registry: ServedRegistry,
  { log, signal, stopMs = STOP_MS }: ServeOptions,
): Promise<RunningServer> {
  const inFlight = new InFlight();
  const ending = new AbortController();
  signal?.addEventListener("abort", () => ending.abort());
  const uploads = new UploadBudget(
    registry.config.limits.uploadsInFlightBytesMax,
  );
  const shared = { registry, log, uploads, inFlight, ending: ending.signal };
  const listeners: Listener[] = [];
  try {
    for (const listener of config.listeners) {
      const app = createApp({ ...shared, listener });
      const failed = (error: unknown) =>
        log.failure("listener_failed", error, { bind: listener.bind.hostname });
      listeners.push(new Listener(listener.bind, app, inFlight, failed));
    }
  } catch (error) {
    await Promise.all(listeners.map((it) => it.close()));
    throw error;
  }
  for (const listener of config.listeners) warnIfOpen(listener, log);

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    const { promise: deadline, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, stopMs);
    for (const listener of listeners) listener.drain();
    await Promise.race([inFlight.idle(), deadline]);
    ending.abort();
    await Promise.all(listeners.map((it) => it.close(deadline)));
    clearTimeout(timer);
  };
  return {
    addresses: listeners.map(({ address }) =>
      `http://${formatBindAddress(address)}`
    ),
    finished: Promise.all(listeners.map((it) => it.finished)).then(() => {}),
    stop: () => stopping ??= stop(),
    [Symbol.asyncDispose]: () => stopping ??= stop(),
  };
}

function warnIfOpen({ bind, publish }: ListenerConfig, log: EventLog): void {
  if (publish !== "anyone" || isPrivateAddress(bind.hostname)) return;
  const address = formatBindAddress(bind);
  log.warn(
    "listener_open",
    `whoever reaches ${address} may publish: bind it to a private address, or set \`publish = "nobody"\``,
    { bind: address },
  );
}
