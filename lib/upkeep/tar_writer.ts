/**
 * Writes tar archives of files alone, so that GNU tar and `lib/crate/tar.ts`
 * read them.
 *
 * Pure.
 *
 * @see https://www.gnu.org/software/tar/manual/html_node/Standard.html
 * @module
 */

/** A file on its way into an archive. */
export interface ArchiveFile {
  /** Its path in the archive: ASCII, relative, with `/`. */
  readonly path: string;
  /** How long it is, in bytes. */
  readonly sizeBytes: number;
  /** Its contents; exactly so long. */
  readonly pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const BLOCK_BYTES = 512;

/** The longest path that fits into a header. */
const PATH_BYTES_MAX = 100;

/** The largest size of 11 octal digits; GNU tar writes larger ones in base 256. */
const OCTAL_SIZE_MAX = 8 ** 11 - 1;

/**
 * The archive, in pieces as it is made: nothing of it is held.
 *
 * @param modified when all files were last changed, as the archive says.
 * @throws when a file has another length than was said: a bug of whoever calls.
 */
export function writeTar(
  files: AsyncIterable<ArchiveFile>,
  modified: Date,
): AsyncGenerator<Uint8Array> {
  return inLargePieces(entriesOf(files, modified));
}

async function* entriesOf(
  files: AsyncIterable<ArchiveFile>,
  modified: Date,
): AsyncGenerator<Uint8Array> {
  for await (const file of files) {
    if (file.path.length > PATH_BYTES_MAX) yield longName(file.path, modified);
    yield header(file.path, "0", file.sizeBytes, modified);
    let sizeBytes = 0;
    for await (const piece of file.pieces) {
      sizeBytes += piece.length;
      yield piece;
    }
    if (sizeBytes !== file.sizeBytes) {
      throw new Error(`${file.path} has ${sizeBytes} bytes`);
    }
    yield padding(sizeBytes);
  }
  yield new Uint8Array(2 * BLOCK_BYTES);
}

/** GNU tar's entry that holds a path too long for the header that follows. */
function longName(path: string, modified: Date): Uint8Array {
  const name = new TextEncoder().encode(`${path}\0`);
  const fill = padding(name.length);
  const whole = new Uint8Array(BLOCK_BYTES + name.length + fill.length);
  whole.set(header("././@LongLink", "L", name.length, modified));
  whole.set(name, BLOCK_BYTES);
  return whole;
}

function header(
  path: string,
  type: "0" | "L",
  sizeBytes: number,
  modified: Date,
): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  const put = (at: number, text: string) =>
    block.set(new TextEncoder().encode(text), at);
  put(0, path.slice(0, PATH_BYTES_MAX));
  put(100, octal(0o600, 7));
  put(108, octal(0, 7)); // nobody's: whoever unpacks it owns it
  put(116, octal(0, 7));
  putSize(block, sizeBytes);
  put(136, octal(Math.floor(modified.getTime() / 1000), 11));
  put(148, " ".repeat(8));
  put(156, type);
  put(257, "ustar  \0");
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\0 `);
  return block;
}

function putSize(block: Uint8Array, sizeBytes: number): void {
  if (sizeBytes <= OCTAL_SIZE_MAX) {
    return block.set(new TextEncoder().encode(octal(sizeBytes, 11)), 124);
  }
  block[124] = 0x80;
  new DataView(block.buffer).setBigUint64(128, BigInt(sizeBytes));
}

function octal(number: number, digits: number): string {
  return number.toString(8).padStart(digits, "0");
}

function padding(length: number): Uint8Array {
  return new Uint8Array(-length & (BLOCK_BYTES - 1));
}

const PIECE_BYTES = 256 * 1024;

/** The same bytes in fewer pieces: most crate files are small. */
async function* inLargePieces(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let large = new Uint8Array(PIECE_BYTES);
  let filled = 0;
  for await (let piece of pieces) {
    while (piece.length > 0) {
      const part = piece.subarray(0, PIECE_BYTES - filled);
      large.set(part, filled);
      filled += part.length;
      piece = piece.subarray(part.length);
      if (filled < PIECE_BYTES) continue;
      yield large;
      large = new Uint8Array(PIECE_BYTES); // whoever took it may keep it
      filled = 0;
    }
  }
  if (filled > 0) yield large.subarray(0, filled);
}
