/**
 * Crate files on their way out.
 *
 * @module
 */

import type { Checksum } from "../crate/checksum.ts";
import { canonicalCrateName, type CrateName } from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import type { IndexEntry } from "../index/entry.ts";
import { Refusal } from "../refusal.ts";
import type { ByteRange } from "../storage/file_system.ts";
import type { Parts } from "./parts.ts";

/** Up to this size a part is read at once, which is quicker than a stream. */
const AT_ONCE_BYTES_MAX = 256 * 1024;

/** Which crate file. */
export interface CrateFileRequest {
  /** The crate, in any spelling. */
  crate: CrateName;
  /** The version, build metadata included. */
  version: CrateVersion;
}

/** A crate file that is there to be read. */
export interface CrateFile {
  /** The crate, as it is spelt in the index. */
  readonly crate: CrateName;
  /** The version. */
  readonly version: CrateVersion;
  /** What the index says of its contents. */
  readonly checksum: Checksum;
  /** Its size in bytes. */
  readonly sizeBytes: number;
  /** When it was stored. */
  readonly modified: Date;
  /**
   * Its contents, or a part of them.
   *
   * @throws {Refusal} `version_not_found` when it was removed meanwhile.
   */
  open(
    range?: ByteRange,
  ): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>>;
}

/**
 * Finds a crate file that the index names; yanked versions are there too.
 *
 * @throws {Refusal} `crate_not_found`, `version_not_found`.
 */
export async function crateFile(
  parts: Pick<Parts, "index" | "derived" | "crates">,
  { crate: asked, version }: CrateFileRequest,
): Promise<CrateFile> {
  const { crates } = parts;
  const { name: crate, checksum } = await findEntry(parts, asked, version);
  const facts = await crates.stat(crate, version);
  if (facts === null) {
    throw new Refusal("version_not_found", { crate, version });
  }
  return {
    ...{ crate, version, checksum, ...facts },
    async open(range = { start: 0, end: facts.sizeBytes }) {
      const isSmall = range.end - range.start <= AT_ONCE_BYTES_MAX;
      if (isSmall) return await crates.read(crate, version, range);
      const isWhole = range.start === 0 && range.end === facts.sizeBytes;
      return (await crates.open(crate, version, isWhole ? undefined : range))
        .pieces;
    },
  };
}

async function findEntry(
  { index, derived }: Pick<Parts, "index" | "derived">,
  asked: CrateName,
  version: CrateVersion,
): Promise<IndexEntry> {
  const direct = (await index.read(asked)).find(version);
  if (direct !== undefined) return direct;
  const spelt = derived.crateNamed(canonicalCrateName(asked));
  if (spelt === null) throw new Refusal("crate_not_found", { crate: asked });
  const entry = (await index.read(spelt)).find(version);
  if (entry !== undefined) return entry;
  throw new Refusal("version_not_found", { crate: spelt, version });
}
