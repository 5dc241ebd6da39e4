import { readTar } from "../../../lib/crate/tar.ts";
import { DEFAULT_LIMITS } from "../../../lib/limits.ts";
import {
  ENDS_MALFORMED,
  ENTRIES_REFUSED,
  HEADERS_MALFORMED,
  LONG,
  LONGEST,
  ONLY,
  rawArchive,
  TYPES_REFUSED,
} from "../../hostile/archives/tar_archives.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";
import {
  fileEntry,
  joined,
  longName,
  piecesOf,
  rawEntry,
  TAR_END,
} from "../../support/a_tar.ts";

interface Read {
  path: string;
  kind: string;
  contents: string;
}

const VALID: [archive: Uint8Array, read: Read[], why: string][] = [
  [
    joined(fileEntry("a/x", "hello"), fileEntry("a/y", ""), TAR_END),
    [file("a/x", "hello"), file("a/y", "")],
    "files as cargo writes them",
  ],
  [
    rawArchive({ path: "a/x", magic: "ustar", mode: 0o100664, contents: "1" }),
    [file("a/x", "1")],
    "a file as cargo before 2020 wrote it: ustar, the file type in its mode",
  ],
  [
    rawArchive({ path: "a/x", mode: 0o666 }),
    [file("a/x", "")],
    "a file that all may write, as cargo on Windows once wrote it",
  ],
  [
    rawArchive({ path: "x", prefix: "a/b", magic: "ustar" }),
    [file("a/b/x", "")],
    "ustar's prefix",
  ],
  [
    rawArchive({ path: "a/x", type: "\0" }),
    [file("a/x", "")],
    "the old type of files",
  ],
  [
    rawArchive({ path: "a/", type: "5", mode: 0o40755 }),
    [{ path: "a/", kind: "folder", contents: "" }],
    "a folder",
  ],
  [
    joined(longName(LONG), rawEntry({ path: "?", contents: "1" }), TAR_END),
    [file(LONG, "1")],
    "a long name, and whatever the header has",
  ],
  [
    joined(longName(LONGEST), rawEntry({ path: "?" }), TAR_END),
    [file(LONGEST, "")],
    "the longest long name",
  ],
  [
    rawArchive({ path: "p".repeat(100) }),
    [file("p".repeat(100), "")],
    "a name that fills its field",
  ],
  [
    rawArchive({
      path: "a/x",
      contents: "hello",
      patches: [[124, Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5)]],
    }),
    [file("a/x", "hello")],
    "a size in base 256",
  ],
  [
    rawArchive({
      path: "a/x",
      contents: "hello",
      patches: [[124, "5".padStart(11) + " "]],
    }),
    [file("a/x", "hello")],
    "a size between blanks",
  ],
  [
    rawArchive({
      path: "a/x",
      patches: [[108, new Uint8Array(16).fill(0x80)]],
    }),
    [file("a/x", "")],
    "owners are nobody's business",
  ],
  [
    joined(fileEntry("a/x", "1"), TAR_END, new Uint8Array(10240)),
    [file("a/x", "1")],
    "zeros to the end of GNU tar's record",
  ],
  [TAR_END, [], "nothing in it"],
];
for (const [archive, entries, why] of VALID) {
  Deno.test(`readTar() reads an archive in pieces of any length (${why})`, async () => {
    for (const pieceBytes of [1, 100, 512, 1000, 65536]) {
      assertEquals(await read(archive, pieceBytes), entries);
    }
  });
}

for (const [type, what] of TYPES_REFUSED) {
  Deno.test(`readTar() refuses an entry that is ${what}`, async () => {
    const archive = rawArchive({ path: "a/x", type, linkName: "y" });
    await assertRejects(() => read(archive), "crate_file_entry_refused", {
      entry: "a/x",
      reason: `it is ${what}; ${ONLY}`,
    });
  });
}

for (const [archive, entry, reason] of ENTRIES_REFUSED) {
  Deno.test(`readTar() refuses ${entry.slice(0, 20) || "an entry"}: ${reason}`, async () => {
    const facts = { entry, reason };
    await assertRejects(
      () => read(archive),
      "crate_file_entry_refused",
      facts,
    );
  });
}

for (const [entry, problem, why] of HEADERS_MALFORMED) {
  Deno.test(`readTar() refuses a file of which ${problem.slice(0, 50)} (${why})`, async () => {
    await assertRejects(
      () => read(rawArchive({ path: "a/x", ...entry })),
      "crate_file_malformed",
      { problem },
    );
  });
}

const ENTRY = fileEntry("a/x", "1");
for (const [archive, problem, why] of ENDS_MALFORMED) {
  Deno.test(`readTar() refuses an archive that does not end in two zero blocks alone (${why})`, async () => {
    await assertRejects(() => read(archive), "crate_file_malformed", {
      problem,
    });
  });
}

Deno.test("readTar() refuses an archive cut off anywhere", async () => {
  const whole = joined(
    longName(LONG),
    rawEntry({ path: "?", contents: "1" }),
    ENTRY,
    TAR_END,
  );
  for (let length = 0; length < whole.length; length += 64) {
    await assertRejects(
      () => read(whole.subarray(0, length)),
      "crate_file_malformed",
      { problem: "its archive is cut off" },
    );
  }
});

Deno.test("readTar() lets go of the archive when its reader stops early", async () => {
  let isClosed = false;
  async function* pieces() {
    try {
      yield* piecesOf(joined(ENTRY, ENTRY, TAR_END), 100);
    } finally {
      isClosed = true;
    }
  }
  for await (const part of readTar(pieces(), DEFAULT_LIMITS)) {
    void part;
    break;
  }
  assertEquals(isClosed, true);
});

function file(path: string, contents: string): Read {
  return { path, kind: "file", contents };
}

async function read(archive: Uint8Array, pieceBytes = 512): Promise<Read[]> {
  const entries: Read[] = [];
  const decoder = new TextDecoder();
  for await (
    const part of readTar(piecesOf(archive, pieceBytes), DEFAULT_LIMITS)
  ) {
    const last = entries.at(-1);
    if (!(part instanceof Uint8Array)) {
      const path = decoder.decode(part.path);
      entries.push({ path, kind: part.kind, contents: "" });
    } else if (last !== undefined) {
      last.contents += decoder.decode(part);
    }
  }
  return entries;
}
