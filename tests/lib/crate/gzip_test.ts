import { setImmediate } from "node:timers";
import { deflateRawSync, gzipSync } from "node:zlib";
import { inflateGzip } from "../../../lib/crate/gzip.ts";
import {
  assertEquals,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";
import {
  gzipOf,
  joined,
  noise,
  piecesOf,
  toBytes,
} from "../../support/a_tar.ts";

const HELLO = toBytes("hello, hello, hello");

const VALID: [file: Uint8Array, contents: Uint8Array, why: string][] = [
  [gzipOf(HELLO), HELLO, "with a file name, as cargo writes it"],
  [gzipOf(HELLO, { flags: 0, extra: "" }), HELLO, "without a file name"],
  [new Uint8Array(gzipSync(HELLO)), HELLO, "by zlib itself"],
  [gzipOf(new Uint8Array(0)), new Uint8Array(0), "nothing in it"],
  [
    gzipOf(HELLO, { extra: `${"n".repeat(1024)}\0` }),
    HELLO,
    "the longest file name",
  ],
  [gzipOf(noise(200_000)), noise(200_000), "contents that do not compress"],
];
for (const [file, contents, why] of VALID) {
  Deno.test(`inflateGzip() takes a gzip member in pieces of any length (${why})`, async () => {
    const lengths = file.length < 1000
      ? Array.from({ length: file.length }, (_, at) => at + 1)
      : [1000, 65536, file.length];
    for (const pieceBytes of lengths) {
      assertEquals(await inflated(file, pieceBytes), contents);
    }
  });
}

const WHOLE = gzipOf(HELLO);
const MALFORMED: [file: Uint8Array, problem: string, why: string][] = [
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
for (const [file, problem, why] of MALFORMED) {
  Deno.test(`inflateGzip() refuses a file that is not one gzip member (${why})`, async () => {
    for (const pieceBytes of [1, 7, 65536]) {
      await assertRejects(
        () => inflated(file, pieceBytes),
        "crate_file_malformed",
        { problem },
      );
    }
  });
}

Deno.test("inflateGzip() refuses a damaged deflate stream", async () => {
  const file = WHOLE.with(18, 0xff);
  await assertRejects(() => inflated(file, 64), "crate_file_malformed");
});

Deno.test("inflateGzip() hands out small pieces, however well it was compressed", async () => {
  const file = gzipOf(new Uint8Array(8 * 1024 * 1024));
  let longest = 0;
  for await (const piece of inflateGzip(piecesOf(file, file.length))) {
    longest = Math.max(longest, piece.length);
  }
  assertTrue(longest <= 65536, `a piece of ${longest} bytes`);
});

Deno.test("inflateGzip() lets others have their turn while it inflates", async () => {
  const file = gzipOf(new Uint8Array(8 * 1024 * 1024));
  assertTrue(await turnsWhile(() => inflated(file, file.length)) >= 8, "turns");
});

Deno.test("inflateGzip() lets others have their turn while nothing comes out", async () => {
  // Empty stored blocks: five bytes each, and none of contents.
  const blocks = new Uint8Array(5 * 400_000);
  for (let at = 0; at < blocks.length; at += 5) {
    blocks.set([0, 0, 0, 0xff, 0xff], at);
  }
  const header = WHOLE.subarray(0, 18);
  const end = joined(
    new Uint8Array(deflateRawSync(new Uint8Array(0))),
    new Uint8Array(8),
  );
  const file = joined(header, blocks, end);
  assertTrue(await turnsWhile(() => inflated(file, file.length)) >= 4, "turns");
});

Deno.test("inflateGzip() lets go of the file when its reader stops early", async () => {
  const file = gzipOf(noise(1_000_000));
  let isClosed = false;
  async function* pieces() {
    try {
      yield* piecesOf(file, 1000);
    } finally {
      isClosed = true;
    }
  }
  for await (const piece of inflateGzip(pieces())) {
    assertTrue(piece.length > 0, "an empty piece");
    break;
  }
  assertEquals(isClosed, true);
});

Deno.test("inflateGzip() passes on what goes wrong with the file itself", async () => {
  const broken = new Error("the disk is gone");
  async function* pieces() {
    yield* piecesOf(WHOLE.subarray(0, 22));
    throw broken;
  }
  let caught: unknown;
  try {
    for await (const piece of inflateGzip(pieces())) void piece;
  } catch (error) {
    caught = error;
  }
  assertEquals(caught, broken);
});

async function inflated(
  file: Uint8Array,
  pieceBytes: number,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of inflateGzip(piecesOf(file, pieceBytes))) {
    pieces.push(piece);
  }
  return joined(...pieces);
}

/** How often the event loop turned while `act` was at work. */
async function turnsWhile(act: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = () => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await act();
  isDone = true;
  return turns;
}
