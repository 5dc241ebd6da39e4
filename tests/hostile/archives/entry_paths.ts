/**
 * Paths that must not be unpacked anywhere.
 *
 * @module
 */

const DOTS = "its path has a `..`";
const ENDS = "a name in its path ends in a dot or a blank, which Windows drops";
const DEVICE = "a name in its path is that of a device on Windows";
const CONTROL = "its path has a control character";
const SPECIAL = 'its path has one of `< > : " | ? *`, which Windows forbids';

/** Paths of files; `a` stands for the folder that all lies in. */
export const PATHS_REFUSED: [path: string | Uint8Array, reason: string][] = [
  ["", "it has no path"],
  ["..", DOTS],
  ["../x", DOTS],
  ["a/../../etc/passwd", DOTS],
  ["a/..", DOTS],
  ["./a/x", "its path has a `.`"],
  ["a/./x", "its path has a `.`"],
  ["/etc/passwd", "its path is absolute"],
  ["/", "its path is absolute"],
  ["a//x", "its path has two slashes in a row"],
  ["a\\..\\x", "its path has a backslash"],
  ["C:/x", SPECIAL],
  ["a/x:stream", SPECIAL],
  ["a/what?", SPECIAL],
  ["a/*", SPECIAL],
  ["a/x\0y", CONTROL],
  ["a/x\ny", CONTROL],
  ["a/\x1b[2J", CONTROL],
  ["a/\x7f", CONTROL],
  ["a/\u0085", CONTROL],
  ["a/\u2028", CONTROL],
  [Uint8Array.of(0x61, 0x2f, 0xff), "its path is not UTF-8"],
  [Uint8Array.of(0x61, 0x2f, 0xc0, 0xaf), "its path is not UTF-8"],
  [Uint8Array.of(0x61, 0x2f, 0xed, 0xa0, 0x80), "its path is not UTF-8"],
  ["a/x.", ENDS],
  ["a/x ", ENDS],
  ["a/b. /x", ENDS],
  ["a/con", DEVICE],
  ["a/NUL.txt", DEVICE],
  ["a/nul.tar.gz", DEVICE],
  ["a/aux .rs", DEVICE],
  ["a/Com1/x", DEVICE],
  ["a/lpt9.x", DEVICE],
  ["a/com0", DEVICE],
  ["a/COM¹", DEVICE],
  ["a/conin$", DEVICE],
  ["prn/x", DEVICE],
  ["a/.cargo-ok", "`.cargo-ok` is cargo's own"],
  ["a/b/.Cargo-OK", "`.cargo-ok` is cargo's own"],
  ["a/.cargo-ok/x", "`.cargo-ok` is cargo's own"],
  [`a/${"x".repeat(256)}`, "a name in its path is longer than 255 bytes"],
  [`a/${"日".repeat(86)}`, "a name in its path is longer than 255 bytes"],
  [`a/${"é".repeat(128)}`, "a name in its path is longer than 255 bytes"],
  ["a/".repeat(512) + "x", "its path is longer than 1024 bytes"],
  ["a/src/", "it is a file with the path of a folder"],
];
