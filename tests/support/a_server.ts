/**
 * A server in this process, on a port that the system chooses.
 *
 * @module
 */

import type { ServedRegistry } from "../../server/context.ts";
import { EventLog, type RunningServer, serve } from "../../server/mod.ts";
import type { ListenerConfig, LogConfig } from "../../server/server_config.ts";
import { FIXED_CLOCK } from "./fixed_clock.ts";

/** A server in this process, stopped at the end of the scope. */
export interface TestServer extends RunningServer {
  /** Where it listens: the one address. */
  readonly address: string;
  /** The lines of its log. */
  readonly lines: readonly string[];
}

/** What a test may want otherwise. */
export interface TestServerOptions {
  readonly listener?: Partial<ListenerConfig>;
  readonly log?: Partial<LogConfig>;
  readonly stopMs?: number;
}

/** Starts a server. */
export async function aServer(
  registry: ServedRegistry,
  options: TestServerOptions = {},
): Promise<TestServer> {
  const lines: string[] = [];
  const log: LogConfig = {
    ...{ level: "info", format: "text", access: "none" },
    ...options.log,
  };
  const listener: ListenerConfig = {
    bind: { hostname: "127.0.0.1", port: 0 },
    url: "http://127.0.0.1:7171",
    read: "anyone",
    publish: "anyone",
    ...options.listener,
  };
  const write = (line: string) => lines.push(line);
  const server = await serve({ listeners: [listener], log }, registry, {
    log: new EventLog({ config: log, clock: FIXED_CLOCK, write }),
    ...(options.stopMs === undefined ? {} : { stopMs: options.stopMs }),
  });
  return { ...server, address: server.addresses[0] ?? "", lines };
}
