/**
 * The web API without a socket: requests as cargo makes them, answered by a
 * listener of a test registry.
 *
 * @module
 */

import type { CrateJson } from "../../server/api/crate_json.ts";
import type { ListenerConfig } from "../../server/server_config.ts";
import type { CrateBuilder } from "./a_crate.ts";
import { aPublishFrame, requestOf } from "./a_publish_request.ts";
import type { TestRegistry } from "./a_registry.ts";
import { anApp, type TestApp } from "./an_app.ts";
import { assertEquals, assertTrue } from "./assert.ts";

/** What a request has besides method and path. */
export interface ApiRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | ReadableStream<Uint8Array>;
}

/** An answer of the web API. */
export interface ApiAnswer<Json> {
  readonly status: number;
  readonly headers: Headers;
  /** What the body says; the body must be JSON. */
  readonly json: Json;
}

/** What cargo gets of a publish. */
export interface PublishedJson {
  readonly warnings: Readonly<
    Record<"invalid_categories" | "invalid_badges" | "other", string[]>
  >;
}

/** What cargo gets of a search. */
export interface FoundJson {
  readonly crates: CrateJson[];
  readonly meta: { readonly total: number };
}

/** What cargo gets in the place of anything else. */
interface ErrorsJson {
  readonly errors: { readonly detail: string }[];
}

/** Somebody who talks to the web API of one listener. */
export class ApiClient {
  readonly #app: TestApp;

  /** @param listener what is not as usual: everybody may publish there. */
  constructor(test: TestRegistry, listener: Partial<ListenerConfig> = {}) {
    this.#app = anApp(test.registry, { listener });
  }

  /** Asks for a path below `/api/v1`. */
  async ask<Json = unknown>(
    method: string,
    path: string,
    { headers = {}, body }: ApiRequest = {},
  ): Promise<ApiAnswer<Json>> {
    const answer = await this.#app.ask(`/api/v1${path}`, {
      method,
      headers: { accept: "application/json", ...headers },
      ...(body === undefined ? {} : { body: body as BodyInit }),
    });
    const type = answer.headers.get("content-type");
    assertEquals(type, "application/json", `${method} ${path}`);
    const { status, text } = answer;
    return { status, headers: answer.headers, json: JSON.parse(text) };
  }

  /** Gets a path below `/api/v1`; fails unless it is there. */
  async get<Json = unknown>(path: string): Promise<Json> {
    const { status, json } = await this.ask<Json>("GET", path);
    assertEquals(status, 200, JSON.stringify(json));
    return json;
  }

  /** Publishes a crate; fails unless it is taken. */
  async publish(crate: CrateBuilder): Promise<PublishedJson> {
    const body = aPublishFrame(requestOf(crate), crate.bytes());
    const headers = { "content-length": String(body.length) };
    const { status, json } = await this.ask<PublishedJson>(
      "PUT",
      "/crates/new",
      {
        headers,
        body,
      },
    );
    assertEquals(status, 200, JSON.stringify(json));
    return json;
  }

  /** Fails unless the answer is this error, in the shape that cargo prints. */
  async assertRefused(
    [method, path, request]: [string, string, ApiRequest?],
    status: number,
  ): Promise<string> {
    const answer = await this.ask<ErrorsJson>(method, path, request);
    const text = JSON.stringify(answer.json);
    assertEquals(answer.status, status, `${method} ${path}: ${text}`);
    assertEquals(Object.keys(answer.json), ["errors"]);
    assertEquals(answer.json.errors.length, 1, text);
    const detail = answer.json.errors[0]?.detail;
    assertTrue(typeof detail === "string" && detail !== "", text);
    return detail;
  }
}
