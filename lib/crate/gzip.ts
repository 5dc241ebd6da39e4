/**
 * The outer layer of a crate file: one gzip member, and nothing behind it.
 *
 * Inflates in a stream: what is held at a time does not depend on what the file
 * unpacks to. How much it may unpack to is for `crate_file.ts` to say. The
 * header and the trailer are read here, and zlib is given the deflate stream
 * alone, since its own gzip reader goes on to further members and passes over
 * bytes behind the last: cargo, which stops at the first, would see another
 * archive than we do.
 *
 * Pure.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1952
 * @module
 */

import { crc32, createInflateRaw, type InflateRaw } from "node:zlib";
import { Refusal } from "../refusal.ts";
import { ByteReader } from "./byte_reader.ts";

/** The longest piece handed to zlib or taken from it. */
const PIECE_BYTES = 64 * 1024;

/**
 * After so much work others have their turn: 1 ms of inflating, or the 500
 * headers that fit into it.
 */
const TURN_BYTES = 256 * 1024;

const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const DEFLATE = 8;
const HAS_FILE_NAME = 0x08;
const FILE_NAME_BYTES_MAX = 1024;

/**
 * Inflates a gzip member.
 *
 * Pieces are of at most 64 KiB, and the event loop turns at least once a
 * 256 KiB.
 * Whoever stops early lets go of `pieces` as well.
 *
 * @throws {Refusal} `crate_file_malformed`, also at the very end: the contents
 * are to be believed only when the stream has ended.
 */
export async function* inflateGzip(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const input = new ByteReader(pieces);
  const inflater = createInflateRaw({ chunkSize: PIECE_BYTES });
  try {
    await skipHeader(input);
    const turns = new Turns();
    const feeding = feed(inflater, input, turns);
    feeding.catch((error) => inflater.destroy(error));
    let checksum = 0;
    let sizeBytes = 0;
    // It is destroyed below; the iterator would do it with an error and its stack.
    const inflated = inflater.iterator({ destroyOnReturn: false });
    for await (const piece of inflated) {
      checksum = crc32(piece, checksum);
      sizeBytes += piece.length;
      // A Buffer is more than it looks: its slice() is no copy.
      yield new Uint8Array(piece.buffer, piece.byteOffset, piece.length);
      await turns.spend(piece.length);
    }
    await feeding;
    await requireTrailer(input, checksum, sizeBytes);
  } catch (error) {
    throw isZlibError(error) ? toRefusal(error) : error;
  } finally {
    inflater.destroy();
    await input.close();
  }
}

async function skipHeader(input: ByteReader): Promise<void> {
  const header = await input.exactly(HEADER_BYTES);
  const [id1, id2, method, flags = 0] = header ?? [];
  if (id1 !== 0x1f || id2 !== 0x8b || method !== DEFLATE) {
    throw malformed("it is not compressed with gzip");
  }
  if (flags !== 0 && flags !== HAS_FILE_NAME) {
    throw malformed("its gzip header has parts other than a file name");
  }
  if (flags === HAS_FILE_NAME) await skipFileName(input);
}

async function skipFileName(input: ByteReader): Promise<void> {
  let left = FILE_NAME_BYTES_MAX + 1;
  while (left > 0) {
    const piece = await input.some(left);
    if (piece === null) throw cutOff();
    const end = piece.indexOf(0);
    if (end !== -1) return input.unread(piece.subarray(end + 1));
    left -= piece.length;
  }
  throw malformed(
    `the file name in its gzip header is longer than ${FILE_NAME_BYTES_MAX} bytes`,
  );
}

/**
 * Hands the deflate stream to zlib, and what lies behind it back to `input`.
 *
 * When the reader of the other side stops early this never settles; nothing
 * waits for it then.
 */
async function feed(
  inflater: InflateRaw,
  input: ByteReader,
  turns: Turns,
): Promise<void> {
  for (;;) {
    const piece = await input.some(PIECE_BYTES);
    if (piece === null) {
      inflater.end(); // an error unless the deflate stream is complete
      return;
    }
    const consumedBefore = inflater.bytesWritten;
    await write(inflater, piece);
    const consumed = inflater.bytesWritten - consumedBefore;
    if (consumed < piece.length) {
      input.unread(piece.subarray(consumed));
      return;
    }
    // A deflate stream may be long and hold nothing: that is work as well.
    await turns.spend(piece.length);
  }
}

function write(inflater: InflateRaw, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    inflater.write(piece, (error) => error ? reject(error) : resolve());
  });
}

async function requireTrailer(
  input: ByteReader,
  checksum: number,
  sizeBytes: number,
): Promise<void> {
  const trailer = await input.exactly(TRAILER_BYTES);
  if (trailer === null) throw cutOff();
  const fields = new DataView(trailer.buffer, trailer.byteOffset);
  if (fields.getUint32(0, true) !== checksum) {
    throw malformed("its contents do not have the CRC of its gzip trailer");
  }
  if (fields.getUint32(4, true) !== sizeBytes % 2 ** 32) {
    throw malformed("its contents do not have the length of its gzip trailer");
  }
  if (await input.some(1) !== null) {
    throw malformed("a second gzip member or other bytes follow the first");
  }
}

/** Lets the event loop turn after each `TURN_BYTES` of work. */
class Turns {
  #spentBytes = 0;

  async spend(bytes: number): Promise<void> {
    this.#spentBytes += bytes;
    if (this.#spentBytes < TURN_BYTES) return;
    this.#spentBytes = 0;
    // A timer, although it takes 2 ms: while immediates follow each other, the
    // runtime hardly looks at the network, and lookups waited a third of a second.
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }
}

interface ZlibError extends Error {
  readonly code: string;
}

function isZlibError(error: unknown): error is ZlibError {
  return error instanceof Error && "code" in error &&
    typeof error.code === "string" && error.code.startsWith("Z_");
}

function toRefusal(error: ZlibError): Refusal {
  if (error.code === "Z_BUF_ERROR") return cutOff();
  return malformed(`it cannot be inflated: ${error.message}`, error);
}

function cutOff(): Refusal {
  return malformed("it is cut off");
}

function malformed(problem: string, cause?: Error): Refusal {
  return new Refusal("crate_file_malformed", { problem }, { cause });
}
