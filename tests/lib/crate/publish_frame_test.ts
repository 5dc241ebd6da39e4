import fc from "fast-check";
import { decodePublishFrame } from "../../../lib/crate/publish_frame.ts";
import { isRefusal } from "../../../lib/refusal.ts";
import {
  FRAME,
  FRAMES_REFUSED,
  JSON_TEXT,
  LIMITS,
  SIZES_REFUSED,
} from "../../hostile/frames/frames.ts";
import { joined, piecesOf, toBytes } from "../../support/a_tar.ts";
import { aPublishFrame, u32 } from "../../support/a_publish_request.ts";
import { anyUnicode } from "../../support/any_text.ts";
import {
  assertEquals,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";

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

for (const [why, body, code, size = body.length] of FRAMES_REFUSED) {
  for (const sizeBytes of new Set([null, size])) {
    const known = sizeBytes === null ? "unknown" : "known";
    Deno.test(`decodePublishFrame() refuses ${why} (${known} size)`, async () => {
      await assertRejects(() => decode(piecesOf(body), sizeBytes), code);
    });
  }
}

for (const [sizeBytes, code, why] of SIZES_REFUSED) {
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
  await assertRejects(() => decode(body(), 6009), "crate_file_too_large", {
    size_bytes: 6001,
    limit_bytes: 4000,
  });
  assertEquals(isRead, false);
});

Deno.test("decodePublishFrame() reads no further than it must to refuse", async () => {
  let pieces = 0;
  async function* body() {
    for (const piece of [u32(2), toBytes("{}"), u32(4001), toBytes("x")]) {
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
  await assertRejects(() => decode(body(u32(2001))), "metadata_invalid");
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
