import fc from "fast-check";
import {
  type EntryKind,
  entryRefused,
  foldedName,
  parseEntryPath,
} from "../../../lib/crate/entry_path.ts";
import { DEFAULT_LIMITS } from "../../../lib/limits.ts";
import { isRefusal } from "../../../lib/refusal.ts";
import {
  assertEquals,
  assertRefuses,
  assertTrue,
} from "../../support/assert.ts";
import { toBytes } from "../../support/a_tar.ts";

const VALID: [path: string, kind: EntryKind, parsed: string, why: string][] = [
  ["a-1.0.0/src/lib.rs", "file", "a-1.0.0/src/lib.rs", "as cargo writes it"],
  ["a-1.0.0+b.1/x", "file", "a-1.0.0+b.1/x", "build metadata in the root"],
  ["a/src/", "folder", "a/src", "a folder ends in a slash"],
  ["a/src", "folder", "a/src", "or does not"],
  ["a/.gitignore", "file", "a/.gitignore", "a dot at the beginning"],
  ["a/...b", "file", "a/...b", "dots at the beginning"],
  ["a/ b c", "file", "a/ b c", "blanks but at the end"],
  ["a/con1", "file", "a/con1", "begins like a device"],
  ["a/xcon.txt", "file", "a/xcon.txt", "ends like a device"],
  ["a/com10", "file", "a/com10", "no such device"],
  ["a/x.con", "file", "a/x.con", "a device as extension"],
  ["a/.cargo-ok2", "file", "a/.cargo-ok2", "begins like cargo's mark"],
  ["a/é/日本.rs", "file", "a/é/日本.rs", "letters beyond ASCII"],
  ["\ufeffa/x", "file", "\ufeffa/x", "a byte order mark is part of a name"],
  ["a/".repeat(511) + "xy", "file", "a/".repeat(511) + "xy", "the longest"],
  [`a/${"x".repeat(255)}`, "file", `a/${"x".repeat(255)}`, "the longest name"],
];
for (const [path, kind, parsed, why] of VALID) {
  Deno.test(`parseEntryPath() takes the ${kind} ${path.slice(0, 40)} (${why})`, () => {
    const bytes = toBytes(path);
    assertEquals(
      parseEntryPath(bytes, kind, DEFAULT_LIMITS) as string,
      parsed,
    );
  });
}

const DOTS = "its path has a `..`";
const ENDS = "a name in its path ends in a dot or a blank, which Windows drops";
const DEVICE = "a name in its path is that of a device on Windows";
const CONTROL = "its path has a control character";
const SPECIAL = 'its path has one of `< > : " | ? *`, which Windows forbids';

const REFUSED: [path: string | Uint8Array, reason: string][] = [
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
for (const [path, reason] of REFUSED) {
  Deno.test(`parseEntryPath() refuses ${title(path)}: ${reason}`, () => {
    assertRefuses(
      () => parseEntryPath(toBytes(path), "file", DEFAULT_LIMITS),
      "crate_file_entry_refused",
      { reason },
    );
  });
}

Deno.test("parseEntryPath() lets no path out of the folder that it is unpacked into, whatever the bytes", () => {
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.array(fc.constantFrom(..."a./\\ :\0é"), { maxLength: 12 })
      .map((it) => toBytes(it.join(""))),
  );
  fc.assert(
    fc.property(anyBytes, fc.constantFrom("file", "folder"), (it, kind) => {
      try {
        const path = parseEntryPath(it, kind as EntryKind, DEFAULT_LIMITS);
        const resolved = new URL(
          path.replaceAll("%", "%25"),
          "file:///in/here/",
        );
        assertTrue(resolved.pathname.startsWith("/in/here/"), path);
        assertTrue(!/[\\\0:]|^\/|\/$|\/\//.test(path), path);
      } catch (error) {
        assertTrue(isRefusal(error, "crate_file_entry_refused"), `${error}`);
      }
    }),
  );
});

const TWINS: [one: string, other: string, why: string][] = [
  ["README.md", "readme.MD", "case"],
  ["É", "é", "case beyond ASCII"],
  ["\u00e9", "e\u0301", "an accent of its own or joined on"],
  ["\u1fb4", "\u03b1\u0345\u0301", "two signs on a letter, in any order"],
  ["straße", "STRASSE", "one letter that is two in upper case"],
  ["ſ", "s", "an old form of a letter"],
  ["Σ", "ς", "a letter with two small forms"],
];
for (const [one, other, why] of TWINS) {
  Deno.test(`foldedName() is the same for ${one} and ${other} (${why})`, () => {
    assertEquals(foldedName(one), foldedName(other));
  });
}

Deno.test("foldedName() differs for names that are two files everywhere", () => {
  const names = ["a", "b", "a-b", "a_b", "a.b", "ab", "e", "é"];
  assertEquals(new Set(names.map(foldedName)).size, names.length);
});

const SHOWN: [path: string | Uint8Array, entry: string, why: string][] = [
  ["a/é.rs", "a/é.rs", "what can be read stays"],
  ["a\x1b[2J\n", "a\\u{1b}[2J\\u{a}", "control characters"],
  ["a\u202eb\u200b", "a\\u{202e}b\\u{200b}", "what turns or hides text"],
  ["a`b", "a\\u{60}b", "the quotes of messages"],
  [Uint8Array.of(0x61, 0xff, 0x0a), "a\\xff\\u{a}", "bytes that are no text"],
  ["x".repeat(200), "x".repeat(200), "the longest that is shown whole"],
  ["😀".repeat(101), `${"😀".repeat(99)}\ufffd…`, "cut through a character"],
  ["x".repeat(201), `${"x".repeat(199)}…`, "cut at 200"],
];
for (const [path, entry, why] of SHOWN) {
  Deno.test(`entryRefused() shows a path so that it does no harm (${why})`, () => {
    assertEquals(entryRefused(path, "r").facts, { entry, reason: "r" });
  });
}

function title(path: string | Uint8Array): string {
  const text = typeof path === "string" ? JSON.stringify(path) : `[${path}]`;
  return text.slice(0, 40);
}
