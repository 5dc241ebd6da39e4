/**
 * Crates and versions in crates.io's shapes, as far as a registry without
 * download counts and pages of its own can fill them.
 *
 * Pure.
 *
 * @see https://crates.io/data-access
 * @module
 */

import {
  type CrateName,
  type CrateVersion,
  isPrerelease,
  type VersionDetails,
} from "../../lib/mod.ts";

/** What is known of a crate, be it found or shown. */
export interface KnownCrate {
  /** Its name. */
  readonly name: CrateName;
  /** The version that people most likely want. */
  readonly newestVersion: CrateVersion;
  /** What it is. */
  readonly description: string | null;
  /** Words to find it by. */
  readonly keywords: readonly string[];
  /** Whether the newest version is yanked, which then all are. */
  readonly yanked: boolean;
}

/** A crate with crates.io's keys. */
export interface CrateJson {
  /** The same as the name. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** What it is. */
  readonly description: string | null;
  /** Words to find it by. */
  readonly keywords: readonly string[];
  /** The version that people most likely want. */
  readonly max_version: string;
  /** The same. */
  readonly newest_version: string;
  /** The same, unless it is a pre-release or yanked. */
  readonly max_stable_version: string | null;
}

/** A crate with crates.io's keys; cargo prints its `max_version`. */
export function crateJson(crate: KnownCrate): CrateJson {
  const { name, newestVersion, description, keywords, yanked } = crate;
  const isStable = !yanked && !isPrerelease(newestVersion);
  return {
    id: name,
    name,
    description,
    keywords,
    max_version: newestVersion,
    newest_version: newestVersion,
    max_stable_version: isStable ? newestVersion : null,
  };
}

/** A version with crates.io's keys. */
export interface VersionJson {
  /** The crate. */
  readonly crate: string;
  /** The version. */
  readonly num: string;
  /** Where its crate file is, on the host that answers this. */
  readonly dl_path: string;
  /** SHA-256 of the crate file. */
  readonly checksum: string;
  /** Size of the crate file in bytes; null when it is missing. */
  readonly crate_size: number | null;
  /** When it was published; null where the index does not say. */
  readonly created_at: string | null;
  /** The same: a version never changes. */
  readonly updated_at: string | null;
  /** Whether it is yanked. */
  readonly yanked: boolean;
  /** Its features. */
  readonly features: VersionDetails["features"];
  /** The oldest Rust that builds it. */
  readonly rust_version: string | null;
  /** The native library it links to. */
  readonly lib_links: string | null;
}

/**
 * A version with crates.io's keys.
 *
 * @param url of the listener, which may have a path.
 */
export function versionJson(
  url: string,
  crate: CrateName,
  version: VersionDetails,
): VersionJson {
  const base = new URL(url).pathname.replace(/\/$/, "");
  const { version: num, published } = version;
  return {
    crate,
    num,
    dl_path: `${base}/api/v1/crates/${crate}/${num}/download`,
    checksum: version.checksum,
    crate_size: version.sizeBytes,
    created_at: published,
    updated_at: published,
    yanked: version.yanked,
    features: version.features,
    rust_version: version.rustVersion,
    lib_links: version.links,
  };
}
