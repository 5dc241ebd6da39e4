/**
 * Crate files that are small and become large, sent to a server of its own
 * process: what it takes of memory is looked at.
 *
 * @module
 */

import { deflateRawSync } from "node:zlib";
import { aCrate } from "../../support/a_crate.ts";
import {
  aPublishFrame,
  somePublishJson,
} from "../../support/a_publish_request.ts";
import {
  fileEntry,
  gzipOf,
  joined,
  rawEntry,
  TAR_END,
  toBytes,
} from "../../support/a_tar.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { ServedRegistry } from "../../support/served_registry.ts";
import { bodyOf, underAttack } from "../attack.ts";
import { bombOf, crateFileOf, MANIFEST } from "./crate_files.ts";

const MIB = 1024 * 1024;
const UNPACKED_BYTES = 176 * MIB;

/**
 * What the memory of the process may grow by: less than a bomb has in it, and
 * far more than what is needed.
 */
const GROWTH_BYTES_MAX = 160 * MIB;

/** Empty files; their headers differ in five digits and in the checksum. */
function manyEntries(count: number): Uint8Array {
  const header = rawEntry({ path: "foo-1.0.0/00000" });
  const field = new TextDecoder().decode(header.subarray(148, 154));
  const entries = Array.from({ length: count }, (_, at) => {
    const digits = String(at).padStart(5, "0");
    const more = [...digits].reduce((sum, it) => sum + Number(it), 0);
    const entry = header.slice();
    entry.set(toBytes(digits), 10);
    const checksum = (parseInt(field, 8) + more).toString(8).padStart(6, "0");
    entry.set(toBytes(checksum), 148);
    return entry;
  });
  return crateFileOf(MANIFEST, ...entries);
}

function deepFolders(): Uint8Array {
  const entries = Array.from(
    { length: 200 },
    (_, at) => fileEntry(`foo-1.0.0/${at}/${"a/".repeat(480)}x`, ""),
  );
  return crateFileOf(MANIFEST, ...entries);
}

/** A deflate stream of blocks that hold nothing. */
function emptyBlocks(count: number): Uint8Array {
  const blocks = new Uint8Array(5 * count);
  for (let at = 0; at < blocks.length; at += 5) {
    blocks.set([0, 0, 0, 0xff, 0xff], at);
  }
  const whole = gzipOf(new Uint8Array(0), { flags: 0, extra: "" });
  const end = new Uint8Array(deflateRawSync(new Uint8Array(0)));
  return joined(whole.subarray(0, 10), blocks, end, new Uint8Array(8));
}

/** A file whose contents alone are this many zeros. */
function largeFile(path: string, sizeBytes: number): Uint8Array {
  return gzipOf(
    joined(MANIFEST, fileEntry(path, new Uint8Array(sizeBytes)), TAR_END),
  );
}

const BOMBS: readonly (readonly [
  why: string,
  file: () => Uint8Array | Promise<Uint8Array>,
  status: number,
])[] = [
  ["a long file", () => largeFile("foo-1.0.0/x", UNPACKED_BYTES), 413],
  [
    "a long README, of which the beginning is kept",
    () => largeFile("foo-1.0.0/README.md", 32 * MIB),
    400,
  ],
  ["a long manifest", () => largeFile("foo-1.0.0/Cargo.toml", 8 * MIB), 400],
  ["50,001 files", () => manyEntries(50_001), 413],
  ["folders in folders", deepFolders, 413],
  ["a million blocks of nothing", () => emptyBlocks(1_000_000), 400],
];

Deno.test({
  name: "bombs do not fill the memory of a server, and it goes on",
  ignore: Deno.build.os !== "linux", // where memory is read otherwise
  fn: async (t) => {
    await using served = await ServedRegistry.make({
      limits: `unpacked = "${UNPACKED_BYTES / MIB} MiB"`,
    });
    await publish(served, bodyOf(aCrate("victim")));
    const before = await peakBytes(served.pid);
    for (const [why, file, expected] of BOMBS) {
      await t.step(why, async () => {
        const frame = aPublishFrame(somePublishJson(), await file());
        const [status, text] = await publish(served, frame);
        assertEquals(status, expected, text);
      });
    }
    const grownBytes = await peakBytes(served.pid) - before;
    assertTrue(
      grownBytes < GROWTH_BYTES_MAX,
      `it took ${Math.round(grownBytes / MIB)} MiB more`,
    );
    const [status, text] = await publish(served, bodyOf(aCrate("survivor")));
    assertEquals(status, 200, text);
    assertEquals(await served.sparseFile("3/f/foo"), null);
    assertTrue(!(await served.stop()).includes(" error "), "it failed");
  },
});

Deno.test("a publish of a bomb is refused, and nothing is stored", (t) =>
  underAttack({
    limits: { unpackedBytesMax: MIB, crateFileEntriesMax: 1000 },
  }, async (victim) => {
    const frame = (file: Uint8Array) => aPublishFrame(somePublishJson(), file);
    const rows = [
      ["zeros", await bombOf(2 * MIB), "crate_file_unpacked_too_large"],
      [
        "a long file",
        largeFile("foo-1.0.0/x", 2 * MIB),
        "crate_file_unpacked_too_large",
      ],
      ["many files", manyEntries(1001), "crate_file_too_many_entries"],
      [
        "folders that paths imply",
        crateFileOf(
          ...[1, 2, 3].map((at) =>
            fileEntry(`foo-1.0.0/${at}/${"a/".repeat(400)}x`, "")
          ),
        ),
        "crate_file_too_many_entries",
      ],
      ["blocks of nothing", emptyBlocks(100_000), "crate_file_malformed"],
    ] as const;
    for (const [why, file, code] of rows) {
      await t.step(why, () => victim.refusesPublish(frame(file), code));
    }
  }));

async function publish(
  served: ServedRegistry,
  body: Uint8Array,
): Promise<[status: number, text: string]> {
  const answer = await fetch(`${served.url}/api/v1/crates/new`, {
    method: "PUT",
    body: body as BodyInit,
    signal: AbortSignal.timeout(60_000),
  });
  return [answer.status, await answer.text()];
}

/** The most memory that a process has ever had, in bytes. */
async function peakBytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) * 1024;
}
