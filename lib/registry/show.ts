/**
 * What a crate, or a version of it, holds.
 *
 * @module
 */

import type { Owner } from "../auth/identity.ts";
import type { Checksum } from "../crate/checksum.ts";
import type { IndexDependencyJson } from "../crate/dependency.ts";
import { canonicalCrateName, type CrateName } from "../crate/name.ts";
import { compareVersions, type CrateVersion } from "../crate/version.ts";
import type {
  FeaturesJson,
  IndexEntry,
  IndexEntryJson,
} from "../index/entry.ts";
import { Refusal } from "../refusal.ts";
import { findCrate, requireEntry } from "./find_crate.ts";
import type { Parts } from "./parts.ts";

/** A version of a crate, as `show` tells it. */
export interface VersionDetails {
  /** The version. */
  version: CrateVersion;
  /** SHA-256 of its crate file. */
  checksum: Checksum;
  /** Whether it is yanked. */
  yanked: boolean;
  /** When it was published; `null` where the index does not say. */
  published: string | null;
  /** The size of its crate file in bytes; `null` when the file is missing. */
  sizeBytes: number | null;
  /** The oldest Rust that compiles it, if it says so. */
  rustVersion: string | null;
  /** The native library that it links, if any. */
  links: string | null;
  /** Its features. */
  features: Readonly<Record<string, readonly string[]>>;
  /** Its dependencies, as the index spells them. */
  dependencies: readonly IndexDependencyJson[];
}

/** A crate, as `show` tells it. */
export interface CrateDetails {
  /** Its name. */
  name: CrateName;
  /** What its newest version says it is. */
  description: string | null;
  /** The keywords of its newest version. */
  keywords: readonly string[];
  /** Who owns it. */
  owners: readonly Owner[];
  /** The version that people most likely want: neither yanked nor a pre-release, if there is one. */
  newestVersion: CrateVersion;
  /** Its versions, the newest first. */
  versions: VersionDetails[];
}

/**
 * Tells all about a crate.
 *
 * @param asked its name, in any spelling.
 * @throws {Refusal} `crate_not_found`.
 */
export async function show(
  parts: Parts,
  asked: CrateName,
): Promise<CrateDetails> {
  const { name, file } = await findCrate(parts, asked);
  const { newest } = file;
  if (newest === null) throw new Refusal("crate_not_found", { crate: name });
  const canonical = canonicalCrateName(name);
  const entries = [...file.entries]
    .sort((one, other) => compareVersions(other.version, one.version));
  const description = parts.derived.descriptionOf(canonical);
  return {
    name,
    description: description?.description ?? null,
    keywords: description?.keywords ?? [],
    owners: parts.people.ownersOf(canonical),
    newestVersion: newest.version,
    versions: await Promise.all(
      entries.map((entry) => toDetails(parts, name, entry)),
    ),
  };
}

/** A version with its crate, as the index spells both. */
export interface CrateVersionDetails extends VersionDetails {
  /** The crate. */
  crate: CrateName;
}

/**
 * Tells all about a version.
 *
 * @param request the crate in any spelling; the version's build metadata may be
 * left out.
 * @throws {Refusal} `crate_not_found`, `version_not_found`.
 */
export async function showVersion(
  parts: Parts,
  request: { crate: CrateName; version: CrateVersion },
): Promise<CrateVersionDetails> {
  const { name: crate, file } = await findCrate(parts, request.crate);
  const entry = requireEntry(file, crate, request.version);
  return { crate, ...await toDetails(parts, crate, entry) };
}

async function toDetails(
  parts: Parts,
  crate: CrateName,
  { version, checksum, yanked, pubtime, json }: IndexEntry,
): Promise<VersionDetails> {
  return {
    version,
    checksum,
    yanked,
    published: pubtime,
    sizeBytes: (await parts.crates.stat(crate, version))?.sizeBytes ?? null,
    rustVersion: json.rust_version ?? null,
    links: json.links ?? null,
    features: allFeatures(json),
    dependencies: json.deps,
  };
}

/** As cargo sees them: what `features2` names too has the values of both. */
function allFeatures(
  { features, features2 = {} }: IndexEntryJson,
): FeaturesJson {
  const all = new Map(Object.entries(features));
  for (const [name, values] of Object.entries(features2)) {
    all.set(name, [...all.get(name) ?? [], ...values]);
  }
  return Object.fromEntries(all);
}
