/**
 * Checksums of crate files: SHA-256 as the index spells it.
 *
 * Pure.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { Refusal } from "../refusal.ts";

/** SHA-256 of a crate file: 64 lower-case hexadecimal digits. */
export type Checksum = string & { readonly brand: "Checksum" };

/**
 * Reads a checksum.
 *
 * @throws {Refusal} `checksum_invalid`, also for upper-case digits: cargo
 * compares the text.
 */
export function parseChecksum(text: string): Checksum {
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new Refusal("checksum_invalid", { checksum: text.slice(0, 100) });
  }
  return text as Checksum;
}

/** Adds up the checksum of bytes that arrive in pieces. */
export class ChecksumStream {
  readonly #hash = createHash("sha256");

  /** Takes the next piece. */
  update(piece: Uint8Array): void {
    this.#hash.update(piece);
  }

  /** The checksum of all pieces; to be called once, at the end. */
  finish(): Checksum {
    return this.#hash.digest("hex") as Checksum;
  }
}

/** The checksum of bytes that are all there. */
export function checksumOf(bytes: Uint8Array): Checksum {
  const stream = new ChecksumStream();
  stream.update(bytes);
  return stream.finish();
}
