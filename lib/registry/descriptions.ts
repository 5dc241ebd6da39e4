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

import { readCrateFileEntry } from "../crate/crate_file.ts";
import { parseManifest } from "../crate/manifest.ts";
import { canonicalCrateName, type CrateName } from "../crate/name.ts";
import type { PublishMetadata } from "../crate/publish_metadata.ts";
import type { CrateVersion } from "../crate/version.ts";
import { isRefusal } from "../refusal.ts";
import type { Parts } from "./parts.ts";

/** What is noted of a version. */
export type DescribedVersion = Pick<
  PublishMetadata,
  "name" | "version" | "description" | "keywords"
>;

/**
 * Notes what describes a version. Should that fail, whoever published it or asks
 * for a list does not hear of it: the description is filled in later.
 *
 * @returns whether it could be noted.
 */
export function noteDescription(
  parts: Pick<Parts, "derived" | "emit">,
  { name, version, description, keywords }: DescribedVersion,
): boolean {
  try {
    const described = { description, keywords };
    parts.derived.describe(canonicalCrateName(name), version, described);
    return true;
  } catch (error) {
    parts.emit({ kind: "background_failed", error });
    return false;
  }
}

/**
 * Fills in the descriptions of some crates that have none.
 *
 * @param countMax how many to look at in this turn.
 * @returns how many were noted; 0 when none are missing, or none can be noted.
 */
export async function fillDescriptions(
  parts: FillerParts,
  countMax: number,
): Promise<number> {
  let count = 0;
  for (const crate of parts.derived.undescribed(countMax)) {
    const { name, newestVersion: version } = crate;
    const described = await readDescription(parts, name, version);
    if (!noteDescription(parts, { name, version, ...described })) break;
    count++;
  }
  return count;
}

/** What descriptions are filled in with. */
type FillerParts = Pick<Parts, "derived" | "crates" | "config" | "emit">;

/** Crates described between two looks at whether to go on. */
const CRATES_PER_TURN = 8;

/** Fills in descriptions in the background. */
export class DescriptionFiller {
  readonly #parts: FillerParts;
  #filling: Promise<void> | undefined;
  #isClosed = false;

  /** @param parts what it works with. */
  constructor(parts: FillerParts) {
    this.#parts = parts;
  }

  /** Begins to fill in what is missing, unless that is under way. */
  begin(): void {
    this.#filling ??= this.#fill()
      .catch((error) => this.#parts.emit({ kind: "background_failed", error }))
      .finally(() => this.#filling = undefined);
  }

  /** Stops, and waits until it has. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#filling;
  }

  async #fill(): Promise<void> {
    while (!this.#isClosed) {
      if (await fillDescriptions(this.#parts, CRATES_PER_TURN) === 0) return;
    }
  }
}

/** A crate file that is missing or cannot be read describes nothing. */
async function readDescription(
  { crates, config }: Pick<Parts, "crates" | "config">,
  name: CrateName,
  version: CrateVersion,
) {
  try {
    const { pieces } = await crates.open(name, version);
    const { limits } = config;
    const bytesMax = limits.manifestBytesMax;
    const bytes = await readCrateFileEntry(
      pieces,
      "Cargo.toml",
      bytesMax,
      limits,
    );
    const text = new TextDecoder().decode(bytes ?? new Uint8Array());
    const { description, keywords } = parseManifest(text);
    return { description, keywords };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { description: null, keywords: [] };
  }
}
