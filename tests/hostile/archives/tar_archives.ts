/**
 * Archives that two readers may read in two ways, or that are none.
 *
 * @module
 */

import {
  fileEntry,
  joined,
  longName,
  type RawEntry,
  rawEntry,
  TAR_END,
  toBytes,
} from "../../support/a_tar.ts";

/** A path that needs a long name. */
export const LONG = `a/${"b".repeat(60)}/${"c".repeat(60)}`;

/** The longest path. */
export const LONGEST = `a/${"b".repeat(1022)}`;

/** An archive of one entry. */
export function rawArchive(entry: RawEntry): Uint8Array {
  return joined(rawEntry(entry), TAR_END);
}

/** What is told of an entry that is neither file nor folder. */
export const ONLY = "only files and folders are allowed";

/** What an entry may not be, by its type. */
export const TYPES_REFUSED: [type: string, what: string][] = [
  ["1", "a hard link"],
  ["2", "a symbolic link"],
  ["3", "a character device"],
  ["4", "a block device"],
  ["6", "a named pipe"],
  ["7", "a contiguous file"],
  ["D", "a list of GNU tar's incremental backup"],
  ["K", "a long link name of GNU tar"],
  ["M", "a continuation from another volume"],
  ["N", "a rename of old GNU tar"],
  ["S", "a sparse file"],
  ["V", "a volume label"],
  ["X", "an extended header of Solaris"],
  ["g", "a global pax header"],
  ["x", "a pax header"],
  ["8", "of the unknown type `8`"],
  ["A", "of the unknown type `A`"],
  ["l", "of the unknown type `l`"],
  ["\x01", "of the unknown type 0x01"],
  [" ", "of the unknown type 0x20"],
];

/** Archives with an entry that is refused, and why. */
export const ENTRIES_REFUSED: [
  archive: Uint8Array,
  entry: string,
  reason: string,
][] = [
  [
    joined(longName(LONG), rawEntry({ path: "a/x", type: "2" }), TAR_END),
    LONG,
    `it is a symbolic link; ${ONLY}`,
  ],
  [
    rawArchive({ path: "a/x", mode: 0o4755 }),
    "a/x",
    "its mode has the setuid, setgid or sticky bit",
  ],
  [
    rawArchive({ path: "a/x", mode: 0o102755 }),
    "a/x",
    "its mode has the setuid, setgid or sticky bit",
  ],
  [
    rawArchive({ path: "a/", type: "5", mode: 0o1777 }),
    "a/",
    "its mode has the setuid, setgid or sticky bit",
  ],
  [
    rawArchive({ path: "a/x", mode: 0o120777 }),
    "a/x",
    "its mode is not that of a file",
  ],
  [
    rawArchive({ path: "a/x", mode: 0o40755 }),
    "a/x",
    "its mode is not that of a file",
  ],
  [
    rawArchive({ path: "a/", type: "5", mode: 0o100644 }),
    "a/",
    "its mode is not that of a folder",
  ],
  [
    rawArchive({ path: "a/", type: "5", contents: "x" }),
    "a/",
    "it is a folder with contents",
  ],
  [
    joined(longName(LONG), TAR_END),
    LONG,
    "no entry follows its long name",
  ],
  [
    joined(longName(LONG), longName(LONG), rawEntry({ path: "x" }), TAR_END),
    LONG,
    "it has two long names",
  ],
  [
    joined(longName(`${LONGEST}d`), rawEntry({ path: "x" }), TAR_END),
    "././@LongLink",
    "its long name has more than 1024 bytes",
  ],
  [
    joined(rawEntry({ path: "L", type: "L", contents: "a/x" }), TAR_END),
    "a/",
    "its long name does not end in one NUL",
  ],
  [
    joined(rawEntry({ path: "L", type: "L", contents: "a/x\0y\0" }), TAR_END),
    "a/x\\u{0}y",
    "its long name does not end in one NUL",
  ],
  [
    joined(rawEntry({ path: "L", type: "L" }), TAR_END),
    "",
    "its long name does not end in one NUL",
  ],
];

