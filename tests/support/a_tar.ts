/**
 * Tar archives and gzip members for tests, well made or not: what is not said is
 * as cargo writes it.
 *
 * @module
 */

import { crc32, deflateRawSync } from "node:zlib";

/** An entry, field by field. */
export interface RawEntry {
  /** The whole path, root included. */
  readonly path: string | Uint8Array;
  /** The type flag; a file when left out. */
  readonly type?: string;
  readonly contents?: string | Uint8Array;
  readonly mode?: number;
  readonly magic?: "gnu" | "ustar";
  readonly prefix?: string;
  readonly linkName?: string;
  /** Bytes that replace those of a field, by its offset in the header. */
  readonly patches?: readonly (readonly [
    offset: number,
    bytes: string | Uint8Array,
  ])[];
  /** Bytes that replace the checksum, which else is right after all patches. */
  readonly checksum?: string;
  /** What the last block is filled with. */
  readonly padding?: number;
}

const BLOCK_BYTES = 512;

/** The two zero blocks that end an archive. */
export const TAR_END: Uint8Array = new Uint8Array(2 * BLOCK_BYTES);

/** Bytes of a text; bytes stay as they are. */
export function toBytes(text: string | Uint8Array): Uint8Array {
  return typeof text === "string" ? new TextEncoder().encode(text) : text;
}

/** Bytes one behind the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, it) => sum + it.length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}

/** Header, contents and padding of one entry, whatever it is. */
export function rawEntry(entry: RawEntry): Uint8Array {
  const contents = toBytes(entry.contents ?? "");
  const padding = new Uint8Array(-contents.length & (BLOCK_BYTES - 1))
    .fill(entry.padding ?? 0);
  return joined(header(entry, contents.length), contents, padding);
}

/** A file as cargo writes it: a path of more than 100 bytes has a long name. */
export function fileEntry(
  path: string,
  contents: string | Uint8Array,
  mode = 0o644,
): Uint8Array {
  const bytes = toBytes(path);
  const file = rawEntry({ path: bytes.subarray(0, 100), contents, mode });
  return bytes.length <= 100 ? file : joined(longName(path), file);
}

/** GNU tar's long name for the entry that follows. */
export function longName(path: string): Uint8Array {
  const contents = `${path}\0`;
  return rawEntry({ path: "././@LongLink", type: "L", contents });
}

function header(entry: RawEntry, sizeBytes: number): Uint8Array {
  const { magic = "gnu", mode = 0o644, type = "0" } = entry;
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(toBytes(entry.path));
  const fields: [offset: number, text: string][] = [
    [100, `${octal(mode, 7)}\0`],
    [108, `${octal(0, 7)}\0`],
    [116, `${octal(0, 7)}\0`],
    [124, `${octal(sizeBytes, 11)}\0`],
    [136, `${octal(1153704088, 11)}\0`], // the time of all files, since 2020
    [156, type],
    [157, entry.linkName ?? ""],
    [257, magic === "gnu" ? "ustar  \0" : "ustar\x0000"],
    [345, entry.prefix ?? ""],
  ];
  for (const [offset, bytes] of [...fields, ...entry.patches ?? []]) {
    block.set(toBytes(bytes), offset);
  }
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.set(toBytes(entry.checksum ?? `${octal(sum, 6)}\0 `), 148);
  return block;
}

function octal(number: number, digits: number): string {
  return number.toString(8).padStart(digits, "0");
}

/** What a gzip member is made of beside its contents. */
export interface GzipParts {
  /** The flags of the header; a file name alone when left out. */
  readonly flags?: number;
  /** What follows the fixed part of the header. */
  readonly extra?: string;
  readonly crc?: number;
  readonly sizeBytes?: number;
}

/** A gzip member, with a file name in its header as cargo writes it. */
export function gzipOf(
  contents: Uint8Array,
  { flags = 0x08, extra = "a.crate\0", ...trailer }: GzipParts = {},
): Uint8Array {
  const end = new DataView(new ArrayBuffer(8));
  end.setUint32(0, trailer.crc ?? crc32(contents), true);
  end.setUint32(4, trailer.sizeBytes ?? contents.length, true);
  return joined(
    Uint8Array.of(0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 2, 255),
    toBytes(extra),
    deflateRawSync(contents),
    new Uint8Array(end.buffer),
  );
}

/** Bytes as a stream, in pieces of `pieceBytes`. */
export async function* piecesOf(
  bytes: Uint8Array,
  pieceBytes = 64 * 1024,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    yield bytes.subarray(at, at + pieceBytes);
    await Promise.resolve();
  }
}

/** Bytes that do not compress and are the same in each run. */
export function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let at = 0; at < length; at += 1) {
    state = (state * 48271) % 0x7fffffff;
    bytes[at] = state;
  }
  return bytes;
}
