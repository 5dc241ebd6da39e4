/**
 * A running git: one talks with it in lines and counted bytes.
 *
 * @module
 */

import { Refusal } from "../refusal.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** git said no, or died: the machine's failure, never the asker's. */
export class GitFailure extends Refusal<"git_failed"> {
  /** Tells these failures from other errors in logs. */
  override name = "GitFailure";

  /**
   * @param problem what git said, or how it ended.
   * @param options `cause`: the error that was translated, if any.
   */
  constructor(problem: string, options?: ErrorOptions) {
    super("git_failed", { problem }, options);
  }
}

/** How much of what git writes to its standard error is kept, in characters. */
const COMPLAINT_LENGTH_MAX = 2000;

/** No line and no path is as long as this, in bytes. */
const PIECE_BYTES_MAX = 1024 * 1024;

/** A running git. */
export class GitChild {
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: ReadableStreamDefaultReader<Uint8Array>;
  #unread: Uint8Array = new Uint8Array(0);
  #complaint = "";

  /** Its exit status, once it has ended. */
  readonly ended: Promise<number>;

  /** @param process a child whose three streams are pipes. */
  constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#input = process.stdin.getWriter();
    this.#input.closed.catch(() => {}); // a broken pipe shows at the next read
    this.#output = process.stdout.getReader() as ReadableStreamDefaultReader<
      Uint8Array
    >;
    const complaining = this.#keepComplaint(process.stderr);
    this.ended = process.status.then(async ({ code }) => {
      await complaining;
      return code;
    });
  }

  /** The end of what it wrote to its standard error. */
  get complaint(): string {
    return this.#complaint.trim() || "it said nothing";
  }

  /** Hands it bytes or text. */
  async write(data: Uint8Array | string): Promise<void> {
    await this.#input.write(
      typeof data === "string" ? encoder.encode(data) : data,
    );
  }

  /**
   * The next line it prints, without the newline.
   *
   * @throws {GitFailure} when it has ended.
   */
  async readLine(): Promise<string> {
    for (let searched = 0;;) {
      const end = this.#unread.indexOf(10, searched);
      if (end !== -1) {
        const line = decoder.decode(this.#unread.subarray(0, end));
        this.#unread = this.#unread.subarray(end + 1);
        return line;
      }
      searched = this.#unread.length;
      if (!await this.#readMore()) throw this.#endedTooSoon();
    }
  }

  /**
   * The next `count` bytes it prints.
   *
   * @throws {GitFailure} when it has ended.
   */
  async readBytes(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    for (let filled = 0; filled < count;) {
      if (this.#unread.length === 0 && !await this.#readMore()) {
        throw this.#endedTooSoon();
      }
      const piece = this.#unread.subarray(0, count - filled);
      bytes.set(piece, filled);
      filled += piece.length;
      this.#unread = this.#unread.subarray(piece.length);
    }
    return bytes;
  }

  /** The lines that it still prints, until it ends, or one is far too long. */
  lines(): AsyncIterable<string> {
    return this.#cutAt(10);
  }

  /** What it still prints, until it ends, cut at NUL bytes. */
  records(): AsyncIterable<string> {
    return this.#cutAt(0);
  }

  /** All that it still prints, until it ends. */
  async readRest(): Promise<Uint8Array> {
    const pieces = [this.#unread];
    for (;;) {
      const { value, done } = await this.#output.read();
      if (done) break;
      pieces.push(value);
    }
    this.#unread = new Uint8Array(0);
    return concatenate(pieces);
  }

  /** Ends its input, upon which git ends by itself. */
  async closeInput(): Promise<void> {
    await this.#input.close().catch(() => {}); // it has ended already
  }

  /** Ends its input and waits for its end, at most `patienceMs`; then kills it. */
  async close(patienceMs = 5000): Promise<number> {
    const timer = setTimeout(() => this.kill(), patienceMs);
    await this.closeInput();
    await this.#output.cancel().catch(() => {}); // nobody reads any more
    const status = await this.ended;
    clearTimeout(timer);
    return status;
  }

  /** Ends it at once and waits until it is gone. */
  async kill(): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended already, which is what was wanted.
    }
    await this.#input.abort(new GitFailure("git was killed")).catch(() => {});
    await this.#output.cancel().catch(() => {});
    await this.ended;
  }

  async *#cutAt(mark: number): AsyncIterable<string> {
    for (let searched = 0;;) {
      const end = this.#unread.indexOf(mark, searched);
      if (end !== -1) {
        yield decoder.decode(this.#unread.subarray(0, end));
        this.#unread = this.#unread.subarray(end + 1);
        searched = 0;
        continue;
      }
      searched = this.#unread.length;
      if (searched > PIECE_BYTES_MAX || !await this.#readMore()) break;
    }
    if (this.#unread.length > 0) yield decoder.decode(this.#unread);
  }

  async #readMore(): Promise<boolean> {
    const { value, done } = await this.#output.read();
    if (done) return false;
    this.#unread = this.#unread.length === 0
      ? value
      : concatenate([this.#unread, value]);
    return true;
  }

  async #keepComplaint(stderr: ReadableStream<Uint8Array>): Promise<void> {
    for await (const piece of stderr) {
      this.#complaint = (this.#complaint + decoder.decode(piece)).slice(
        -COMPLAINT_LENGTH_MAX,
      );
    }
  }

  #endedTooSoon(): GitFailure {
    return new GitFailure(
      `git ended in the middle of its work: ${this.complaint}`,
    );
  }
}

/** Joins pieces of bytes. */
export function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(
    pieces.reduce((sum, piece) => sum + piece.length, 0),
  );
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
