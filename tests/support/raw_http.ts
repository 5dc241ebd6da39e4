/**
 * Requests written by hand, byte by byte, for what no client would send.
 *
 * @module
 */

/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; of several with one name, all joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** How long an answer may take, in ms. */
const PATIENCE_MS = 10_000;

/** A connection on which one writes and reads as one likes. */
export class RawConnection implements Disposable {
  readonly #connection: Deno.TcpConn;
  #received = "";
  #hasEnded = false;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects to an address like `http://127.0.0.1:7171`. */
  static async open(address: string): Promise<RawConnection> {
    const { hostname, port } = new URL(address);
    return new RawConnection(
      await Deno.connect({ hostname, port: Number(port) }),
    );
  }

  /** Writes text or bytes. */
  async write(data: string | Uint8Array): Promise<void> {
    let rest = typeof data === "string" ? encoder.encode(data) : data;
    while (rest.length > 0) {
      rest = rest.subarray(await this.#connection.write(rest));
    }
  }

  /** Says that nothing more is written; what is answered can still be read. */
  async end(): Promise<void> {
    await this.#connection.closeWrite();
  }

  /**
   * Reads the next answer.
   *
   * @param isHead whether it was `HEAD` that was asked, whose answer has no body.
   */
  async answer(isHead = false): Promise<RawAnswer> {
    const head = await this.#readTo("\r\n\r\n");
    const [first = "", ...lines] = head.split("\r\n");
    const headers = new Map<string, string>();
    for (const line of lines.filter((it) => it !== "")) {
      const [, name = "", value = ""] = /^([^:]*):\s*(.*)$/.exec(line) ?? [];
      const key = name.toLowerCase();
      const before = headers.get(key);
      headers.set(key, before === undefined ? value : `${before}, ${value}`);
    }
    const status = Number(first.split(" ")[1]);
    const hasBody = !isHead && status >= 200 && status !== 304;
    return { status, headers, body: hasBody ? await this.#body(headers) : "" };
  }

  /** Waits for the first bytes of the next answer, and leaves them to be read. */
  async begun(): Promise<void> {
    if (this.#received === "") await this.#readMore();
  }

  /** Whether the server has closed the connection, after all that it sent. */
  async isClosed(): Promise<boolean> {
    while (await this.#readMore());
    return this.#hasEnded;
  }

  /** Closes the connection. */
  close(): void {
    try {
      this.#connection.close();
    } catch {
      // It was closed before.
    }
  }

  /** The same as {@linkcode RawConnection.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #body(headers: ReadonlyMap<string, string>): Promise<string> {
    const length = headers.get("content-length");
    if (length !== undefined) return await this.#readBytes(Number(length));
    if (headers.get("transfer-encoding") !== "chunked") return "";
    for (let body = "";;) {
      const size = parseInt(await this.#readTo("\r\n"), 16);
      body += await this.#readBytes(size);
      await this.#readTo("\r\n");
      if (size === 0) return body;
    }
  }

  async #readTo(end: string): Promise<string> {
    for (;;) {
      const at = this.#received.indexOf(end);
      if (at !== -1) return this.#cut(at + end.length);
      if (!await this.#readMore()) {
        throw new Error(`the answer ended early: ${this.#received}`);
      }
    }
  }

  async #readBytes(count: number): Promise<string> {
    while (this.#received.length < count) {
      if (!await this.#readMore()) {
        throw new Error(`the body ended early: ${this.#received}`);
      }
    }
    return this.#cut(count);
  }

  #cut(count: number): string {
    const text = this.#received.slice(0, count);
    this.#received = this.#received.slice(count);
    return text;
  }

  async #readMore(): Promise<boolean> {
    if (this.#hasEnded) return false;
    const timer = setTimeout(() => this.close(), PATIENCE_MS);
    const piece = new Uint8Array(65_536);
    try {
      const count = await this.#connection.read(piece);
      this.#hasEnded = count === null;
      this.#received += decoder.decode(piece.subarray(0, count ?? 0));
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
      this.#hasEnded = true;
    } finally {
      clearTimeout(timer);
    }
    return !this.#hasEnded;
  }
}

/** Writes one request on a connection of its own and reads the answer. */
export async function rawRequest(
  address: string,
  text: string,
): Promise<RawAnswer> {
  using connection = await RawConnection.open(address);
  await connection.write(text);
  return await connection.answer(text.startsWith("HEAD "));
}

/** The text of a request without a body: its line, then its headers. */
export function head(line: string, ...headers: string[]): string {
  return [`${line} HTTP/1.1`, ...headers, "", ""].join("\r\n");
}
