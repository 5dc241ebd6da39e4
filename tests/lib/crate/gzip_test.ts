import { setImmediate } from "node:timers";
import { deflateRawSync, gzipSync } from "node:zlib";
import { inflateGzip } from "../../../lib/crate/gzip.ts";
import { GZIP_MALFORMED } from "../../hostile/archives/gzip_members.ts";
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
for (const [file, problem, why] of GZIP_MALFORMED) {
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
