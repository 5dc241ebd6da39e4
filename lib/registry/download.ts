/**
 * Crate files on their way out.
 *
 * @module
 */

import type { Checksum } from "../crate/checksum.ts";
import type { CrateName } from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import { Refusal } from "../refusal.ts";
import type { ByteRange } from "../storage/file_system.ts";
import { findCrate } from "./find_crate.ts";
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
 * @throws {Refusal} `crate_not_found`, `version_not_found`; `crate_file_missing`
 * when somebody else took it away.
 */
export async function crateFile(
  parts: Pick<Parts, "index" | "derived" | "crates">,
  { crate: asked, version }: CrateFileRequest,
): Promise<CrateFile> {
  const { crates } = parts;
  const { name, file } = await findCrate(parts, asked);
  const missing = () =>
    new Refusal("version_not_found", { crate: name, version });
  const entry = file.find(version);
  if (entry === undefined) throw missing();
  const { name: crate, checksum } = entry;
  const facts = await crates.stat(crate, version);
  if (facts === null) {
    const { file: now } = await findCrate(parts, asked);
    if (now.find(version) === undefined) throw missing(); // just removed
    throw new Refusal("crate_file_missing", { crate, version });
  }
  return {
    ...{ crate, version, checksum, ...facts },
    async open(range = { start: 0, end: facts.sizeBytes }) {
      const isSmall = range.end - range.start <= AT_ONCE_BYTES_MAX;
      if (isSmall) return await crates.read(crate, version, range);
      const isWhole = range.start === 0 && range.end === facts.sizeBytes;
      const part = isWhole ? undefined : range;
      return (await crates.open(crate, version, part)).pieces;
    },
  };
}
