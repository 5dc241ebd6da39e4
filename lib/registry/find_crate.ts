/**
 * Finds crates and versions by what people type: names in any case, with `-` or
 * `_`, versions without their build metadata.
 *
 * @module
 */

import { canonicalCrateName, type CrateName } from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import type { IndexEntry } from "../index/entry.ts";
import type { IndexFile } from "../index/index_file.ts";
import { Refusal } from "../refusal.ts";
import type { Parts } from "./parts.ts";

/** A crate that is in the index. */
export interface FoundCrate {
  /** Its name, as it is spelt in the index. */
  name: CrateName;
  /** Its index file. */
  file: IndexFile;
}

/**
 * Finds a crate.
 *
 * @throws {Refusal} `crate_not_found`.
 */
export async function findCrate(
  parts: Pick<Parts, "index" | "derived">,
  asked: CrateName,
): Promise<FoundCrate> {
  const direct = await parts.index.read(asked);
  if (direct.name !== null) return { name: direct.name, file: direct };
  const spelt = parts.derived.crateNamed(canonicalCrateName(asked));
  const file = spelt === null ? direct : await parts.index.read(spelt);
  if (file.name === null) {
    throw new Refusal("crate_not_found", { crate: asked });
  }
  return { name: file.name, file };
}

/**
 * The entry of a version; `1.0.0` also finds `1.0.0+build`, which is the only
 * one that there can be.
 *
 * @throws {Refusal} `crate_not_found` in an empty file, `version_not_found`.
 */
export function requireEntry(
  file: IndexFile,
  crate: CrateName,
  version: CrateVersion,
): IndexEntry {
  if (file.name === null) throw new Refusal("crate_not_found", { crate });
  const entry = file.find(version) ??
    (version.includes("+") ? undefined : file.findIgnoringBuild(version));
  if (entry === undefined) {
    throw new Refusal("version_not_found", { crate, version });
  }
  return entry;
}
