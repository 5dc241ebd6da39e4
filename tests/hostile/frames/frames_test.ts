/**
 * Bodies of publish requests that are not what their lengths say, or that come
 * late, in part or without end.
 *
 * @module
 */

import fc from "fast-check";
import { aCrate } from "../../support/a_crate.ts";
import { u32 } from "../../support/a_publish_request.ts";
import { joined, toBytes } from "../../support/a_tar.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import type { RawConnection } from "../../support/raw_http.ts";
import {
  answerOrNull,
  bodyOf,
  fuzz,
  type ServedVictim,
  underAttack,
} from "../attack.ts";
import { FRAME, FRAMES_REFUSED, LIMITS, SIZES_REFUSED } from "./frames.ts";

const { metadataBytesMax, crateFileBytesMax } = LIMITS;
const BOUNDS = { limits: { metadataBytesMax, crateFileBytesMax } };

Deno.test("a publish is refused for a frame whose parts are not as long as they say", (t) =>
  underAttack(BOUNDS, async (victim) => {
    for (const [why, body, code, sizeBytes] of FRAMES_REFUSED) {
      await t.step(why, async () => {
        if (sizeBytes === undefined) await victim.refusesPublish(body, code);
        await victim.refusesChunked(body, code);
      });
    }
  }));

Deno.test("a publish is refused for a body that has not the size that is said", (t) =>
  underAttack(BOUNDS, async (victim) => {
    for (const [sizeBytes, code, why] of SIZES_REFUSED) {
      await t.step(`${sizeBytes} bytes (${why})`, async () => {
        const headers = { "content-length": String(sizeBytes) };
        const { status } = await victim.put(FRAME, headers);
        assertEquals(status, code === "crate_file_too_large" ? 413 : 400);
        await victim.assertUnharmed();
      });
    }
  }));

Deno.test("a publish of a frame with other lengths is refused, or harmless", () =>
  underAttack({}, async (victim) => {
    const body = bodyOf(aCrate("foo"));
    const length = fc.oneof(
      fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1, body.length),
      fc.nat(body.length),
    );
    const jsonLength = new DataView(body.buffer).getUint32(0, true);
    const lie = fc.record({
      json: fc.option(length),
      file: fc.option(length),
      end: fc.integer({ min: 0, max: body.length }),
      more: fc.uint8Array({ maxLength: 3 }),
      isChunked: fc.boolean(),
    });
    await fuzz(lie, async ({ json, file, end, more, isChunked }) => {
      const whole = body.slice();
      if (json !== null) whole.set(u32(json), 0);
      if (file !== null) whole.set(u32(file), 4 + jsonLength);
      const sent = joined(whole.subarray(0, end), more);
      await victim.survives(
        await (isChunked ? victim.putChunked(sent) : victim.put(sent)),
      );
    });
  }));

const PUT = "PUT /api/v1/crates/new HTTP/1.1\r\nHost: h\r\n";
const BODY = bodyOf(aCrate("foo"));

/** The beginning of a sized request, and so many bytes of its body. */
function begun(sizeBytes: number, sent: Uint8Array): Uint8Array {
  return joined(toBytes(`${PUT}Content-Length: ${sizeBytes}\r\n\r\n`), sent);
}

/** What is sent on a connection that is then closed at once. */
const BROKEN_OFF: readonly (readonly [data: Uint8Array, why: string])[] = [
  [toBytes(PUT), "in the headers"],
  [begun(BODY.length, toBytes("")), "before the body"],
  [begun(BODY.length, BODY.subarray(0, 2)), "in a length"],
  [begun(BODY.length, BODY.subarray(0, 20)), "in the JSON"],
  [begun(BODY.length, BODY.subarray(0, -1)), "before the last byte"],
  [begun(BODY.length + 1, BODY), "behind a whole crate, a byte too soon"],
  [
    toBytes(`${PUT}Transfer-Encoding: chunked\r\n\r\n`),
    "before the first chunk",
  ],
  [
    joined(
      toBytes(`${PUT}Transfer-Encoding: chunked\r\n\r\nffff\r\n`),
      BODY,
    ),
    "in a chunk, behind a whole crate",
  ],
  [
    joined(
      toBytes(
        `${PUT}Transfer-Encoding: chunked\r\n\r\n${
          BODY.length.toString(16)
        }\r\n`,
      ),
      BODY,
      toBytes("\r\n"),
    ),
    "where the last chunk is missing",
  ],
];
Deno.test("a publish that breaks off stores nothing", (t) =>
  underAttack({}, async (victim) => {
    await using served = await victim.serve();
    for (const [data, why] of BROKEN_OFF) {
      await t.step(why, async () => {
        const connection = await served.connect();
        await connection.write(data);
        connection.close();
        await served.assertQuiet();
      });
    }
  }));

