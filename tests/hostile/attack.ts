/**
 * A registry under attack: what must hold after each hostile input, whatever
 * kind of document it is.
 *
 * ```ts
 * Deno.test("…", (t) =>
 *   underAttack({}, async (victim) => {
 *     for (const [why, body, code] of ROWS) {
 *       await t.step(why, () => victim.refusesPublish(body, code));
 *     }
 *   }));
 * ```
 *
 * The upload budget of a victim is one byte, so that what a refusal does not
 * give back is noticed by the next upload.
 *
 * @module
 */

import fc from "fast-check";
import { createHash } from "node:crypto";
import { parseIndexEntry } from "../../lib/index/entry.ts";
import { parseCrateName } from "../../lib/crate/name.ts";
import { indexPath } from "../../lib/index/path.ts";
import { isRefusal, type RefusalCode } from "../../lib/refusal.ts";
import type { ServedRegistry } from "../../server/context.ts";
import type { ListenerConfig } from "../../server/server_config.ts";
import { aCrate, type CrateBuilder } from "../support/a_crate.ts";
import {
  aPublishFrame,
  requestOf,
  somePublishJson,
} from "../support/a_publish_request.ts";
import {
  aRegistry,
  type Stored,
  type TestRegistry,
  type TestRegistryOptions,
} from "../support/a_registry.ts";
import { aServer, type TestServer } from "../support/a_server.ts";
import { anApp, type TestAnswer, type TestApp } from "../support/an_app.ts";
import { piecesOf } from "../support/a_tar.ts";
import { until } from "../support/until.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type RawAnswer, RawConnection } from "../support/raw_http.ts";

/** How long an answer may take before it counts as a hang, in ms. */
const PATIENCE_MS = 20_000;

/** The index file of what is published before an attack. */
export const VICTIM_PATH = "/index/vi/ct/victim";

/** The crate that is published before an attack. */
export const VICTIM: CrateBuilder = aCrate("victim");

/** What of a victim is not as usual. */
export interface VictimOptions extends TestRegistryOptions {
  /** Who may read and publish. */
  readonly listener?: Partial<ListenerConfig>;
}

/** An answer, and the refusal behind it. */
export interface Answer extends TestAnswer {
  /** The code of what the registry refused; null when it was not asked. */
  readonly code: RefusalCode | null;
}

/** The status of refusals that is not 400. */
const STATUS: Partial<Record<RefusalCode, number>> = {
  crate_name_taken: 409,
  version_exists: 409,
  crate_not_found: 404,
  version_not_found: 404,
  not_permitted: 403,
  token_invalid: 403,
  crate_file_too_large: 413,
  crate_file_unpacked_too_large: 413,
  crate_file_too_many_entries: 413,
  upload_too_large: 413,
  upload_too_slow: 408,
};

/** The status that a refusal must have. */
export function statusOf(code: RefusalCode): number {
  return STATUS[code] ?? 400;
}

/** A registry that is attacked through its web API. */
export class Victim {
  readonly #app: TestApp;
  readonly #watched: WatchedRegistry;
  readonly #listener: Partial<ListenerConfig>;
  #stored: Stored;
  #eventCount: number;

  /** The registry itself. */
  readonly test: TestRegistry;

  private constructor(
    test: TestRegistry,
    listener: Partial<ListenerConfig>,
    stored: Stored,
  ) {
    this.test = test;
    this.#listener = listener;
    this.#watched = watched(test.registry);
    this.#app = anApp(this.#watched.registry, { listener });
    this.#stored = stored;
    this.#eventCount = test.events.length;
  }

  /** Looks at a registry as it is before an attack. */
  static async of(
    test: TestRegistry,
    listener: Partial<ListenerConfig> = {},
  ): Promise<Victim> {
    return new Victim(test, listener, await test.stored());
  }

