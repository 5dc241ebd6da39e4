import fc from "fast-check";
import { decodePublishFrame } from "../../../lib/crate/publish_frame.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../lib/limits.ts";
import { isRefusal, type RefusalCode } from "../../../lib/refusal.ts";
import { joined, piecesOf, toBytes } from "../../support/a_tar.ts";
import { aPublishFrame, u32 } from "../../support/a_publish_request.ts";
import { anyUnicode } from "../../support/any_text.ts";
import {
  assertEquals,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";

const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  metadataBytesMax: 100,
  crateFileBytesMax: 1000,
};

const JSON_TEXT = '{"name":"foo"}';
const FRAME = aPublishFrame(JSON_TEXT, "the crate file");

interface Parts {
  json: string;
  crateFile: Uint8Array;
}

async function decode(
  body: AsyncIterable<Uint8Array>,
  sizeBytes: number | null = null,
): Promise<Parts> {
  const frame = await decodePublishFrame(body, { sizeBytes, limits: LIMITS });
  const pieces: Uint8Array[] = [];
  for await (const piece of frame.crateFile) pieces.push(piece.slice());
  return { json: frame.json, crateFile: joined(...pieces) };
}

async function* inPieces(bytes: Uint8Array, cuts: readonly number[]) {
  const ends = cuts.map((it) => it % (bytes.length + 1)).sort((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.slice(start, end);
    start = end;
  }
}

for (const sizeBytes of [null, FRAME.length]) {
  Deno.test(`decodePublishFrame() cuts a body of ${sizeBytes ?? "unknown"} size anywhere it comes in pieces`, async () => {
    const cuts = fc.array(fc.nat({ max: 100 }), { maxLength: 8 });
    await fc.assert(fc.asyncProperty(cuts, async (cuts) => {
      const frame = await decode(inPieces(FRAME, cuts), sizeBytes);
      assertEquals(frame, {
        json: JSON_TEXT,
        crateFile: toBytes("the crate file"),
      });
    }));
  });
}

Deno.test("decodePublishFrame() gives back any two parts within the limits", async () => {
  const json = anyUnicode(30);
  const file = fc.uint8Array({ maxLength: 100 });
  await fc.assert(fc.asyncProperty(json, file, async (json, file) => {
    const frame = aPublishFrame(json, file);
    const decoded = await decode(piecesOf(frame), frame.length);
    assertEquals(decoded, { json, crateFile: file });
  }));
});

const REFUSED: [
  why: string,
  body: Uint8Array,
  code: RefusalCode,
  /** Null when it is of no matter, for the length is noticed while reading. */
  sizeBytes?: number | null,
][] = [
  ["an empty body", toBytes(""), "publish_frame_malformed"],
  ["half a length", u32(2).slice(0, 2), "publish_frame_malformed"],
  [
    "JSON that ends early",
    joined(u32(10), toBytes("{}")),
    "publish_frame_malformed",
  ],
  [
    "no second length",
    joined(u32(2), toBytes("{}")),
    "publish_frame_malformed",
  ],
  [
    "a crate file that ends early",
    FRAME.slice(0, -1),
    "publish_frame_malformed",
  ],
  [
    "a byte behind the crate file",
    joined(FRAME, toBytes("\0")),
    "publish_frame_malformed",
  ],
  ["two requests in one", joined(FRAME, FRAME), "publish_frame_malformed"],
  [
    "JSON above its limit",
    aPublishFrame(" ".repeat(101), ""),
    "metadata_invalid",
  ],
  [
    "JSON of 4 GiB, of which little comes",
    joined(u32(0xffff_ffff), toBytes("{}")),
    "metadata_invalid",
    null,
  ],
  [
    "JSON that is longer than the body",
    joined(u32(20), toBytes("{}")),
    "publish_frame_malformed",
  ],
  [
    "JSON that is not UTF-8",
    joined(u32(1), Uint8Array.of(0xff), u32(0)),
    "publish_frame_malformed",
  ],
  [
    "JSON that ends within a character",
    joined(u32(1), Uint8Array.of(0xc3), u32(0)),
    "publish_frame_malformed",
  ],
  [
    "a crate file above its limit",
    aPublishFrame("{}", "x".repeat(1001)),
    "crate_file_too_large",
  ],
  [
    "a crate file of 4 GiB, of which little comes",
    joined(u32(2), toBytes("{}"), u32(0xffff_ffff), toBytes("x")),
    "crate_file_too_large",
    null,
  ],
];
for (const [why, body, code, size = body.length] of REFUSED) {
  for (const sizeBytes of new Set([null, size])) {
    const known = sizeBytes === null ? "unknown" : "known";
    Deno.test(`decodePublishFrame() refuses ${why} (${known} size)`, async () => {
      await assertRejects(() => decode(piecesOf(body), sizeBytes), code);
    });
  }
}

const SIZES: [sizeBytes: number, code: RefusalCode, why: string][] = [
  [7, "publish_frame_malformed", "no room for two lengths"],
  [8, "publish_frame_malformed", "no room for what the JSON's length says"],
  [FRAME.length - 1, "publish_frame_malformed", "one byte less than the parts"],
  [FRAME.length + 1, "publish_frame_malformed", "one byte more than the parts"],
  [8 + 100 + 1000, "publish_frame_malformed", "as large as can be"],
  [8 + 100 + 1001, "crate_file_too_large", "larger than can be"],
];
for (const [sizeBytes, code, why] of SIZES) {
  Deno.test(`decodePublishFrame() refuses a body that is said to have ${sizeBytes} bytes (${why})`, async () => {
    await assertRejects(() => decode(piecesOf(FRAME), sizeBytes), code);
  });
}

Deno.test("decodePublishFrame() does not begin to read what is said to be too large", async () => {
  let isRead = false;
  // deno-lint-ignore require-yield
  async function* body() {
    isRead = true;
  }
  await assertRejects(() => decode(body(), 1109), "crate_file_too_large", {
    size_bytes: 1101,
    limit_bytes: 1000,
  });
  assertEquals(isRead, false);
});

Deno.test("decodePublishFrame() reads no further than it must to refuse", async () => {
  let pieces = 0;
  async function* body() {
    for (const piece of [u32(2), toBytes("{}"), u32(1001), toBytes("x")]) {
      pieces++;
      yield piece;
    }
  }
  await assertRejects(() => decode(body()), "crate_file_too_large");
  assertEquals(pieces, 3);
});

Deno.test("decodePublishFrame() lets go of the body when it refuses and when it is closed", async () => {
  let open = 0;
  async function* body(bytes: Uint8Array) {
    open++;
    try {
      yield* piecesOf(bytes, 4);
    } finally {
      open--;
    }
  }
  await assertRejects(() => decode(body(u32(101))), "metadata_invalid");
  assertEquals(open, 0);
  const bounds = { sizeBytes: null, limits: LIMITS };
  const frame = await decodePublishFrame(body(FRAME), bounds);
  assertEquals(open, 1);
  await frame.close();
  assertEquals(open, 0);
});

Deno.test("decodePublishFrame() hands out the last piece only when nothing follows", async () => {
  const bounds = { sizeBytes: null, limits: LIMITS };
  const body = piecesOf(joined(FRAME, toBytes("!")));
  const { crateFile } = await decodePublishFrame(body, bounds);
  let bytes = 0;
  let isAtEnd = false;
  await assertRejects(async () => {
    for await (const piece of crateFile) bytes += piece.length;
    isAtEnd = true;
  }, "publish_frame_malformed");
  assertEquals([bytes, isAtEnd], [14, false]);
});

Deno.test("decodePublishFrame() refuses or cuts, whatever comes", async () => {
  const change = fc.record({
    at: fc.nat({ max: FRAME.length - 1 }),
    byte: fc.nat({ max: 255 }),
    end: fc.integer({ min: 0, max: FRAME.length + 2 }),
    sizeIsKnown: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, byte, end, sizeIsKnown }) => {
      const body = joined(FRAME, toBytes("..")).slice(0, end);
      if (at < end) body[at] = byte;
      try {
        const size = sizeIsKnown ? body.length : null;
        const parts = await decode(piecesOf(body, 3), size);
        const { crateFile, json } = parts;
        const jsonBytes = toBytes(json).length;
        assertEquals(8 + jsonBytes + crateFile.length, body.length);
      } catch (error) {
        assertTrue(isRefusal(error), `not a refusal: ${error}`);
      }
    }),
  );
});
