/**
 * Whole crate files that must not reach anybody's disk: each says that it is
 * `foo` 1.0.0.
 *
 * @module
 */

import { createGzip } from "node:zlib";
import type { RefusalCode } from "../../../lib/refusal.ts";
import { aCrate, type CrateBuilder } from "../../support/a_crate.ts";
import {
  fileEntry,
  gzipOf,
  joined,
  longName,
  rawEntry,
  TAR_END,
  toBytes,
} from "../../support/a_tar.ts";

/** The manifest of `foo`, and hardly one. */
export const MANIFEST: Uint8Array = fileEntry(
  "foo-1.0.0/Cargo.toml",
  "[package]\n",
);

/** A crate file without fault that has a bit of everything. */
export const SMALL: CrateBuilder = aCrate("foo").withFile("README.md", "# Foo")
  .withFile(
    `${"d".repeat(60)}/${"e".repeat(60)}`,
    "x",
  );

/** A crate file of these entries and no others. */
export function crateFileOf(...entries: Uint8Array[]): Uint8Array {
  return gzipOf(joined(...entries, TAR_END));
}

/** A crate file that unpacks to so many zeros, behind the end of its archive. */
export async function bombOf(zerosBytes: number): Promise<Uint8Array> {
  const gzip = createGzip({ level: 1 });
  const zeros = new Uint8Array(1024 * 1024);
  gzip.write(joined(MANIFEST, TAR_END));
  for (let left = zerosBytes; left > 0; left -= zeros.length) gzip.write(zeros);
  gzip.end();
  const pieces: Uint8Array[] = [];
  for await (const piece of gzip) pieces.push(piece);
  return joined(...pieces);
}

function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (`${length}`.length + rest.length !== length) length += 1;
  return `${length}${rest}`;
}