  /** Asks, and answers within a bounded time. */
  async ask(path: string, init: RequestInit = {}): Promise<Answer> {
    this.#watched.code = null;
    const answer = await inTime(this.#app.ask(path, init), path);
    return { ...answer, code: this.#watched.code };
  }

  /** Sends the body of a publish request, with its length as cargo does. */
  put(
    body: Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.ask("/api/v1/crates/new", {
      method: "PUT",
      headers: { "content-length": String(body.length), ...headers },
      body: body as BodyInit,
    });
  }

  /** Sends the body of a publish request in pieces and without its length. */
  putChunked(body: Uint8Array): Promise<Answer> {
    return this.ask("/api/v1/crates/new", {
      method: "PUT",
      body: ReadableStream.from(piecesOf(body, 4096)),
    });
  }

  /** Fails unless a publish is refused so, and does no harm. */
  async refusesPublish(body: Uint8Array, code: RefusalCode): Promise<void> {
    await this.#assertRefused(await this.put(body), statusOf(code), code);
  }

  /** The same without a length of the body. */
  async refusesChunked(body: Uint8Array, code: RefusalCode): Promise<void> {
    const answer = await this.putChunked(body);
    await this.#assertRefused(answer, statusOf(code), code);
  }

  /** Fails unless a request is refused with this status, and does no harm. */
  async refuses(
    path: string,
    init: RequestInit,
    status: number,
    code: RefusalCode | null = null,
  ): Promise<void> {
    await this.#assertRefused(await this.ask(path, init), status, code);
  }

  /**
   * Fails unless a request is answered with less than 500 and does no harm;
   * what it made of a publish that succeeds must be coherent.
   */
  async survives(answer: Answer): Promise<void> {
    const { status, text } = answer;
    assertTrue(status < 500, `${status}: ${text.slice(0, 300)}`);
    if (status >= 400) return await this.assertUnharmed();
    await this.#assertCoherent();
    await this.lookAgain();
    assertEquals(this.#stored.inProgress, []);
  }

  /** Fails if anything was stored, told or logged, or no answer comes any more. */
  async assertUnharmed(): Promise<void> {
    assertEquals(await this.test.stored(), this.#stored);
    assertEquals(this.test.events.slice(this.#eventCount), []);
    assertEquals(this.#app.lines, []);
    assertEquals(this.#app.inFlight, 0);
    const { status } = await this.ask("/health/live");
    assertEquals(status, 200);
  }

  /** Whether nothing is being done, and all is as it was. */
  async isAtRest(): Promise<boolean> {
    if (this.#watched.running > 0) return false;
    try {
      assertEquals(await this.test.stored(), this.#stored);
      return this.#watched.running === 0;
    } catch {
      return false; // an upload is still on its way, or out
    }
  }

  /** Takes what is there now for what was there before. */
  async lookAgain(): Promise<void> {
    this.#stored = await this.test.stored();
    this.#eventCount = this.test.events.length;
  }

  /** Fails unless all that was there is there, and a good publish succeeds. */
  async assertAlive(headers: Record<string, string> = {}): Promise<void> {
    await this.assertUnharmed();
    const crate = aCrate("survivor");
    const body = aPublishFrame(requestOf(crate), crate.bytes());
    const { status, text } = await this.put(body, headers);
    assertEquals(status, 200, text);
    const versions = await this.test.versions();
    assertTrue(versions.includes("victim 1.0.0"), versions.join());
    assertTrue(versions.includes("survivor 1.0.0"), versions.join());
  }

  /** Serves it over real sockets. */
  async serve(): Promise<ServedVictim> {
    const { registry } = this.#watched;
    const server = await aServer(registry, { listener: this.#listener });
    return new ServedVictim(this, server);
  }

  async #assertRefused(
    { status, code, text, headers }: Answer,
    expected: number,
    expectedCode: RefusalCode | null,
  ): Promise<void> {
    assertEquals([status, code], [expected, expectedCode], text.slice(0, 300));
    assertTrue(text.length < 20_000, `an answer of ${text.length} characters`);
    if (headers.get("content-type") === "application/json") {
      assertEquals(Object.keys(JSON.parse(text)), ["errors"]);
    }
    await this.assertUnharmed();
  }

  /** What was published since last time can be read, by each way there is. */
  async #assertCoherent(): Promise<void> {
    for (const event of this.test.events.slice(this.#eventCount)) {
      assertTrue(event.kind === "published", event.kind);
      const { crate, version, checksum } = event;
      const file = await this.ask(`/index/${indexPath(crate)}`);
      const entries = file.text.split("\n").slice(0, -1).map(parseIndexEntry);
      assertTrue(!entries.includes(null), `a line is no entry: ${file.text}`);
      const entry = entries.find((it) => it?.version === version);
      assertEquals([entry?.name, entry?.checksum], [crate, checksum]);
      const there = `/api/v1/crates/${crate}/${encodeURIComponent(version)}`;
      const { bytes } = await this.ask(`${there}/download`);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      assertEquals(sha256, checksum as string);
      const shown = await this.ask(there);
      assertEquals(JSON.parse(shown.text).version.num, version as string);
      const page = await this.ask(`/crates/${crate}`);
      assertEquals(page.status, 200);
      parseCrateName(crate);
    }
  }
}

/** A victim behind a socket. */
export class ServedVictim implements AsyncDisposable {
  readonly #victim: Victim;
  readonly #server: TestServer;

  /** Made by {@linkcode Victim.serve}. */
  constructor(victim: Victim, server: TestServer) {
    this.#victim = victim;
    this.#server = server;
  }

  /** Where it listens, like `http://127.0.0.1:1234`. */
  get address(): string {
    return this.#server.address;
  }

  /** The address as a Host header has it. */
  get host(): string {
    return new URL(this.address).host;
  }

  /** Connects. */
  connect(): Promise<RawConnection> {
    return RawConnection.open(this.address);
  }

  /**
   * Sends bytes on a connection of their own.
   *
   * @returns the first answer; `null` when the server hangs up without one.
   */
  async send(data: string | Uint8Array): Promise<RawAnswer | null> {
    using connection = await this.connect();
    const isHead = typeof data === "string" && data.startsWith("HEAD ");
    try {
      await connection.write(data);
    } catch {
      // It has heard enough already: what it says is still there.
    }
    return await answerOrNull(connection, isHead);
  }

  /** Fails if anything was stored or logged, or no answer comes any more. */
  async assertUnharmed(): Promise<void> {
    assertEquals([...this.#server.lines], []);
    const answer = await this.send(`GET ${VICTIM_PATH} HTTP/1.1\r\n\r\n`);
    assertEquals(answer?.status, 200);
    await this.#victim.assertUnharmed();
  }

  /** The same, once what clients left behind has ended. */
  async assertQuiet(): Promise<void> {
    let harm: unknown;
    // What was sent may not even have begun at the first look.
    const isUnharmed = async () => {
      try {
        if (!await this.#victim.isAtRest()) return false;
        await this.assertUnharmed();
        return true;
      } catch (error) {
        harm = error;
        return false;
      }
    };
    try {
      await until(isUnharmed, "all is as it was");
    } catch (error) {
      await this.#victim.lookAgain(); // what follows shall not fail for it too
      throw harm ?? error;
    }
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
  }
}

/** The next answer; `null` when the connection ends before it has one. */
export async function answerOrNull(
  connection: RawConnection,
  isHead = false,
): Promise<RawAnswer | null> {
  try {
    return await inTime(connection.answer(isHead), "an answer");
  } catch (error) {
    if (error instanceof Error && /ended early/.test(error.message)) {
      return null;
    }
    throw error;
  }
}

/**
 * Makes a registry with one crate, lets it be attacked, and fails unless it has
 * come through and takes a good publish.
 */
export async function underAttack(
  { listener = {}, limits = {}, ...options }: VictimOptions,
  attack: (victim: Victim) => Promise<void>,
): Promise<void> {
  await using test = await aRegistry({
    ...options,
    limits: { uploadsInFlightBytesMax: 1, ...limits },
  });
  const setUp = await Victim.of(test);
  const { status, text } = await setUp.put(bodyOf(VICTIM));
  assertEquals(status, 200, text);
  const victim = await Victim.of(test, listener);
  await attack(victim);
  await (await Victim.of(test)).assertAlive();
}

/** What cargo sends to publish a crate. */
export function bodyOf(crate: CrateBuilder, json: object = {}): Uint8Array {
  return aPublishFrame(requestOf(crate, json), crate.bytes());
}

/** A request of `foo` 1.0.0 but for what JSON and Cargo.toml say. */
export function bodySaying(
  json: Readonly<Record<string, unknown>>,
  manifest: string,
): Uint8Array {
  const said = { ...somePublishJson(), ...json };
  const root = `${said.name}-${said.vers}`;
  const crate = aCrate("foo").withRoot(root).withManifest(manifest);
  return aPublishFrame(said, crate.bytes());
}

/** A `[package]` of this name and version, and what follows it. */
export function packageOf(name: string, version: string, more = ""): string {
  return `[package]\nname = ${toToml(name)}\nversion = ${
    toToml(version)
  }\n${more}`;
}

/** A text as TOML spells it: as JSON does, but for one sign. */
export function toToml(value: unknown): string {
  return JSON.stringify(value).replaceAll("\x7f", "\\u007f");
}

/**
 * Tries a property of hostile inputs: as often as `runs` says, or as the
 * environment variable `FUZZ_RUNS` does.
 */
export async function fuzz<Input>(
  inputs: fc.Arbitrary<Input>,
  check: (input: Input) => Promise<void> | void,
  runs: number = 25,
): Promise<void> {
  const numRuns = Number(Deno.env.get("FUZZ_RUNS") ?? runs);
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => await check(input)),
    { numRuns, interruptAfterTimeLimit: 600_000, endOnFailure: true },
  );
}

interface WatchedRegistry {
  readonly registry: ServedRegistry;
  /** What it refused last. */
  code: RefusalCode | null;
  /** How many calls have not ended. */
  running: number;
}

/** A registry of which it is known what it refuses: answers tell no codes. */
function watched(registry: ServedRegistry): WatchedRegistry {
  const note = (error: unknown): never => {
    if (isRefusal(error)) it.code = error.code;
    throw error;
  };
  const it: WatchedRegistry = {
    code: null,
    running: 0,
    registry: new Proxy(registry, {
      get(target, key) {
        const value = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          try {
            const result = Reflect.apply(value, target, args);
            if (!(result instanceof Promise)) return result;
            it.running++;
            return result.catch(note).finally(() => it.running--);
          } catch (error) {
            return note(error);
          }
        };
      },
    }),
  };
  return it;
}

async function inTime<Value>(
  promise: Promise<Value>,
  what: string,
): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`no end of ${what} within ${PATIENCE_MS} ms`)),
    PATIENCE_MS,
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
