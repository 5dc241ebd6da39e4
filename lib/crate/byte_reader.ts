/**
 * Bytes that arrive in pieces, read in the lengths that a format asks for.
 *
 * Pure. What the bytes mean is known to those who read them: `gzip.ts`,
 * `tar.ts`.
 *
 * @module
 */

const NOTHING = new Uint8Array(0);

/** Reads a stream of pieces; at most one piece is held at a time. */
export class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = NOTHING;
  #position = 0;

  /** @param pieces the bytes, in pieces of any length. */
  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** How many bytes have been handed out. */
  get position(): number {
    return this.#position;
  }

  /**
   * The next bytes, as many as are at hand and at most `bytesMax`: a view, to be
   * copied by those who keep it. `null` at the end.
   */
  async some(bytesMax: number): Promise<Uint8Array | null> {
    while (this.#rest.length === 0) {
      const next = await this.#pieces.next();
      if (next.done) return null;
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, bytesMax);
    this.#rest = this.#rest.subarray(piece.length);
    this.#position += piece.length;
    return piece;
  }

  /** The next `length` bytes; `null` when the stream ends before. */
  async exactly(length: number): Promise<Uint8Array | null> {
    if (length === 0) return NOTHING;
    let bytes = await this.some(length);
    if (bytes === null || bytes.length === length) return bytes;
    const whole = new Uint8Array(length);
    let filled = 0;
    while (bytes !== null) {
      whole.set(bytes, filled);
      filled += bytes.length;
      if (filled === length) return whole;
      bytes = await this.some(length - filled);
    }
    return null;
  }

  /** Gives back the end of what {@linkcode some} handed out last. */
  unread(bytes: Uint8Array): void {
    this.#position -= bytes.length;
    if (this.#rest.length === 0) {
      this.#rest = bytes;
      return;
    }
    const both = new Uint8Array(bytes.length + this.#rest.length);
    both.set(bytes);
    both.set(this.#rest, bytes.length);
    this.#rest = both;
  }

  /** Lets go of the stream, read to its end or not. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}