const SIZE = "the tar header at byte 0 has a size that is not a number";
const FORMAT =
  "the tar header at byte 0 is neither that of a ustar archive nor of GNU tar";

/** What a header of a file may not have. */
export const HEADERS_MALFORMED: [
  entry: Omit<RawEntry, "path">,
  problem: string,
  why: string,
][] = [
  [{ patches: [[124, "-0000000001\0"]] }, SIZE, "negative"],
  [{ patches: [[124, new Uint8Array(12).fill(0xff)]] }, SIZE, "-1 in base 256"],
  [
    { patches: [[124, Uint8Array.of(0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5)]] },
    SIZE,
    "negative in base 256",
  ],
  [
    { patches: [[124, Uint8Array.of(0x80, 0, 0, 0, 0, 0x20)]] },
    SIZE,
    "2^53 in base 256",
  ],
  [
    { patches: [[124, Uint8Array.of(0x81, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5)]] },
    SIZE,
    "base 256 with a further bit",
  ],
  [
    { patches: [[124, Uint8Array.of(0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5)]] },
    SIZE,
    "bits that 64-bit readers drop",
  ],
  [{ patches: [[124, new Uint8Array(12)]] }, SIZE, "empty"],
  [{ patches: [[124, "00000000008\0"]] }, SIZE, "not octal"],
  [{ patches: [[124, "0x5\0\0\0\0\0\0\0\0\0"]] }, SIZE, "hexadecimal"],
  [{ patches: [[124, "00005\x0000005\0"]] }, SIZE, "two numbers"],
  [
    { patches: [[100, "0000rwx\0"]] },
    "the tar header at byte 0 has a mode that is not octal",
    "a mode in words",
  ],
  [
    { checksum: "000000\0 " },
    "the tar header at byte 0 has a wrong checksum",
    "wrong",
  ],
  [
    { checksum: "\0".repeat(8) },
    "the tar header at byte 0 has a wrong checksum",
    "none",
  ],
  [{ patches: [[257, "\0".repeat(8)]] }, FORMAT, "no magic, as in 1979"],
  [{ patches: [[257, "ustar\x0099"]] }, FORMAT, "another version"],
  [{ patches: [[257, "ustar \0\0"]] }, FORMAT, "half of each magic"],
  [
    { patches: [[345, "../.."]] },
    FORMAT,
    "a prefix where GNU keeps other things",
  ],
  [{ patches: [[386, "1"]] }, FORMAT, "a sparse map in the header of a file"],
  [
    { magic: "ustar", patches: [[508, "tar\0"]] },
    FORMAT,
    "star, whose prefix is shorter",
  ],
  [{ patches: [[50, "x"]] }, FORMAT, "bytes behind the name's NUL"],
  [
    { magic: "ustar", prefix: "b", patches: [[400, "x"]] },
    FORMAT,
    "bytes behind the prefix's NUL",
  ],
  [
    { contents: "x", padding: 1 },
    "bytes are hidden in tar's padding",
    "padding",
  ],
];

const ENTRY = fileEntry("a/x", "1");

/** Archives that do not end as they must. */
export const ENDS_MALFORMED: [
  archive: Uint8Array,
  problem: string,
  why: string,
][] = [
  [new Uint8Array(0), "its archive is cut off", "empty"],
  [ENTRY, "its archive is cut off", "no end"],
  [joined(ENTRY, new Uint8Array(512)), "its archive is cut off", "half an end"],
  [
    joined(ENTRY, new Uint8Array(512), ENTRY, TAR_END),
    "the archive goes on behind its end",
    "an entry behind half an end",
  ],
  [
    joined(ENTRY, TAR_END, ENTRY, TAR_END),
    "the archive goes on behind its end",
    "another archive behind the end",
  ],
  [
    joined(ENTRY, TAR_END, new Uint8Array(1000), toBytes("x")),
    "the archive goes on behind its end",
    "a byte behind the end",
  ],
];
