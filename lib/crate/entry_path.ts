/**
 * Paths inside a crate file: which may be unpacked, on every system that cargo
 * runs on, and how a message shows those that may not.
 *
 * Pure. How the paths of one crate file go together is in `entry_tree.ts`.
 *
 * @module
 */

import type { Limits } from "../limits.ts";
import { Refusal } from "../refusal.ts";

/** What an entry of a crate file is. */
export type EntryKind = "file" | "folder";

/**
 * A path that is safe to unpack: names joined by `/`, none of them special
 * anywhere. Only {@linkcode parseEntryPath} makes one.
 */
export type EntryPath = string & { readonly brand: "EntryPath" };

/** The longest name of one file or folder: what file systems can hold. */
const NAME_BYTES_MAX = 255;

const SHOWN_LENGTH_MAX = 200;

const UTF8_DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const UTF8_ENCODER = new TextEncoder();

/**
 * Devices on Windows, whatever the extension. `com0` and `lpt0` are devices by
 * some of its documents, and superscript digits count as digits.
 */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])$/i;

/** Why a name inside a path is refused. */
const NAME_RULES: readonly [
  isBroken: (name: string) => boolean,
  reason: string,
][] = [
  [(name) => name === "", "its path has two slashes in a row"],
  [(name) => name === "..", "its path has a `..`"],
  [(name) => name === ".", "its path has a `.`"],
  [
    (name) => /[. ]$/.test(name),
    "a name in its path ends in a dot or a blank, which Windows drops",
  ],
  [
    (name) => DEVICE.test(name.replace(/\..*$/s, "").trimEnd()),
    "a name in its path is that of a device on Windows",
  ],
  [
    // Cargo's own mark of an unpacked crate: it unpacks no file of that name.
    (name) => name.toLowerCase() === ".cargo-ok",
    "`.cargo-ok` is cargo's own",
  ],
  [
    (name) =>
      name.length * 3 > NAME_BYTES_MAX && // else not worth counting
      UTF8_ENCODER.encode(name).length > NAME_BYTES_MAX,
    `a name in its path is longer than ${NAME_BYTES_MAX} bytes`,
  ],
];

/**
 * Reads the path of an entry; the slash at the end of a folder's is dropped.
 *
 * @param bytes the path as the archive has it.
 * @throws {Refusal} `crate_file_entry_refused`.
 */
export function parseEntryPath(
  bytes: Uint8Array,
  kind: EntryKind,
  limits: Limits,
): EntryPath {
  const refuse = (reason: string) => entryRefused(bytes, reason);
  if (bytes.length === 0) throw refuse("it has no path");
  if (bytes.length > limits.entryPathBytesMax) {
    throw refuse(`its path is longer than ${limits.entryPathBytesMax} bytes`);
  }
  const text = decode(bytes);
  if (text === null) throw refuse("its path is not UTF-8");
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) {
    throw refuse("its path has a control character");
  }
  if (text.includes("\\")) throw refuse("its path has a backslash");
  if (/[<>:"|?*]/.test(text)) {
    // Cargo packages no such file; `:` would name a drive or a hidden stream.
    throw refuse('its path has one of `< > : " | ? *`, which Windows forbids');
  }
  if (text.startsWith("/")) throw refuse("its path is absolute");
  const path = kind === "folder" ? text.replace(/\/$/, "") : text;
  if (path.endsWith("/")) {
    throw refuse("it is a file with the path of a folder");
  }
  for (const name of path.split("/")) {
    const rule = NAME_RULES.find(([isBroken]) => isBroken(name));
    if (rule !== undefined) throw refuse(rule[1]);
  }
  return path as EntryPath;
}

/**
 * The form in which two names are one file where case, or the way an accent is
 * written, does not count: Unicode's canonical caseless match (D145), with
 * upper, then lower case for the folding.
 */
export function foldedName(name: string): string {
  return name.normalize("NFD").toUpperCase().toLowerCase().normalize("NFD");
}

/** The refusal of an entry; its path is shown so that it can do no harm. */
export function entryRefused(
  path: Uint8Array | string,
  reason: string,
): Refusal<"crate_file_entry_refused"> {
  const entry = showPath(path);
  return new Refusal("crate_file_entry_refused", { entry, reason });
}

/** A path as a terminal, a log and a page may show it: escaped, cut at 200. */
export function showPath(path: Uint8Array | string): string {
  const text = typeof path === "string"
    ? path
    : decode(path) ?? [...path].map(showByte).join("");
  const shown = text.replace(/[\p{C}\p{Zl}\p{Zp}`]/gu, showCharacter);
  return shown.length > SHOWN_LENGTH_MAX
    ? shown.slice(0, SHOWN_LENGTH_MAX - 1).toWellFormed() + "…"
    : shown;
}

function showByte(byte: number): string {
  return byte < 0x80
    ? String.fromCharCode(byte)
    : `\\x${byte.toString(16).padStart(2, "0")}`;
}

function showCharacter(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return UTF8_DECODER.decode(bytes);
  } catch {
    return null;
  }
}