/** Files that are refused wherever they are read or sent. */
export const HARMFUL: [
  what: string,
  file: Uint8Array,
  code: RefusalCode,
][] = [
  [
    "a link to the folder above, then a file through it",
    aCrate("foo").withSymlink("up", "../")
      .withRawEntry({ path: "foo-1.0.0/up/bar-1.0.0/src/lib.rs" }).bytes(),
    "crate_file_entry_refused",
  ],
  [
    "a link in place of cargo's own mark",
    aCrate("foo").withSymlink(".cargo-ok", "/etc/cron.d/x").bytes(),
    "crate_file_entry_refused",
  ],
  [
    "a pax size smaller than the header's, so that entries hide in contents",
    crateFileOf(
      MANIFEST,
      rawEntry({ path: "x", type: "x", contents: paxRecord("size", "0") }),
      fileEntry("foo-1.0.0/x", rawEntry({ path: "foo-1.0.0/y", type: "2" })),
    ),
    "crate_file_entry_refused",
  ],
  [
    "a pax path that replaces the header's",
    crateFileOf(
      MANIFEST,
      rawEntry({
        path: "x",
        type: "x",
        contents: paxRecord("path", "../../x"),
      }),
      fileEntry("foo-1.0.0/x", ""),
    ),
    "crate_file_entry_refused",
  ],
  [
    "a global pax header",
    crateFileOf(
      rawEntry({ path: "g", type: "g", contents: paxRecord("path", "x") }),
      MANIFEST,
    ),
    "crate_file_entry_refused",
  ],
  [
    "a long name that leads out of the folder",
    crateFileOf(
      MANIFEST,
      longName(`foo-1.0.0/${"../".repeat(50)}x`),
      rawEntry({ path: "foo-1.0.0/x" }),
    ),
    "crate_file_entry_refused",
  ],
  [
    "a long name of a gibibyte",
    crateFileOf(
      MANIFEST,
      rawEntry({
        path: "L",
        type: "L",
        patches: [[124, "10000000000\0"]],
      }),
    ),
    "crate_file_entry_refused",
  ],
  [
    "a file of 8 GiB, as far as its header goes",
    crateFileOf(
      MANIFEST,
      rawEntry({ path: "foo-1.0.0/x", patches: [[124, "77777777777\0"]] }),
    ),
    "crate_file_unpacked_too_large",
  ],
  [
    "a file longer than the archive",
    crateFileOf(
      MANIFEST,
      rawEntry({ path: "foo-1.0.0/x", patches: [[124, "00000010000\0"]] }),
    ),
    "crate_file_malformed",
  ],
  [
    "a second archive behind the end of the first",
    gzipOf(joined(MANIFEST, TAR_END, MANIFEST, TAR_END)),
    "crate_file_malformed",
  ],
  [
    "a second archive in a second gzip member",
    joined(crateFileOf(MANIFEST), crateFileOf(MANIFEST)),
    "crate_file_malformed",
  ],
  [
    "an archive cut in two gzip members",
    joined(gzipOf(MANIFEST), gzipOf(TAR_END)),
    "crate_file_malformed",
  ],
  [
    "a zip file behind the gzip member",
    joined(SMALL.bytes(), toBytes("PK\x05\x06".padEnd(22, "\0"))),
    "crate_file_malformed",
  ],
  [
    "a gzip member in a gzip member",
    gzipOf(SMALL.bytes()),
    "crate_file_malformed",
  ],
  ["an archive that is not compressed", SMALL.tar(), "crate_file_malformed"],
  [
    "a link above the folder",
    aCrate("foo").withSymlink("up", "../").bytes(),
    "crate_file_entry_refused",
  ],
  [
    "a hard link",
    aCrate("foo").withHardLink("again").bytes(),
    "crate_file_entry_refused",
  ],
  [
    "a way up",
    aCrate("foo").withRawEntry({ path: "foo-1.0.0/../../x" }).bytes(),
    "crate_file_entry_refused",
  ],
  [
    "an absolute path",
    aCrate("foo").withRawEntry({ path: "/etc/x" }).bytes(),
    "crate_file_entry_refused",
  ],
  [
    "two roots",
    aCrate("foo").withRawEntry({ path: "bar-1.0.0/x" }).bytes(),
    "crate_file_entry_refused",
  ],
  [
    "two manifests, but for case",
    aCrate("foo").withFile("cargo.toml", "[package]").bytes(),
    "crate_file_entry_refused",
  ],
  [
    "a second manifest behind the first",
    aCrate("foo").withRawEntry({
      path: "foo-1.0.0/Cargo.toml",
      contents: '[package]\nname = "evil"\nversion = "1.0.0"\n',
    }).bytes(),
    "crate_file_entry_refused",
  ],
  [
    "a second manifest by a long name",
    crateFileOf(
      MANIFEST,
      longName("foo-1.0.0/Cargo.toml"),
      rawEntry({ path: "foo-1.0.0/x", contents: "[package]" }),
    ),
    "crate_file_entry_refused",
  ],
  [
    "a manifest that is a folder",
    crateFileOf(rawEntry({ path: "foo-1.0.0/Cargo.toml/", type: "5" })),
    "manifest_invalid",
  ],
  [
    "a manifest in a folder of the root only",
    crateFileOf(fileEntry("foo-1.0.0/sub/Cargo.toml", "[package]\n")),
    "manifest_invalid",
  ],
  ["no entry at all", gzipOf(TAR_END), "manifest_invalid"],
  [
    "a manifest that is not UTF-8",
    aCrate("foo").withFile("Cargo.toml", Uint8Array.of(0x23, 0xff)).bytes(),
    "manifest_invalid",
  ],
  [
    "a manifest in UTF-16",
    aCrate("foo").withFile(
      "Cargo.toml",
      Uint8Array.of(0xff, 0xfe, 0x5b, 0, 0x70, 0),
    ).bytes(),
    "manifest_invalid",
  ],
  [
    "a manifest of more than 1 MiB",
    aCrate("foo").withFile("Cargo.toml", "#".repeat(1024 * 1024 + 1)).bytes(),
    "manifest_invalid",
  ],
  [
    "case twins",
    aCrate("foo").withFile("A.rs").withFile("a.rs").bytes(),
    "crate_file_entry_refused",
  ],
  [
    "twins but for the way an accent is written",
    aCrate("foo").withFile("\u00e9.rs").withFile("e\u0301.rs").bytes(),
    "crate_file_entry_refused",
  ],
  [
    "a folder in the place of a file",
    aCrate("foo").withFile("src/lib.rs/x").bytes(),
    "crate_file_entry_refused",
  ],
  [
    "cargo's own mark",
    aCrate("foo").withFile(".cargo-ok", "ok").bytes(),
    "crate_file_entry_refused",
  ],
  [
    "a pax size far above what is there",
    aCrate("foo").withRawEntry({
      path: "foo-1.0.0/x",
      type: "x",
      contents: paxRecord("size", "9".repeat(30)),
    }).bytes(),
    "crate_file_entry_refused",
  ],
  [
    "pax records of a sparse file",
    aCrate("foo").withRawEntry({
      path: "foo-1.0.0/x",
      type: "x",
      contents: paxRecord("GNU.sparse.realsize", `${2 ** 40}`),
    }).bytes(),
    "crate_file_entry_refused",
  ],
  [
    "a sparse file of a tebibyte",
    aCrate("foo").withRawEntry({
      path: "foo-1.0.0/x",
      type: "S",
      patches: [[483, "20000000000000".slice(0, 12)]],
    }).bytes(),
    "crate_file_malformed",
  ],
  [
    "a size of 2^53 in base 256",
    crateFileOf(
      MANIFEST,
      rawEntry({
        path: "foo-1.0.0/x",
        patches: [[124, Uint8Array.of(0x80, 0, 0, 0, 0, 0x20)]],
      }),
    ),
    "crate_file_malformed",
  ],
  [
    "a device with a size",
    aCrate("foo").withRawEntry({
      path: "foo-1.0.0/zero",
      type: "3",
      patches: [[124, "77777777777\0"], [329, "0000001\0"], [337, "0000005\0"]],
    }).bytes(),
    "crate_file_entry_refused",
  ],
  [
    "a file that would run as root",
    aCrate("foo").withRawEntry({ path: "foo-1.0.0/x", mode: 0o4755 }).bytes(),
    "crate_file_entry_refused",
  ],
  [
    "a zip file",
    toBytes("PK\x03\x04".padEnd(200, "\0")),
    "crate_file_malformed",
  ],
  ["a page of HTML", toBytes("<!DOCTYPE html><p>hi"), "crate_file_malformed"],
  ["nothing", new Uint8Array(0), "crate_file_malformed"],
];

/** Files that can be read, and are not what is said beside them. */
export const DISGUISED: [what: string, file: Uint8Array, code: RefusalCode][] =
  [
    [
      "another root",
      aCrate("foo").withRoot("bar-1.0.0").bytes(),
      "crate_file_entry_refused",
    ],
    [
      "a root of another version",
      aCrate("foo").withRoot("foo-1.0.1").bytes(),
      "crate_file_entry_refused",
    ],
    [
      "a root that is spelt in capitals",
      aCrate("foo").withRoot("FOO-1.0.0").bytes(),
      "crate_file_entry_refused",
    ],
    [
      "the files of another crate, whole",
      aCrate("evil").bytes(),
      "manifest_disagrees",
    ],
  ];
