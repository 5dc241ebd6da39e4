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
import { PATHS_REFUSED } from "../../hostile/archives/entry_paths.ts";
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

for (const [path, reason] of PATHS_REFUSED) {
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
