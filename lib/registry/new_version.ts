/**
 * A new version: from a crate file that is being read to a line in the index.
 *
 * Order: the crate file into `tmp/`, hashed and fsynced; its contents checked;
 * then, under the write lock, everything decided once more, the file linked to
 * its final name, the commit. Before the commit nothing is visible, after it
 * all else can be derived.
 *
 * @module
 */

import type { Identity, Owner } from "../auth/identity.ts";
import { isAdmin, requireMayChange, requireStanding } from "../auth/policy.ts";
import type { Checksum } from "../crate/checksum.ts";
import {
  type CrateFileContents,
  readCrateFile,
  requireRoot,
} from "../crate/crate_file.ts";
import { parseManifest } from "../crate/manifest.ts";
import { canonicalCrateName, requireUnreserved } from "../crate/name.ts";
import type { PublishMetadata } from "../crate/publish_metadata.ts";
import { requireFields } from "../crate/required_metadata.ts";
import { withoutBuildMetadata } from "../crate/version.ts";
import type { User } from "../database/users.ts";
import { toTimestamp } from "../clock.ts";
import type { Edited, IndexChange, IndexState } from "../index/change.ts";
import { type IndexEntryJson, toIndexEntry } from "../index/entry.ts";
import type { IndexFile } from "../index/index_file.ts";
import { resolveRegistries } from "../index/own_urls.ts";
import { indexPath } from "../index/path.ts";
import { Refusal } from "../refusal.ts";
import type { NamedCrateFile } from "../storage/staging.ts";
import { noteDescription } from "./descriptions.ts";
import type { Parts } from "./parts.ts";

/** A crate file that was read, checked and staged, ready to be published. */
export interface CheckedCrateFile {
  /** The file in `tmp/`. */
  staged: NamedCrateFile;
  /** What its Cargo.toml says, dependencies of this registry already its own. */
  metadata: PublishMetadata;
}

/**
 * Stages a crate file and checks all that can be told from it alone.
 *
 * @param pieces the crate file as it arrives; never whole in memory.
 * @throws {Refusal} whatever is wrong with it; nothing is left behind then.
 */
export async function checkCrateFile(
  parts: Parts,
  pieces: AsyncIterable<Uint8Array>,
): Promise<CheckedCrateFile> {
  const { limits, allowedRegistries, requiredFields } = parts.config;
  const staging = parts.staging();
  const staged = await staging.stage(pieces, limits);
  try {
    const contents = await parts.checking.do(() =>
      readCrateFile(staged.read(), limits)
    );
    const metadata = resolveRegistries(
      toMetadata(contents),
      parts.ownUrls,
      allowedRegistries,
    );
    requireFields(metadata, requiredFields);
    const { name, version } = metadata;
    return { staged: await staging.name(staged, name, version), metadata };
  } catch (error) {
    await staging.discard(staged);
    throw error;
  }
}

/**
 * Lets go of a staged file. Should that fail, whatever became of its version
 * stands, and the next sweep removes it.
 */
export async function letGo(
  { staging, emit }: Pick<Parts, "staging" | "emit">,
  { staged }: CheckedCrateFile,
): Promise<void> {
  try {
    await staging().discard(staged);
  } catch (error) {
    emit({ kind: "background_failed", error });
  }
}

function toMetadata(contents: CrateFileContents): PublishMetadata {
  const metadata = parseManifest(contents.manifest);
  requireRoot(contents, metadata.name, metadata.version);
  return metadata;
}

/** What a publish adds to the checked file. */
export interface PublishOptions {
  /** Who publishes. */
  by: Identity;
  /** When the version was first published, if not now. */
  published?: Date | undefined;
  /** Who owns the crate if it is new, if not who publishes. */
  owner?: User | undefined;
}

/**
 * The change that publishes a checked crate file.
 *
 * Its edit refuses `version_exists`, `version_removed`, `crate_name_taken`,
 * `crate_name_reserved`, `crate_name_removed`, `not_permitted`, `token_invalid`,
 * `user_disabled`, `dependency_misspelt`.
 */
