/**
 * The body of a publish request: two length-prefixed parts in one stream.
 *
 * Pure. What is inside them is read by `publish_json.ts` and `crate_file.ts`.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-web-api.html#publish
 * @module
 */

import type { Limits } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { ByteReader } from "./byte_reader.ts";

/** A publish request, cut into its parts. */
export interface PublishFrame {
  /** The text of the JSON part. */
  readonly json: string;
  /**
   * The crate file as it arrives, to be read once, in all exactly as long as the
   * request says. It throws `publish_frame_malformed` when the body ends before
   * or goes on behind.
   */
  readonly crateFile: AsyncIterable<Uint8Array>;
  /** Lets go of the body, read to its end or not. */
  close(): Promise<void>;
}

/** What is known of a body before it is read. */
export interface PublishFrameBounds {
  /** The whole body in bytes, where its sender said so; else null. */
  readonly sizeBytes: number | null;
  /** How large each part may be. */
  readonly limits: Limits;
}

/** Each part has its length before it: 32 bits, the lowest byte first. */
const LENGTH_BYTES = 4;

/**
 * Cuts a publish request into its parts as it arrives. A body whose stated size
 * cannot fit is refused unread; no length is believed before it is compared.
 *
 * @param body length of the JSON, JSON, length of the crate file, crate file.
 * @throws {Refusal} `publish_frame_malformed`, `crate_file_too_large`,
 * `metadata_invalid` for JSON that is too long.
 */
export async function decodePublishFrame(
  body: AsyncIterable<Uint8Array>,
  { sizeBytes, limits }: PublishFrameBounds,
): Promise<PublishFrame> {
  requireSize(sizeBytes, limits);
  const reader = new ByteReader(body);
  try {
    const jsonBytes = await readLength(reader, "JSON");
    requireJsonLength(jsonBytes, { sizeBytes, limits });
    const json = decodeText(await readPart(reader, jsonBytes, "JSON"));
    const crateFileBytes = await readLength(reader, "crate file");
    requireCrateFileLength(crateFileBytes, jsonBytes, { sizeBytes, limits });
    const crateFile = readCrateFilePart(reader, crateFileBytes);
    return { json, crateFile, close: () => reader.close() };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/**
 * What no crate file within the limits can need is not even begun. How much of
 * it is JSON nobody knows yet, so all of it counts as the crate file.
 */
function requireSize(sizeBytes: number | null, limits: Limits): void {
  if (sizeBytes === null) return;
  if (sizeBytes < 2 * LENGTH_BYTES) {
    throw malformed(`it has ${sizeBytes} bytes, too few for two lengths`);
  }
  const { crateFileBytesMax, metadataBytesMax } = limits;
  const crateFileBytes = sizeBytes - 2 * LENGTH_BYTES;
  if (crateFileBytes > metadataBytesMax + crateFileBytesMax) {
    throw tooLarge(crateFileBytes, limits);
  }
}

function requireJsonLength(
  jsonBytes: number,
  { sizeBytes, limits }: PublishFrameBounds,
): void {
  if (sizeBytes !== null && 2 * LENGTH_BYTES + jsonBytes > sizeBytes) {
    throw malformed(
      `its JSON is said to have ${jsonBytes} bytes, the request has ${sizeBytes}`,
    );
  }
  const { metadataBytesMax: max } = limits;
  if (jsonBytes > max) {
    throw new Refusal("metadata_invalid", {
      field: "metadata",
      problem:
        `has ${jsonBytes} bytes with the README, and at most ${max} are allowed`,
    });
  }
}

function requireCrateFileLength(
  crateFileBytes: number,
  jsonBytes: number,
  { sizeBytes, limits }: PublishFrameBounds,
): void {
  const stated = 2 * LENGTH_BYTES + jsonBytes + crateFileBytes;
  if (sizeBytes !== null && sizeBytes !== stated) {
    throw malformed(
      `its parts are said to have ${stated} bytes with their lengths, the request has ${sizeBytes}`,
    );
  }
  if (crateFileBytes > limits.crateFileBytesMax) {
    throw tooLarge(crateFileBytes, limits);
  }
}

async function readLength(reader: ByteReader, part: string): Promise<number> {
  const bytes = await readPart(reader, LENGTH_BYTES, `length of the ${part}`);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

async function readPart(
  reader: ByteReader,
  length: number,
  part: string,
): Promise<Uint8Array> {
  const bytes = await reader.exactly(length);
  if (bytes === null) throw malformed(`it ends within the ${part}`);
  return bytes;
}

/** The end is not handed out before it is known to be one. */
async function* readCrateFilePart(
  reader: ByteReader,
  length: number,
): AsyncGenerator<Uint8Array> {
  for (let left = length; left > 0;) {
    const piece = await reader.some(left);
    if (piece === null) {
      throw malformed(`it ends ${left} bytes before the crate file does`);
    }
    left -= piece.length;
    yield piece;
  }
  if (await reader.some(1) !== null) {
    throw malformed("it goes on behind the crate file");
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes);
  } catch (cause) {
    throw malformed("its JSON is not UTF-8", { cause });
  }
}

function malformed(problem: string, options?: ErrorOptions): Refusal {
  return new Refusal("publish_frame_malformed", { problem }, options);
}

function tooLarge(sizeBytes: number, limits: Limits): Refusal {
  return new Refusal("crate_file_too_large", {
    size_bytes: sizeBytes,
    limit_bytes: limits.crateFileBytesMax,
  });
}
