import { ByteReader } from "../../../lib/crate/byte_reader.ts";
import { assertEquals } from "../../support/assert.ts";
import { piecesOf } from "../../support/a_tar.ts";

const BYTES = Uint8Array.from({ length: 10 }, (_, at) => at);

for (const pieceBytes of [1, 3, 10]) {
  Deno.test(`ByteReader gives the lengths asked for out of pieces of ${pieceBytes}`, async () => {
    const reader = new ByteReader(piecesOf(BYTES, pieceBytes));
    assertEquals(
      [
        toArray(await reader.exactly(4)),
        toArray(await reader.exactly(0)),
        toArray(await reader.exactly(6)),
      ],
      [[0, 1, 2, 3], [], [4, 5, 6, 7, 8, 9]],
    );
    assertEquals(reader.position, 10);
    assertEquals(await reader.some(1), null);
    assertEquals(await reader.exactly(1), null);
    assertEquals(toArray(await reader.exactly(0)), []);
  });
}

Deno.test("ByteReader gives null when the stream ends within a length", async () => {
  const reader = new ByteReader(piecesOf(BYTES, 4));
  assertEquals(await reader.exactly(11), null);
});

Deno.test("ByteReader passes over empty pieces", async () => {
  const reader = new ByteReader(streamOf([], [7], [], [], [8]));
  assertEquals(toArray(await reader.exactly(2)), [7, 8]);
});

Deno.test("ByteReader gives again what was not used, piece over or not", async () => {
  for (const pieceBytes of [3, 5]) {
    const reader = new ByteReader(piecesOf(BYTES, pieceBytes));
    const piece = await reader.some(3);
    reader.unread(piece?.subarray(1) ?? BYTES);
    assertEquals(reader.position, 1);
    assertEquals(toArray(await reader.exactly(9)), toArray(BYTES.slice(1)));
  }
});

Deno.test("ByteReader lets go of a stream that was not read to its end", async () => {
  let isClosed = false;
  async function* stream() {
    try {
      yield* piecesOf(BYTES, 1);
    } finally {
      isClosed = true;
    }
  }
  const reader = new ByteReader(stream());
  await reader.some(1);
  await reader.close();
  assertEquals(isClosed, true);
});

function toArray(bytes: Uint8Array | null): number[] {
  return [...bytes ?? [-1]];
}

async function* streamOf(...pieces: number[][]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    yield Uint8Array.from(piece);
    await Promise.resolve();
  }
}
