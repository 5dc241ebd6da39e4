/**
 * A client with one connection that stays open, light enough to measure with.
 *
 * @module
 */

import { type RawAnswer, RawConnection } from "../support/raw_http.ts";
import type { BenchRegistry } from "./bench.ts";

const encoder = new TextEncoder();

/** One connection to a server. */
export class Client implements Disposable {
  readonly #connection: RawConnection;
  readonly #head: string;

  private constructor(connection: RawConnection, head: string) {
    this.#connection = connection;
    this.#head = head;
  }

  /** Connects to the server of a registry. */
  static async connect({ url, token }: BenchRegistry): Promise<Client> {
    const head = `host: ${new URL(url).host}\r\nauthorization: ${token}\r\n`;
    return new Client(await RawConnection.open(url), head);
  }

  /** Gets a path; fails unless it is there. */
  async get(path: string): Promise<RawAnswer> {
    await this.#connection.write(`GET ${path} HTTP/1.1\r\n${this.#head}\r\n`);
    return await this.#answer(`GET ${path}`);
  }

  /** Publishes; fails unless the version is taken. */
  async publish(body: Uint8Array): Promise<void> {
    const head = encoder.encode(
      `PUT /api/v1/crates/new HTTP/1.1\r\n${this.#head}` +
        `content-length: ${body.length}\r\n\r\n`,
    );
    const whole = new Uint8Array(head.length + body.length);
    whole.set(head);
    whole.set(body, head.length);
    await this.#connection.write(whole);
    await this.#answer("publish");
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #answer(what: string): Promise<RawAnswer> {
    const answer = await this.#connection.answer();
    if (answer.status !== 200) {
      throw new Error(`${what}: ${answer.status} ${answer.body}`);
    }
    return answer;
  }
}
