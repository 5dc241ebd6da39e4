import { readTar } from "../../../lib/crate/tar.ts";
import { DEFAULT_LIMITS } from "../../../lib/limits.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";
import {
  fileEntry,
  joined,
  longName,
  piecesOf,
  type RawEntry,
  rawEntry,
  TAR_END,
  toBytes,
} from "../../support/a_tar.ts";

interface Read {
  path: string;
  kind: string;
  contents: string;
}

const LONG = `a/${"b".repeat(60)}/${"c".repeat(60)}`;
const LONGEST = `a/${"b".repeat(1022)}`;

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

const ONLY = "only files and folders are allowed";

const REFUSED_TYPES: [type: string, what: string][] = [
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
for (const [type, what] of REFUSED_TYPES) {
  Deno.test(`readTar() refuses an entry that is ${what}`, async () => {
    const archive = rawArchive({ path: "a/x", type, linkName: "y" });
    await assertRejects(() => read(archive), "crate_file_entry_refused", {
      entry: "a/x",
      reason: `it is ${what}; ${ONLY}`,
    });
  });
}

const REFUSED: [archive: Uint8Array, entry: string, reason: string][] = [
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
for (const [archive, entry, reason] of REFUSED) {
  Deno.test(`readTar() refuses ${entry.slice(0, 20) || "an entry"}: ${reason}`, async () => {
    const facts = { entry, reason };
    await assertRejects(
      () => read(archive),
      "crate_file_entry_refused",
      facts,
    );
  });
}

const SIZE = "the tar header at byte 0 has a size that is not a number";
const FORMAT =
  "the tar header at byte 0 is neither that of a ustar archive nor of GNU tar";

const MALFORMED: [
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
for (const [entry, problem, why] of MALFORMED) {
  Deno.test(`readTar() refuses a file of which ${problem.slice(0, 50)} (${why})`, async () => {
    await assertRejects(
      () => read(rawArchive({ path: "a/x", ...entry })),
      "crate_file_malformed",
      { problem },
    );
  });
}

const ENTRY = fileEntry("a/x", "1");
const ENDS: [archive: Uint8Array, problem: string, why: string][] = [
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
for (const [archive, problem, why] of ENDS) {
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

function rawArchive(entry: RawEntry): Uint8Array {
  return joined(rawEntry(entry), TAR_END);
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
