/**
 * Fills in what the index does not hold: descriptions and keywords, from the
 * Cargo.toml in the crate file of the newest version.
 *
 * Usually they are noted when a version is published; this is for what came by
 * other ways, or after derived.db was made anew. Until then search works on
 * names.
 *
 * @module
 */

import { readCrateFile } from "../crate/crate_file.ts";
import { parseManifest } from "../crate/manifest.ts";
import { canonicalCrateName, type CrateName } from "../crate/name.ts";
import type { PublishMetadata } from "../crate/publish_metadata.ts";
import type { CrateVersion } from "../crate/version.ts";
import { isRefusal } from "../refusal.ts";
import type { Parts } from "./parts.ts";

/**
 * Notes what describes a version that was just published. Should that fail, the
 * publish stands, and the description is filled in later.
 */
export function noteDescription(
  parts: Pick<Parts, "derived" | "emit">,
  { name, version, description, keywords }: PublishMetadata,
): void {
  try {
    parts.derived.describe(canonicalCrateName(name), version, {
      description,
      keywords,
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    parts.emit({ kind: "background_failed", error });
  }
}

/**
 * Fills in the descriptions of some crates that have none.
 *
 * @param countMax how many to look at in this turn.
 * @returns how many were looked at; 0 when none are missing.
 */
export async function fillDescriptions(
  parts: Parts,
  countMax: number,
): Promise<number> {
  const crates = parts.derived.undescribed(countMax);
  for (const { name, newestVersion } of crates) {
    const description = await readDescription(parts, name, newestVersion);
    parts.derived.describe(
      canonicalCrateName(name),
      newestVersion,
      description,
    );
  }
  return crates.length;
}

/** A crate file that is missing or cannot be read describes nothing. */
async function readDescription(
  parts: Parts,
  name: CrateName,
  version: CrateVersion,
) {
  try {
    const { pieces } = await parts.crates.open(name, version);
    const { manifest } = await readCrateFile(pieces, parts.config.limits);
    const { description, keywords } = parseManifest(manifest);
    return { description, keywords };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { description: null, keywords: [] };
  }
}
