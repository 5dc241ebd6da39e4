/**
 * A strict reader of tar archives as cargo and GNU tar write them.
 *
 * Files and folders only, and of the extensions GNU's long name (`L`), which
 * cargo uses for paths of more than 100 bytes. Everything else is refused, above
 * all what two readers may read in two ways: pax headers, whose size may differ
 * from the header's, links, sparse files, a prefix where GNU keeps other things,
 * bytes in the padding, anything behind the end.
 *
 * Pure. The rules for paths are in `entry_path.ts` and `entry_tree.ts`; how much
 * an archive may hold is for `crate_file.ts` to say.
 *
 * @see https://www.gnu.org/software/tar/manual/html_node/Standard.html
 * @module
 */

import type { Limits } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { ByteReader } from "./byte_reader.ts";
import { type EntryKind, entryRefused } from "./entry_path.ts";

/** A file or a folder of an archive. */
export interface TarEntry {
  /** The path as the archive has it, not yet checked. */
  readonly path: Uint8Array;
  readonly kind: EntryKind;
  /** Length of the contents, in bytes; 0 for a folder. */
  readonly sizeBytes: number;
}

const BLOCK_BYTES = 512;

/** What an entry is that is no file, folder or long name, by its type. */
const REFUSED_TYPES: Readonly<Record<string, string>> = {
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a character device",
  "4": "a block device",
  "6": "a named pipe",
  "7": "a contiguous file",
  "D": "a list of GNU tar's incremental backup",
  "K": "a long link name of GNU tar",
  "M": "a continuation from another volume",
  "N": "a rename of old GNU tar",
  "S": "a sparse file",
  "V": "a volume label",
  "X": "an extended header of Solaris",
  "g": "a global pax header",
  "x": "a pax header",
};

/**
 * Reads an archive: each entry, then the pieces of its contents (views, to be
 * copied by those who keep them).
 *
 * @throws {Refusal} `crate_file_malformed` when this is not an archive, or cut
 * off; `crate_file_entry_refused` for what an entry is.
 */
export async function* readTar(
  pieces: AsyncIterable<Uint8Array>,
  limits: Limits,
): AsyncGenerator<TarEntry | Uint8Array> {
  const input = new ByteReader(pieces);
  try {
    for (;;) {
      const entry = await readEntry(input, limits);
      if (entry === null) break;
      yield entry;
      for (let left = entry.sizeBytes; left > 0;) {
        const piece = await input.some(left);
        if (piece === null) throw cutOff();
        left -= piece.length;
        yield piece;
      }
      await skipPadding(input, entry.sizeBytes);
    }
    await requireNothingMore(input);
  } finally {
    await input.close();
  }
}

/** The next entry; `null` at the two zero blocks that end an archive. */
async function readEntry(
  input: ByteReader,
  limits: Limits,
): Promise<TarEntry | null> {
  const header = await readHeader(input);
  if (header === null) return null;
  if (header.type !== "L") return toEntry(header, header.path);
  const path = await readLongName(input, header, limits);
  const next = await readHeader(input);
  if (next === null) throw entryRefused(path, "no entry follows its long name");
  if (next.type === "L") throw entryRefused(path, "it has two long names");
  return toEntry(next, path);
}

function toEntry(header: Header, path: Uint8Array): TarEntry {
  const { type, sizeBytes } = header;
  if (type !== "0" && type !== "\0" && type !== "5") {
    const what = REFUSED_TYPES[type] ?? `of the unknown type ${showType(type)}`;
    throw entryRefused(
      path,
      `it is ${what}; only files and folders are allowed`,
    );
  }
  const kind = type === "5" ? "folder" : "file";
  if (kind === "folder" && sizeBytes !== 0) {
    throw entryRefused(path, "it is a folder with contents");
  }
  requireMode(path, kind, header.mode);
  return { path, kind, sizeBytes };
}

/**
 * Refuses mode bits that no package needs: set-user-ID, set-group-ID, sticky,
 * and a file type other than the entry's.
 *
 * Group and other write bits must pass. Until 2020 cargo stored the modes that
 * files had on the packager's disk: of 1,431 crates.io crates looked at, 126
 * have group-writable files (smallvec 0.6.14 among them), 5 world-writable ones
 * (semver-parser 0.7.0), and 143 keep the file type in the mode; none has the
 * bits refused here. Cargo applies the umask when it unpacks (since 1.71.1).
 */
function requireMode(path: Uint8Array, kind: EntryKind, mode: number): void {
  if ((mode & 0o7000) !== 0) {
    throw entryRefused(path, "its mode has the setuid, setgid or sticky bit");
  }
  const fileType = mode & ~0o7777;
  if (fileType !== 0 && fileType !== (kind === "file" ? 0o100000 : 0o040000)) {
    throw entryRefused(path, `its mode is not that of a ${kind}`);
  }
}