export function toPublishChange(
  parts: Parts,
  { staged, metadata }: CheckedCrateFile,
  { by, published, owner }: PublishOptions,
): IndexChange {
  const { name: crate } = metadata;
  const { checksum } = staged;
  const pubtime = toTimestamp(published ?? parts.clock.now());
  const entry = toIndexEntry(metadata, checksum, pubtime);
  return {
    verb: "publish",
    crate,
    by,
    edit: (file, state) =>
      editForPublish(file, state, entry, { metadata, checksum, by, owner }),
    prepare: () => parts.crates.put(staged),
    undo: () => parts.crates.takeBack(staged),
  };
}

/** What somebody asks to publish. */
export interface NewVersion {
  /** What its Cargo.toml says. */
  metadata: PublishMetadata;
  /** SHA-256 of its crate file; null as long as that has not been read. */
  checksum: Checksum | null;
  /** Who asks. */
  by: Identity;
  /** Who owns the crate if it is new, if not who asks. */
  owner?: User | undefined;
}

function editForPublish(
  file: IndexFile,
  state: IndexState,
  entry: IndexEntryJson,
  asked: NewVersion,
): Edited {
  requirePublishable(file, state, asked);
  const owner = file.name === null ? firstOwner(asked, state) : null;
  const { version } = asked.metadata;
  return { file: file.withEntry(entry), version, owner };
}

/**
 * Refuses what the registry's present state forbids. Pure.
 *
 * @throws {Refusal} as the edit of {@linkcode toPublishChange}.
 */
export function requirePublishable(
  file: IndexFile,
  state: IndexState,
  { metadata, checksum, by }: NewVersion,
): void {
  const { name: crate, version } = metadata;
  requireStanding(by, state);
  const canonical = canonicalCrateName(crate);
  const present = state.crateNamed(canonical) ?? file.name;
  if (present !== null && present !== crate) {
    throw new Refusal("crate_name_taken", { name: crate, existing: present });
  }
  if (present !== null && file.name === null) {
    throw new Refusal("index_file_malformed", {
      path: indexPath(crate),
      problem: "the crate is known, but its versions are not there",
    });
  }
  if (file.name === null) requireFreeName(crate, state, by);
  else requireMayChange(by, "publish versions of", crate, state);
  const existing = file.findIgnoringBuild(version)?.version;
  if (existing !== undefined) {
    throw new Refusal("version_exists", { crate, version, existing });
  }
  const removed = state.removedVersion(
    canonical,
    withoutBuildMetadata(version),
  );
  if (removed !== null && checksum !== null && removed !== checksum) {
    throw new Refusal("version_removed", { crate, version });
  }
  requireSpelling(metadata, state);
}

/** Cargo finds a dependency only by the very spelling that the crate has. */
function requireSpelling(
  { name, dependencies }: PublishMetadata,
  state: IndexState,
): void {
  for (const { crate, registry } of dependencies) {
    if (registry !== null) continue;
    const canonical = canonicalCrateName(crate);
    const existing = canonical === canonicalCrateName(name)
      ? name
      : state.crateNamed(canonical);
    if (existing !== null && existing !== crate) {
      throw new Refusal("dependency_misspelt", {
        dependency: crate,
        existing,
      });
    }
  }
}

function requireFreeName(
  crate: PublishMetadata["name"],
  state: IndexState,
  by: Identity,
): void {
  requireUnreserved(crate);
  if (state.isRemovedName(canonicalCrateName(crate)) && !isAdmin(by, state)) {
    throw new Refusal("crate_name_removed", { crate });
  }
}

/**
 * Who owns what is published for the first time; the operator's crates are closed
 * unless an owner is named.
 *
 * @throws {Refusal} `user_disabled`.
 */
function firstOwner(
  { by, owner }: NewVersion,
  state: IndexState,
): Owner | null {
  if (owner !== undefined) {
    if (state.standingOf(owner.id) !== null) return owner.id;
    throw new Refusal("user_disabled", { user: owner.name });
  }
  if (by.kind === "user") return by.id;
  return by.kind === "nobody" ? "anyone" : null;
}

/** Tells whoever listens that a version is in the index now. */
export function announcePublished(
  parts: Parts,
  { staged, metadata }: CheckedCrateFile,
  by: Identity,
): void {
  const { name: crate, version } = metadata;
  const { checksum, sizeBytes } = staged;
  noteDescription(parts, metadata);
  parts.emit({ kind: "published", by, crate, version, checksum, sizeBytes });
}
