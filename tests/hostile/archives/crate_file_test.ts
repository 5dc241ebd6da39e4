/**
 * Crate files made to do harm: to the memory and the time of who reads them, to
 * the disk of who unpacks them, to readers that see something else than we do.
 *
 * What one rule refuses is in `tar_test.ts`, `entry_path_test.ts` and
 * `entry_tree_test.ts`; here are whole files, as an attacker sends them,
 * and what is read of them. `archives_test.ts` sends them to a registry.
 *
 * @module
 */

import fc from "fast-check";
import {
  type CrateFileContents,
  readCrateFile,
} from "../../../lib/crate/crate_file.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../lib/limits.ts";
import { isRefusal, Refusal } from "../../../lib/refusal.ts";
import {
  fileEntry,
  gzipOf,
  joined,
  piecesOf,
  rawEntry,
  TAR_END,
  toBytes,
} from "../../support/a_tar.ts";
import {
  assertEquals,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";
import {
  bombOf,
  crateFileOf,
  HARMFUL,
  MANIFEST,
  SMALL,
} from "./crate_files.ts";

for (const [what, file, code] of HARMFUL) {
  Deno.test(`readCrateFile() refuses ${what}`, async () => {
    await assertRejects(() => read(file), code);
  });
}

Deno.test("readCrateFile() stops inflating a bomb at the limit", async () => {
  const bomb = await bombOf(256 * 1024 * 1024);
  const limits = { ...DEFAULT_LIMITS, unpackedBytesMax: 8 * 1024 * 1024 };
  let readBytes = 0;
  async function* pieces() {
    for await (const piece of piecesOf(bomb, 1000)) {
      readBytes += piece.length;
      yield piece;
    }
  }
  await assertRejects(
    () => readCrateFile(pieces(), limits),
    "crate_file_unpacked_too_large",
    { limit_bytes: limits.unpackedBytesMax },
  );
  assertTrue(
    readBytes < bomb.length / 10,
    `read ${readBytes} of ${bomb.length} bytes`,
  );
});

Deno.test("readCrateFile() counts zeros behind the end of the archive as unpacked", async () => {
  const file = gzipOf(joined(MANIFEST, TAR_END, new Uint8Array(100_000)));
  await assertRejects(
    () => read(file, { unpackedBytesMax: 100_000 }),
    "crate_file_unpacked_too_large",
  );
});

Deno.test("readCrateFile() stops at the limit of entries", async () => {
  const entries = Array.from(
    { length: 2000 },
    (_, at) => rawEntry({ path: `foo-1.0.0/${at}` }),
  );
  await assertRejects(
    () =>
      read(crateFileOf(MANIFEST, ...entries), { crateFileEntriesMax: 1000 }),
    "crate_file_too_many_entries",
    { limit: 1000 },
  );
});

Deno.test("readCrateFile() stops at the limit of entries for folders that paths imply", async () => {
  const entries = Array.from(
    { length: 10 },
    (_, at) => fileEntry(`foo-1.0.0/${at}/${"a/".repeat(400)}x`, ""),
  );
  await assertRejects(
    () =>
      read(crateFileOf(MANIFEST, ...entries), { crateFileEntriesMax: 1000 }),
    "crate_file_too_many_entries",
    { limit: 1000 },
  );
});

Deno.test("readCrateFile() refuses an archive cut off at every block", async () => {
  const whole = SMALL.tar();
  for (let length = 0; length < whole.length; length += 512) {
    await assertRejects(
      () => read(gzipOf(whole.subarray(0, length))),
      "crate_file_malformed",
      { problem: "its archive is cut off" },
    );
  }
});

Deno.test("readCrateFile() refuses a file cut off at every byte", async () => {
  const whole = SMALL.bytes();
  for (let length = 0; length < whole.length; length += 1) {
    await assertRejects(
      () => read(whole.subarray(0, length)),
      "crate_file_malformed",
    );
  }
});

Deno.test("readCrateFile() refuses a file with a bit flipped, or reads the same from it", async () => {
  const whole = SMALL.bytes();
  const expected = await read(whole);
  const anyBits = fc.uniqueArray(fc.nat(whole.length * 8 - 1), {
    minLength: 1,
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(anyBits, async (bits) => {
      const contents = await readOrRefusal(flipped(whole, bits));
      if (!isRefusal(contents)) assertEquals(contents, expected);
    }),
    { numRuns: 500 },
  );
});

Deno.test("readCrateFile() gives contents or a refusal for an archive with any bytes changed", async () => {
  const whole = SMALL.tar();
  const anyChanges = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(anyChanges, async (changes) => {
      const tar = whole.slice();
      for (const [at, byte] of changes) tar[at] = byte;
      await readOrRefusal(gzipOf(tar));
    }),
    { numRuns: 500 },
  );
});

Deno.test("readCrateFile() gives contents or a refusal for headers that are right but strange", async () => {
  const anyBytes = fc.uint8Array({ maxLength: 12 });
  const inRoot = anyBytes.map((it) => joined(toBytes("foo-1.0.0/"), it));
  const anyEntry = fc.record({
    path: fc.oneof(anyBytes, inRoot),
    type: fc.constantFrom(..."01234567LKxgSV\0", "é"),
    contents: anyBytes,
    mode: fc.nat(0o177777),
    magic: fc.constantFrom("gnu" as const, "ustar" as const),
    patches: fc.array(
      fc.tuple(fc.constantFrom(100, 124, 257, 345, 500), anyBytes),
      { maxLength: 1 },
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyEntry, { maxLength: 4 }), async (entries) => {
      await readOrRefusal(
        crateFileOf(MANIFEST, ...entries.map((it) => rawEntry(it))),
      );
    }),
    { numRuns: 500 },
  );
});

Deno.test("readCrateFile() gives a refusal for bytes of any kind", async () => {
  const header = SMALL.bytes().subarray(0, 10);
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.boolean(),
      async (bytes, hasHeader) => {
        const file = hasHeader ? joined(header, bytes) : bytes;
        assertTrue(isRefusal(await readOrRefusal(file)), "was not refused");
      },
    ),
    { numRuns: 300 },
  );
});

function read(
  file: Uint8Array,
  limits: Partial<Limits> = {},
): Promise<CrateFileContents> {
  return readCrateFile(piecesOf(file), { ...DEFAULT_LIMITS, ...limits });
}

/** What is read from a file, or why not; whatever else is thrown gets through. */
async function readOrRefusal(
  file: Uint8Array,
): Promise<CrateFileContents | Refusal> {
  try {
    return await read(file, { unpackedBytesMax: 1024 * 1024 });
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

function flipped(bytes: Uint8Array, bits: number[]): Uint8Array {
  const changed = bytes.slice();
  for (const bit of bits) {
    const at = bit >> 3;
    changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
  }
  return changed;
}
