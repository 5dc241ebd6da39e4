/**
 * Files that are not one gzip member.
 *
 * @module
 */

import { gzipOf, joined, toBytes } from "../../support/a_tar.ts";

const HELLO = toBytes("hello, hello, hello");
const WHOLE = gzipOf(HELLO);

/** Bytes that are no crate file, whatever is in them. */
export const GZIP_MALFORMED: [
  file: Uint8Array,
  problem: string,
  why: string,
][] = [
  [new Uint8Array(0), "it is not compressed with gzip", "empty"],
  [WHOLE.slice(0, 9), "it is not compressed with gzip", "part of a header"],
  [toBytes("PK\x03\x04".padEnd(99)), "it is not compressed with gzip", "zip"],
  [
    WHOLE.with(2, 7),
    "it is not compressed with gzip",
    "a method other than deflate",
  ],
  [
    gzipOf(HELLO, { flags: 0x0c, extra: "\x02\0abname\0" }),
    "its gzip header has parts other than a file name",
    "an extra field",
  ],
  [
    gzipOf(HELLO, { flags: 0x10, extra: "comment\0" }),
    "its gzip header has parts other than a file name",
    "a comment",
  ],
  [
    gzipOf(HELLO, { flags: 0x02, extra: "\0\0" }),
    "its gzip header has parts other than a file name",
    "a checksum of the header",
  ],
  [
    gzipOf(HELLO, { flags: 0x80, extra: "" }),
    "its gzip header has parts other than a file name",
    "a reserved flag",
  ],
  [
    gzipOf(HELLO, { extra: `${"n".repeat(1025)}\0` }),
    "the file name in its gzip header is longer than 1024 bytes",
    "a file name one too long",
  ],
  [WHOLE.slice(0, 12), "it is cut off", "ends in the file name"],
  [WHOLE.slice(0, 18), "it is cut off", "ends before the deflate stream"],
  [WHOLE.slice(0, 20), "it is cut off", "ends in the deflate stream"],
  [WHOLE.slice(0, -8), "it is cut off", "no trailer"],
  [WHOLE.slice(0, -1), "it is cut off", "half a trailer"],
  [
    gzipOf(HELLO, { crc: 1 }),
    "its contents do not have the CRC of its gzip trailer",
    "wrong CRC",
  ],
  [
    gzipOf(HELLO, { sizeBytes: HELLO.length + 1 }),
    "its contents do not have the length of its gzip trailer",
    "wrong length",
  ],
  [
    joined(WHOLE, gzipOf(HELLO)),
    "a second gzip member or other bytes follow the first",
    "two members",
  ],
  [
    joined(WHOLE, new Uint8Array(1)),
    "a second gzip member or other bytes follow the first",
    "one NUL behind it",
  ],
  [
    joined(WHOLE, new Uint8Array(100_000)),
    "a second gzip member or other bytes follow the first",
    "more than a piece behind it",
  ],
];