async function readLongName(
  input: ByteReader,
  header: Header,
  limits: Limits,
): Promise<Uint8Array> {
  if (header.sizeBytes > limits.entryPathBytesMax + 1) { // + 1: a NUL ends it
    throw entryRefused(
      header.path,
      `its long name has more than ${limits.entryPathBytesMax} bytes`,
    );
  }
  const name = await input.exactly(header.sizeBytes);
  if (name === null) throw cutOff();
  const path = name.slice(0, -1);
  await skipPadding(input, header.sizeBytes);
  if (name.at(-1) !== 0 || path.includes(0)) {
    throw entryRefused(path, "its long name does not end in one NUL");
  }
  return path;
}

interface Header {
  readonly path: Uint8Array;
  readonly type: string;
  readonly mode: number;
  readonly sizeBytes: number;
}

/** The next header; `null` for the two zero blocks. */
async function readHeader(input: ByteReader): Promise<Header | null> {
  const where = input.position;
  const block = await readBlock(input);
  if (!isZero(block)) return parseHeader(block, where);
  if (!isZero(await readBlock(input))) {
    throw malformed("the archive goes on behind its end");
  }
  return null;
}

function parseHeader(block: Uint8Array, where: number): Header {
  const refuse = (what: string) =>
    malformed(`the tar header at byte ${where} ${what}`);
  if (parseOctal(block.subarray(148, 156)) !== checksumOf(block)) {
    throw refuse("has a wrong checksum");
  }
  const mode = parseOctal(block.subarray(100, 108));
  if (mode === null) throw refuse("has a mode that is not octal");
  const sizeBytes = parseSize(block.subarray(124, 136));
  if (sizeBytes === null) throw refuse("has a size that is not a number");
  const path = parseName(block);
  if (path === null) {
    throw refuse("is neither that of a ustar archive nor of GNU tar");
  }
  const type = String.fromCharCode(block[156] ?? 0);
  return { path, type, mode, sizeBytes };
}

/** The sum of a header's bytes, those of the checksum counting as blanks. */
function checksumOf(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK_BYTES; at += 1) {
    if (at < 148 || at >= 156) sum += block[at] ?? 0;
  }
  return sum;
}

/** Octal digits between blanks and up to a NUL, a blank or the field's end. */
function parseOctal(field: Uint8Array): number | null {
  const digits = /^ *([0-7]+)[ \0]*$/.exec(toLatin1(field))?.[1];
  return digits === undefined ? null : parseInt(digits, 8);
}

/**
 * Octal, or as GNU writes what is too large for that: 0x80, then the number in
 * base 256. A first byte of 0xff would make it negative. Numbers that are not
 * exact here are no sizes of anything either.
 */
function parseSize(field: Uint8Array): number | null {
  if (field[0] !== 0x80) return parseOctal(field);
  let size = 0;
  for (const byte of field.subarray(1)) size = size * 256 + byte;
  return Number.isSafeInteger(size) ? size : null;
}

/**
 * The path in a header: for ustar, prefix and name; for GNU, the name alone.
 * `null` for other magics, and for bytes where none belong: readers differ on
 * what these mean.
 */
function parseName(block: Uint8Array): Uint8Array | null {
  const magic = toLatin1(block.subarray(257, 265));
  const name = untilNul(block.subarray(0, 100));
  if (name === null) return null;
  if (magic === "ustar  \0") return isZero(block.subarray(345)) ? name : null;
  if (magic !== "ustar\x0000" || !isZero(block.subarray(500))) return null;
  const prefix = untilNul(block.subarray(345, 500));
  if (prefix === null || prefix.length === 0) return prefix && name;
  return Uint8Array.of(...prefix, 0x2f, ...name);
}

/** A copy of what is before the first NUL; `null` if not all behind is NUL. */
function untilNul(field: Uint8Array): Uint8Array | null {
  const end = field.indexOf(0);
  if (end === -1) return field.slice();
  return isZero(field.subarray(end)) ? field.slice(0, end) : null;
}

async function readBlock(input: ByteReader): Promise<Uint8Array> {
  const block = await input.exactly(BLOCK_BYTES);
  if (block === null) throw cutOff();
  return block;
}

async function skipPadding(input: ByteReader, length: number): Promise<void> {
  const padding = await input.exactly(-length & (BLOCK_BYTES - 1));
  if (padding === null) throw cutOff();
  if (!isZero(padding)) throw malformed("bytes are hidden in tar's padding");
}

/** GNU tar fills the last record, 10 KiB, with zeros. */
async function requireNothingMore(input: ByteReader): Promise<void> {
  for (;;) {
    const piece = await input.some(Infinity);
    if (piece === null) return;
    if (!isZero(piece)) throw malformed("the archive goes on behind its end");
  }
}

function isZero(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false;
  return true;
}

function toLatin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function showType(type: string): string {
  return /[!-~]/.test(type)
    ? `\`${type}\``
    : `0x${type.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

function cutOff(): Refusal {
  return malformed("its archive is cut off");
}

function malformed(problem: string): Refusal {
  return new Refusal("crate_file_malformed", { problem });
}