/** A request and pieces of a body that come one after the other. */
async function send(
  connection: RawConnection,
  pieces: Iterable<string | Uint8Array>,
): Promise<void> {
  try {
    for (const piece of pieces) {
      await connection.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } catch {
    // It was told to stop.
  }
}

const SLOW: readonly (readonly [
  pieces: Iterable<string | Uint8Array>,
  why: string,
])[] = [
  [[begun(BODY.length, BODY.subarray(0, 0))], "of which nothing comes"],
  [[begun(BODY.length, BODY.subarray(0, 3))], "that stops in a length"],
  [[begun(BODY.length, BODY.subarray(0, 100))], "that stops in the JSON"],
  [[begun(BODY.length, BODY.subarray(0, -1))], "that stops at the last byte"],
  [
    [
      begun(BODY.length, BODY.subarray(0, 0)),
      ...Array.from(BODY.subarray(0, 200), (byte) => Uint8Array.of(byte)),
    ],
    "that comes byte by byte",
  ],
  [
    [`${PUT}Transfer-Encoding: chunked\r\n\r\n`, "1\r\na\r\n"],
    "that stops behind a chunk",
  ],
  [[`${PUT}Transfer-Encoding: chunked\r\n\r\n`, "ff"], "that stops in a size"],
];
Deno.test("a publish that is too slow is refused", async (t) => {
  const limits = { uploadStalledMsMax: 200, uploadMsMax: 600 };
  await underAttack({ limits }, async (victim) => {
    await using served = await victim.serve();
    for (const [pieces, why] of SLOW) {
      await t.step(why, async () => {
        using connection = await served.connect();
        const sending = send(connection, pieces);
        const answer = await answerOrNull(connection);
        connection.close();
        await sending;
        assertEquals(answer?.status, 408, answer?.body);
        await served.assertQuiet();
      });
    }
  });
});

const HUGE: readonly (readonly [
  head: string,
  statuses: readonly number[],
  why: string,
])[] = [
  ["Content-Length: 100000000000", [413], "of 100 GB, it says"],
  ["Content-Length: 9007199254740993", [413], "of more than can be counted"],
  // Deno's own: too large for it, or no number.
  [`Content-Length: ${2n ** 64n - 1n}`, [413, 431, 400], "of 64 bits"],
  // Too large, or going on behind what it says.
  ["Transfer-Encoding: chunked", [413, 400], "without end"],
];
Deno.test("a publish that is huge is refused before much of it has come", async (t) => {
  const limits = { metadataBytesMax, crateFileBytesMax: 100_000 };
  await underAttack({ limits }, async (victim) => {
    await using served = await victim.serve();
    const json = bodyOf(aCrate("foo"));
    const jsonEnd = 4 + new DataView(json.buffer).getUint32(0, true);
    const start = joined(json.subarray(0, jsonEnd), u32(100_000));
    for (const [head, statuses, why] of HUGE) {
      await t.step(why, async () => {
        using connection = await served.connect();
        const isChunked = head.includes("chunked");
        await connection.write(`${PUT}${head}\r\n\r\n`);
        const flood = floodOf(connection, start, isChunked);
        const answer = await answerOrNull(connection);
        connection.close();
        const sentBytes = await flood;
        // No answer: it has hung up on somebody who does not stop.
        const status = answer?.status ?? statuses[0] ?? 0;
        assertTrue(statuses.includes(status), `${status}`);
        assertTrue(sentBytes < 60_000_000, `took ${sentBytes} bytes`);
        await served.assertQuiet();
      });
    }
  });
});

/** Sends and sends; how many bytes went through until somebody hung up. */
async function floodOf(
  connection: RawConnection,
  start: Uint8Array,
  isChunked: boolean,
): Promise<number> {
  const piece = new Uint8Array(64 * 1024);
  let sentBytes = 0;
  try {
    for (let next = start; sentBytes < 64_000_000; next = piece) {
      const size = `${next.length.toString(16)}\r\n`;
      await connection.write(
        isChunked ? joined(toBytes(size), next, toBytes("\r\n")) : next,
      );
      sentBytes += next.length;
    }
  } catch {
    // It was told to stop.
  }
  return sentBytes;
}

Deno.test("many publishes that never end leave room for a good one", async () => {
  const limits = {
    uploadStalledMsMax: 300,
    uploadsInFlightBytesMax: 50_000_000,
  };
  await underAttack({ limits }, async (victim) => {
    await using served: ServedVictim = await victim.serve();
    const connections = await Promise.all(
      Array.from({ length: 20 }, () => served.connect()),
    );
    for (const it of connections) await it.write(begun(1_000_000, BODY));
    const answers = await Promise.all(
      connections.map((it) => answerOrNull(it)),
    );
    for (const it of connections) it.close();
    const statuses = new Set(answers.map((it) => it?.status));
    // What it says it has does not fit to what its parts say.
    assertEquals([...statuses], [400]);
    await served.assertQuiet();
  });
});
