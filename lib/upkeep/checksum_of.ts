/**
 * The checksum of a file on disk, and of one that is being written.
 *
 * @module
 */

import { type Checksum, ChecksumStream } from "../crate/checksum.ts";
import { readPieces, readRange, writeNewFile } from "../storage/file_system.ts";

/** Up to this size a file is read at once, which is quicker than in pieces. */
export const AT_ONCE_BYTES_MAX = 256 * 1024;

/**
 * Reads a file and adds up its checksum; a large one is never in memory.
 *
 * @param sizeBytes how large it was a moment ago, if that is known.
 * @throws `Deno.errors.NotFound`; {Refusal} `permission_denied`.
 */
export async function checksumOf(
  path: string,
  sizeBytes: number = Infinity,
): Promise<Checksum> {
  const hash = new ChecksumStream();
  if (sizeBytes < AT_ONCE_BYTES_MAX) {
    const range = { start: 0, end: sizeBytes + 1 }; // it may be longer by now
    const bytes = await readRange(path, range);
    if (bytes !== null && bytes.length <= sizeBytes) {
      hash.update(bytes);
      return hash.finish();
    }
  }
  for await (const piece of readPieces(path)) hash.update(piece);
  return hash.finish();
}

/**
 * Writes a new file, as `writeNewFile()` does.
 *
 * @returns the checksum of what was written.
 */
export async function writeSummed(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  options: { readonly isSynced?: boolean } = {},
): Promise<Checksum> {
  const hash = new ChecksumStream();
  async function* summed() {
    for await (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
  }
  await writeNewFile(path, summed(), options);
  return hash.finish();
}
