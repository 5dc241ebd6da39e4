/**
 * Crate files made to do harm, sent to a registry by somebody who may publish.
 *
 * @module
 */

import fc from "fast-check";
import type { RefusalCode } from "../../../lib/refusal.ts";
import {
  aPublishFrame,
  somePublishJson,
} from "../../support/a_publish_request.ts";
import {
  fileEntry,
  gzipOf,
  joined,
  longName,
  rawEntry,
  TAR_END,
  toBytes,
} from "../../support/a_tar.ts";
import { bodyOf, fuzz, underAttack } from "../attack.ts";
import {
  crateFileOf,
  DISGUISED,
  HARMFUL,
  MANIFEST,
  SMALL,
} from "./crate_files.ts";
import { PATHS_REFUSED } from "./entry_paths.ts";
import { TREES_REFUSED } from "./entry_trees.ts";
import { GZIP_MALFORMED } from "./gzip_members.ts";
import {
  ENDS_MALFORMED,
  ENTRIES_REFUSED,
  HEADERS_MALFORMED,
  rawArchive,
  TYPES_REFUSED,
} from "./tar_archives.ts";

const ROOT = "foo-1.0.0";

type Rows = readonly [what: string, file: Uint8Array, code: RefusalCode][];

/** A crate file with an entry at a path in which `a` stands for the root. */
function withPath(path: string | Uint8Array): Uint8Array {
  const whole = typeof path === "string"
    ? path.replace(/^a(?=\/)/, ROOT)
    : joined(toBytes(`${ROOT}/`), path.subarray(2));
  if (typeof whole === "string" && whole.includes("\0")) {
    return crateFileOf(MANIFEST, longName(whole), rawEntry({ path: "x" }));
  }
  return crateFileOf(MANIFEST, fileEntry(whole as string, ""));
}

const TABLES: Record<string, Rows> = {
  "a crate file that harms": HARMFUL,
  "a crate file in disguise": DISGUISED,
  "what is not one gzip member": GZIP_MALFORMED.map(([file, _, why]) => [
    why,
    file,
    "crate_file_malformed",
  ]),
  "an entry of a type": TYPES_REFUSED.map(([type, what]) => [
    what,
    crateFileOf(
      MANIFEST,
      rawEntry({ path: `${ROOT}/x`, type, linkName: "/etc/passwd" }),
    ),
    "crate_file_entry_refused",
  ]),
  "an entry": ENTRIES_REFUSED.map(([archive, entry, reason]) => [
    `${entry.slice(0, 20)}: ${reason}`,
    gzipOf(archive),
    "crate_file_entry_refused",
  ]),
  "a header": HEADERS_MALFORMED.map(([entry, problem, why]) => [
    `${problem} (${why})`,
    gzipOf(joined(MANIFEST, rawArchive({ path: `${ROOT}/x`, ...entry }))),
    "crate_file_malformed",
  ]),
  "an end": ENDS_MALFORMED.map(([archive, _, why]) => [
    why,
    gzipOf(archive),
    "crate_file_malformed",
  ]),
  "a path": PATHS_REFUSED.map(([path, reason]) => [
    `${JSON.stringify(path).slice(0, 30)}: ${reason}`,
    withPath(path),
    "crate_file_entry_refused",
  ]),
  "paths": TREES_REFUSED.map(([paths, _, reason]) => [
    `${paths.join(", ")}: ${reason}`,
    crateFileOf(
      ...paths.map((path) =>
        path.endsWith("/")
          ? rawEntry({ path, type: "5", mode: 0o755 })
          : fileEntry(path, "")
      ),
    ),
    "crate_file_entry_refused",
  ]),
};
for (const [table, rows] of Object.entries(TABLES)) {
  Deno.test(`a publish is refused for ${table}`, (t) =>
    underAttack({}, async (victim) => {
      for (const [what, file, code] of rows) {
        await t.step(what, async () => {
          await victim.refusesPublish(
            aPublishFrame(somePublishJson(), file),
            code,
          );
        });
      }
    }));
}

const WHOLE = SMALL.bytes();
const TAR = SMALL.tar();

function frameOf(file: Uint8Array): Uint8Array {
  return aPublishFrame(somePublishJson(), file);
}

Deno.test("a publish of a damaged crate file is refused, or harmless", () =>
  underAttack({}, async (victim) => {
    const damage = fc.record({
      bits: fc.array(fc.nat(WHOLE.length * 8 - 1), { maxLength: 3 }),
      end: fc.integer({ min: 0, max: WHOLE.length }),
    });
    await fuzz(damage, async ({ bits, end }) => {
      const file = WHOLE.slice(0, end);
      for (const bit of bits) {
        const at = bit >> 3;
        if (at < end) file[at] = (file[at] ?? 0) ^ (1 << (bit & 7));
      }
      await victim.survives(await victim.put(frameOf(file)));
    });
  }));

Deno.test("a publish of an archive with changed bytes is refused, or harmless", () =>
  underAttack({}, async (victim) => {
    const anyChange = fc.tuple(fc.nat(TAR.length - 1), fc.nat(255));
    const changes = fc.array(anyChange, { minLength: 1, maxLength: 4 });
    await fuzz(changes, async (changes) => {
      const tar = TAR.slice();
      for (const [at, byte] of changes) tar[at] = byte;
      await victim.survives(await victim.put(frameOf(gzipOf(tar))));
    });
  }));

Deno.test("a publish with strange entries behind good ones is refused, or harmless", () =>
  underAttack({}, async (victim) => {
    const anyBytes = fc.uint8Array({ maxLength: 12 });
    const entry = fc.record({
      path: fc.oneof(
        anyBytes,
        anyBytes.map((it) => joined(toBytes(`${ROOT}/`), it)),
        fc.constantFrom("../", "/etc/x", "Cargo.toml", `${ROOT}/a/../b`)
          .map((it) => toBytes(it)),
      ),
      type: fc.constantFrom(..."0123456LKxgS\0"),
      contents: anyBytes,
      mode: fc.nat(0o177777),
      linkName: fc.constantFrom("", "../..", "/etc/passwd", `${ROOT}/x`),
    });
    const order = fc.tuple(
      fc.array(entry, { maxLength: 3 }),
      fc.array(entry, { maxLength: 3 }),
      fc.boolean(),
    );
    await fuzz(order, async ([before, after, isEnded]) => {
      const tar = joined(
        ...before.map((it) => rawEntry(it)),
        SMALL.tar().subarray(0, isEnded ? -1024 : undefined),
        ...after.map((it) => rawEntry(it)),
        TAR_END,
      );
      await victim.survives(await victim.put(frameOf(gzipOf(tar))));
    });
  }));

Deno.test("a publish of anything at all in the place of a crate file is refused", () =>
  underAttack({}, async (victim) => {
    const header = WHOLE.subarray(0, 10);
    const anything = fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.boolean());
    await fuzz(anything, async ([bytes, hasHeader]) => {
      const file = hasHeader ? joined(header, bytes) : bytes;
      await victim.refusesPublish(frameOf(file), "crate_file_malformed");
    });
  }));

Deno.test("a crate file without fault is published by the way that is attacked here", () =>
  underAttack({}, async (victim) => {
    await victim.survives(await victim.put(bodyOf(SMALL)));
    await victim.refusesPublish(bodyOf(SMALL), "version_exists");
  }));
