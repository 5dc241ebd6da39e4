import {
  readCrateFile,
  readCrateFileEntry,
  requireRoot,
} from "../../../lib/crate/crate_file.ts";
import { parseCrateName } from "../../../lib/crate/name.ts";
import { parseCrateVersion } from "../../../lib/crate/version.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../lib/limits.ts";
import { aCrate, type CrateBuilder } from "../../support/a_crate.ts";
import { noise, piecesOf } from "../../support/a_tar.ts";
import {
  assertEquals,
  assertIncludes,
  assertRefuses,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";

const MADE_BY: [file: string, entryCount: number, why: string][] = [
  // `cargo package` of cargo 1.95.0.
  ["cargo-1.95.crate", 6, "cargo"],
  // What that unpacks to, by `tar --sort=name -cf - foo-1.0.0 | gzip`.
  ["gnu-tar-1.34.crate", 9, "GNU tar: folders, zeros to a full record"],
];
for (const [file, entryCount, why] of MADE_BY) {
  Deno.test(`readCrateFile() takes a crate file made by ${why}`, async () => {
    const url = new URL(`made_by/${file}`, import.meta.url);
    const contents = await read(await Deno.readFile(url));
    assertEquals(
      [contents.root, contents.entryCount, contents.readme],
      ["foo-1.0.0", entryCount, "# foo\n"],
    );
    assertIncludes(contents.manifest, 'name = "foo"');
  });
}

Deno.test("readCrateFile() gives manifest, README, root and sizes", async () => {
  const crate = aCrate("foo", "1.0.0-rc.1+b.5").withFile("README.md", "# Foo");
  assertEquals(await read(crate.bytes()), {
    root: "foo-1.0.0-rc.1+b.5",
    manifest: crate.manifest() as string,
    readme: "# Foo",
    readmePath: "README.md",
    entryCount: 3,
    unpackedBytes: crate.tar().length,
  });
});

Deno.test("readCrateFile() reads the same from pieces of any length", async () => {
  const bytes = aCrate("foo").withFile("README", "# Foo").bytes();
  const expected = await read(bytes);
  for (const pieceBytes of [1, 7, 100, 512]) {
    assertEquals(await read(bytes, {}, pieceBytes), expected);
  }
});

const READMES: [
  files: string[],
  readmePath: string | null,
  why: string,
][] = [
  [[], null, "none"],
  [["README"], "README", "without an extension"],
  [["README", "README.txt"], "README.txt", "txt before none"],
  [["README.txt", "README", "README.md"], "README.md", "md before all"],
  [["docs/README.md"], null, "not in the root"],
  [["readme.md"], null, "cargo looks for capitals"],
];
for (const [files, readmePath, why] of READMES) {
  Deno.test(`readCrateFile() takes the README that cargo takes (${why})`, async () => {
    const crate = files.reduce(
      (it, path) => it.withFile(path, path),
      aCrate("a"),
    );
    const contents = await read(crate.bytes());
    assertEquals(
      [contents.readmePath, contents.readme],
      [readmePath, readmePath],
    );
  });
}

Deno.test("readCrateFile() cuts a long README, and leaves out a character that it cut through", async () => {
  const bytes = aCrate("foo").withFile("README.md", "abcdé").bytes();
  for (
    const [readmeBytesMax, text] of [[4, "abcd"], [5, "abcd"], [
      6,
      "abcdé",
    ]] as const
  ) {
    assertEquals((await read(bytes, { readmeBytesMax })).readme, text);
  }
});

Deno.test("readCrateFile() keeps a README that is not all UTF-8", async () => {
  const crate = aCrate("foo").withFile("README", Uint8Array.of(0x61, 0xff));
  assertEquals((await read(crate.bytes())).readme, "a\ufffd");
});

Deno.test("readCrateFile() leaves byte order marks in the manifest to TOML, which allows one", async () => {
  for (const text of ["\ufeff[package]\n", "\ufeff\ufeff[package]\n"]) {
    const crate = aCrate("foo").withManifest(text);
    assertEquals((await read(crate.bytes())).manifest, text);
  }
});

const REFUSED: [crate: CrateBuilder, entry: string, reason: string][] = [
  [
    aCrate("foo").withSymlink("up", "../"),
    "foo-1.0.0/up",
    "it is a symbolic link; only files and folders are allowed",
  ],
  [
    aCrate("foo").withHardLink("twin"),
    "foo-1.0.0/twin",
    "it is a hard link; only files and folders are allowed",
  ],
  [
    aCrate("foo").withRawEntry({ path: "foo-1.0.0/../bar-1.0.0/src/lib.rs" }),
    "foo-1.0.0/../bar-1.0.0/src/lib.rs",
    "its path has a `..`",
  ],
  [
    aCrate("foo").withRawEntry({ path: "/etc/passwd" }),
    "/etc/passwd",
    "its path is absolute",
  ],
  [
    aCrate("foo").withRawEntry({ path: "bar-1.0.0/src/lib.rs" }),
    "bar-1.0.0/src/lib.rs",
    "it does not lie in the folder `foo-1.0.0`",
  ],
  [
    aCrate("foo").withFile("src/LIB.rs"),
    "foo-1.0.0/src/LIB.rs",
    "`LIB.rs` and `lib.rs` are one name where case does not count",
  ],
  [
    aCrate("foo").withRawEntry({ path: "foo-1.0.0/Cargo.toml" }),
    "foo-1.0.0/Cargo.toml",
    "it is there twice",
  ],
  [
    aCrate("foo").withFile("cargo.toml"),
    "foo-1.0.0/cargo.toml",
    "`cargo.toml` and `Cargo.toml` are one name where case does not count",
  ],
  [
    aCrate("foo").withoutManifest().withFile("cargo.toml"),
    "foo-1.0.0/cargo.toml",
    "the manifest must be spelled `Cargo.toml`",
  ],
  [
    aCrate("foo").withFile(".cargo-ok", '{"v":1}'),
    "foo-1.0.0/.cargo-ok",
    "`.cargo-ok` is cargo's own",
  ],
];
for (const [crate, entry, reason] of REFUSED) {
  Deno.test(`readCrateFile() refuses ${entry}: ${reason}`, async () => {
    await assertRejects(
      () => read(crate.bytes()),
      "crate_file_entry_refused",
      { entry, reason },
    );
  });
}

Deno.test("readCrateFile() takes a file named like the manifest in a folder", async () => {
  const crate = aCrate("foo").withFile("examples/cargo.toml", "x");
  assertEquals((await read(crate.bytes())).entryCount, 3);
});

const MANIFESTS: [crate: CrateBuilder, problem: string, why: string][] = [
  [
    aCrate("foo").withoutManifest(),
    "there is none in the folder NAME-VERSION",
    "missing",
  ],
  [
    aCrate("foo").withoutManifest().withFile("sub/Cargo.toml"),
    "there is none in the folder NAME-VERSION",
    "in another folder",
  ],
  [
    aCrate("foo").withoutManifest()
      .withRawEntry({ path: "foo-1.0.0/Cargo.toml/", type: "5", mode: 0o755 }),
    "there is none in the folder NAME-VERSION",
    "a folder",
  ],
  [
    aCrate("foo").withManifest(Uint8Array.of(0xff)),
    "it is not UTF-8",
    "no text",
  ],
  [
    aCrate("foo").withManifest("#".repeat(101)),
    "it has more than 100 bytes",
    "one byte too long",
  ],
];
for (const [crate, problem, why] of MANIFESTS) {
  Deno.test(`readCrateFile() refuses a crate file without a usable Cargo.toml (${why})`, async () => {
    await assertRejects(
      () => read(crate.bytes(), { manifestBytesMax: 100 }),
      "manifest_invalid",
      { problem },
    );
  });
}

Deno.test("readCrateFile() takes a Cargo.toml as long as the limit", async () => {
  const crate = aCrate("foo").withManifest("#".repeat(100));
  const contents = await read(crate.bytes(), { manifestBytesMax: 100 });
  assertEquals(contents.manifest.length, 100);
});

Deno.test("readCrateFile() takes what unpacks to just the limit, and no more", async () => {
  const crate = aCrate("foo").withFile("data", new Uint8Array(100_000));
  const unpackedBytesMax = crate.tar().length;
  await read(crate.bytes(), { unpackedBytesMax });
  await assertRejects(
    () => read(crate.bytes(), { unpackedBytesMax: unpackedBytesMax - 1 }),
    "crate_file_unpacked_too_large",
    { limit_bytes: unpackedBytesMax - 1 },
  );
});

Deno.test("readCrateFile() takes as many files and folders as the limit, and no more", async () => {
  const bytes = aCrate("foo").withFile("a/b").bytes();
  await read(bytes, { crateFileEntriesMax: 5 }); // two of them folders
  await assertRejects(
    () => read(bytes, { crateFileEntriesMax: 4 }),
    "crate_file_too_many_entries",
    { limit: 4 },
  );
});

Deno.test("readCrateFileEntry() gives the bytes of one file, cut at the bound", async () => {
  const crate = aCrate("foo").withFile("docs/README.md", "# Foo");
  const entry = (path: string, bytesMax: number) =>
    readCrateFileEntry(crate.pieces(), path, bytesMax, DEFAULT_LIMITS);
  assertEquals(await textOf(entry("docs/README.md", 100)), "# Foo");
  assertEquals(await textOf(entry("docs/README.md", 2)), "# ");
  assertEquals(await textOf(entry("docs/README.md", 0)), "");
  assertEquals(await textOf(entry("src/lib.rs", 100)), "");
  assertEquals(await textOf(entry("Cargo.toml", 1e6)), crate.manifest());
});

Deno.test("readCrateFileEntry() gives null for what is not a file of the crate", async () => {
  const crate = aCrate("foo").withFile("docs/README.md", "# Foo")
    .withRawEntry({ path: "foo-1.0.0/docs/", type: "5", mode: 0o755 });
  for (
    const path of [
      "",
      "docs",
      "docs/",
      "docs/readme.md",
      "../foo-1.0.0/docs/README.md",
    ]
  ) {
    assertEquals(
      await readCrateFileEntry(crate.pieces(), path, 9, DEFAULT_LIMITS),
      null,
    );
  }
});

for (
  const [path, bytesMax] of [["Cargo.toml", 1000], ["data", 100_000]] as const
) {
  Deno.test(`readCrateFileEntry() reads no further than it must for ${path}`, async () => {
    const bytes = aCrate("foo").withFile("data", noise(1_000_000)).bytes();
    let readBytes = 0;
    async function* pieces() {
      for await (const piece of piecesOf(bytes, 1000)) {
        readBytes += piece.length;
        yield piece;
      }
    }
    const entry = await readCrateFileEntry(
      pieces(),
      path,
      bytesMax,
      DEFAULT_LIMITS,
    );
    assertTrue((entry?.length ?? Infinity) <= bytesMax, "longer than asked");
    assertTrue(readBytes < 400_000, `${readBytes} bytes were read`);
  });
}

Deno.test("requireRoot() takes the folder of the very name and version alone", async () => {
  const contents = await read(aCrate("Foo", "1.0.0+b").bytes());
  const require = (name: string, version: string) =>
    requireRoot(contents, parseCrateName(name), parseCrateVersion(version));
  require("Foo", "1.0.0+b");
  for (
    const [name, version] of [
      ["foo", "1.0.0+b"],
      ["Foo", "1.0.0"],
      ["Foo", "1.0.0+c"],
      ["Fo", "1.0.0+b"],
    ] as const
  ) {
    assertRefuses(() => require(name, version), "crate_file_entry_refused", {
      entry: "Foo-1.0.0+b/",
      reason: `everything must lie in the folder \`${name}-${version}\``,
    });
  }
});

function read(
  bytes: Uint8Array,
  limits: Partial<Limits> = {},
  pieceBytes = 65536,
) {
  const all = { ...DEFAULT_LIMITS, ...limits };
  return readCrateFile(piecesOf(bytes, pieceBytes), all);
}

async function textOf(bytes: Promise<Uint8Array | null>): Promise<string> {
  return new TextDecoder().decode(await bytes ?? new Uint8Array([0x3f]));
}
