/**
 * What a listener answers, without a socket.
 *
 * ```ts
 * const app = anApp(it.registry, { listener: { publish: "nobody" } });
 * const answer = await app.get("/index/fo/o-/foo-bar");
 * assertEquals(answer.status, 200);
 * ```
 *
 * @module
 */

import { createApp } from "../../server/app.ts";
import type { ServedListener, ServedRegistry } from "../../server/context.ts";
import { EventLog } from "../../server/event_log.ts";
import { InFlight } from "../../server/in_flight.ts";
import { UploadBudget } from "../../server/middleware/body_limit.ts";
import type { ListenerConfig, LogConfig } from "../../server/server_config.ts";
import { FIXED_CLOCK } from "./fixed_clock.ts";

/** What a test may want otherwise. */
export interface TestAppOptions {
  readonly listener?: Partial<ListenerConfig>;
  readonly log?: Partial<LogConfig>;
  readonly signal?: AbortSignal;
}

/** An answer, read to its end. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: string;
}

/** A listener's app, with what it logs. */
export class TestApp {
  readonly #server: ServedListener;
  readonly #app: ReturnType<typeof createApp>;

  /** The lines of its log. */
  readonly lines: string[] = [];

  /** Made by {@linkcode anApp}. */
  constructor(registry: ServedRegistry, options: TestAppOptions) {
    const config: LogConfig = {
      ...{ level: "info", format: "text", access: "none" },
      ...options.log,
    };
    const write = (line: string) => void this.lines.push(line);
    this.#server = {
      registry,
      listener: {
        bind: { hostname: "127.0.0.1", port: 7171 },
        url: "http://127.0.0.1:7171",
        read: "anyone",
        publish: "anyone",
        ...options.listener,
      },
      log: new EventLog({ config, clock: FIXED_CLOCK, write }),
      uploads: new UploadBudget(
        registry.config.limits.uploadsInFlightBytesMax,
      ),
      inFlight: new InFlight(),
      ending: options.signal ?? new AbortController().signal,
    };
    this.#app = createApp(this.#server);
  }

  /** Requests in flight, as the app counts them. */
  get inFlight(): number {
    return this.#server.inFlight.count;
  }

  /** Answers a request; the path begins with `/`. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const request = new Request(`http://127.0.0.1:7171${path}`, init);
    return await this.#app(request, () => "127.0.0.1");
  }

  /** Answers a request and reads the answer. */
  async ask(path: string, init: RequestInit = {}): Promise<TestAnswer> {
    const response = await this.fetch(path, init);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    const { status, headers } = response;
    return { status, headers, bytes, text };
  }

  /** Answers a `GET` and reads the answer. */
  get(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<TestAnswer> {
    return this.ask(path, { headers });
  }
}

/** What a listener of this registry answers. */
export function anApp(
  registry: ServedRegistry,
  options: TestAppOptions = {},
): TestApp {
  return new TestApp(registry, options);
}
