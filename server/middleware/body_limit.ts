/**
 * Bodies within bounds: how large an upload may be, how large all together, how
 * slow.
 *
 * What is too large is refused by its `Content-Length`, before any of it is
 * read. An upload that waits for `100 Continue` is then never sent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
 * @module
 */

import type { MiddlewareHandler } from "hono";
import { isRefusal, type Limits, Refusal } from "../../lib/mod.ts";
import type { WebEnv } from "../context.ts";

/** The two lengths in front of the parts of a publish request, in bytes. */
const FRAME_BYTES = 8;

/** So much of a refused upload is read and dropped, so that it hears why. */
const DRAIN_BYTES_MAX = 1024 * 1024;

/** How long that may take, in ms. */
const DRAIN_MS_MAX = 2000;

/** What is bounded here. */
export type UploadLimits = Pick<
  Limits,
  | "crateFileBytesMax"
  | "metadataBytesMax"
  | "uploadsInFlightBytesMax"
  | "uploadStalledMsMax"
  | "uploadMsMax"
>;

/** The size of all uploads in flight together. */
export class UploadBudget {
  #reservedBytes = 0;

  /** @param bytesMax of all together; a single one may have more. */
  constructor(readonly bytesMax: number) {}

  /**
   * Makes room for an upload.
   *
   * @returns gives the room back.
   * @throws {Refusal} `uploads_busy`.
   */
  reserve(sizeBytes: number): () => void {
    const sum = this.#reservedBytes + sizeBytes;
    if (sum > this.bytesMax && this.#reservedBytes > 0) {
      throw new Refusal("uploads_busy", { limit_bytes: this.bytesMax });
    }
    this.#reservedBytes = sum;
    return () => this.#reservedBytes -= sizeBytes;
  }
}

/**
 * Gives a handler its upload within the limits of the registry, as
 * `c.var.upload`.
 *
 * @throws {Refusal} `upload_too_large`, `uploads_busy`.
 */
export const bodyLimit: MiddlewareHandler<WebEnv> = async (c, next) => {
  const { server, request } = c.env.context;
  const upload = new Upload(request, server.registry.config.limits);
  try {
    upload.requireFitting();
    const free = server.uploads.reserve(upload.reservedBytes);
    c.set("upload", upload);
    await next().finally(free);
  } finally {
    await upload.end();
  }
};

/** The body of a request, bounded in size and time. */
export class Upload {
  readonly #request: Request;
  readonly #limits: UploadLimits;
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #isLate = false;
  #giveUp: ((reason: Refusal) => void) | null = null;
  #receivedBytes = 0;
  #hasEnded = false;

  /** What `Content-Length` says, in bytes; null where it does not say. */
  readonly sizeBytes: number | null;

  constructor(request: Request, limits: UploadLimits) {
    this.#request = request;
    this.#limits = limits;
    const length = request.headers.get("content-length");
    this.sizeBytes = length === null ? null : Number(length);
  }

  /** What may come at most, in bytes: a crate file and its metadata. */
  get limitBytes(): number {
    const { crateFileBytesMax, metadataBytesMax } = this.#limits;
    return FRAME_BYTES + metadataBytesMax + crateFileBytesMax;
  }

  /** What has to be reckoned with, in bytes. */
  get reservedBytes(): number {
    return this.sizeBytes ?? this.limitBytes;
  }

  /**
   * Refuses what says itself that it is too large.
   *
   * @throws {Refusal} `upload_too_large`.
   */
  requireFitting(): void {
    this.#requireWithinLimit(this.sizeBytes ?? 0);
  }

  /**
   * Begins to read. What is wrong with the body comes as a refusal:
   * `upload_too_large`, `upload_too_slow`, `upload_interrupted`.
   *
   * To be called once.
   */
  read(): ReadableStream<Uint8Array> {
    const reader = this.#startReading();
    this.#deadline = setTimeout(() => {
      this.#isLate = true;
      this.#giveUp?.(this.#tooSlow(this.#limits.uploadMsMax));
    }, this.#limits.uploadMsMax);
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const { value, done } = await this.#next(reader);
        if (done) return controller.close();
        this.#receivedBytes += value.length;
        this.#requireWithinLimit(this.#receivedBytes);
        controller.enqueue(value);
      },
    }, { highWaterMark: 0 });
  }

  /**
   * Ends the reading. What is left of a short upload is dropped, for a client
   * that is still sending may not see the answer when the connection is closed.
   */
  async end(): Promise<void> {
    clearTimeout(this.#deadline);
    if (this.#hasEnded) return;
    const waitsForUs = this.#request.headers.has("expect");
    if (this.#reader === null && waitsForUs) return;
    const rest = this.reservedBytes - this.#receivedBytes;
    const reader = this.#reader ?? this.#startReading();
    if (rest <= DRAIN_BYTES_MAX) await drain(reader, rest);
    reader.cancel().catch(() => {}); // it has broken off already
  }

  #startReading(): ReadableStreamDefaultReader<Uint8Array> {
    const body = this.#request.body ?? new Blob([]).stream();
    return this.#reader = body.getReader();
  }

  /** The next piece, if it comes in time. */
  async #next(
    reader: ReadableStreamDefaultReader<Uint8Array>,
  ): Promise<ReadableStreamReadResult<Uint8Array>> {
    const { uploadMsMax, uploadStalledMsMax } = this.#limits;
    if (this.#isLate) throw this.#tooSlow(uploadMsMax);
    const { promise: refused, reject } = Promise.withResolvers<never>();
    this.#giveUp = reject;
    const stalled = setTimeout(
      () => reject(this.#tooSlow(uploadStalledMsMax)),
      uploadStalledMsMax,
    );
    try {
      const result = await Promise.race([reader.read(), refused]);
      this.#hasEnded = result.done;
      return result;
    } catch (cause) {
      this.#hasEnded = true;
      if (isRefusal(cause)) throw cause;
      const facts = { received_bytes: this.#receivedBytes };
      throw new Refusal("upload_interrupted", facts, { cause });
    } finally {
      clearTimeout(stalled);
      this.#giveUp = null;
    }
  }

  #requireWithinLimit(sizeBytes: number): void {
    if (sizeBytes <= this.limitBytes) return;
    throw new Refusal("upload_too_large", {
      size_bytes: sizeBytes,
      limit_bytes: this.limitBytes,
    });
  }

  #tooSlow(limitMs: number): Refusal<"upload_too_slow"> {
    return new Refusal("upload_too_slow", {
      received_bytes: this.#receivedBytes,
      limit_ms: limitMs,
    });
  }
}

/** Reads and drops so many bytes, or what comes of them in a short while. */
async function drain(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  sizeBytes: number,
): Promise<void> {
  const timer = setTimeout(() => reader.cancel().catch(() => {}), DRAIN_MS_MAX);
  try {
    for (let left = sizeBytes; left > 0;) {
      const { value, done } = await reader.read();
      if (done) break;
      left -= value.length;
    }
  } catch {
    // The client has gone: there is nobody to answer.
  }
  clearTimeout(timer);
}
