/**
 * A publish request as cargo sends it: from a body that is being read to a line
 * in the index.
 *
 * What can be refused is refused as soon as it is known: by the size of the body,
 * by the JSON before the crate file is read, by the crate file before the index
 * is touched. What the registry's state forbids is decided once more under the
 * write lock (`new_version.ts`). After a refusal nothing has been stored.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-web-api.html#publish
 * @module
 */

import type { Identity } from "../auth/identity.ts";
import { requireAgreement } from "../crate/agreement.ts";
import { unknownCategories } from "../crate/categories.ts";
import type { Checksum } from "../crate/checksum.ts";
import type { CanonicalCrateName, CrateName } from "../crate/name.ts";
import {
  decodePublishFrame,
  type PublishFrame,
} from "../crate/publish_frame.ts";
import {
  parsePublishJson,
  type RequestedMetadata,
} from "../crate/publish_json.ts";
import { requireFields } from "../crate/required_metadata.ts";
import type { CrateVersion } from "../crate/version.ts";
import { resolveRegistries } from "../index/own_urls.ts";
import { isRefusal } from "../refusal.ts";
import type { Parts } from "./parts.ts";
import {
  announcePublished,
  checkCrateFile,
  type CheckedCrateFile,
  letGo,
  requirePublishable,
  toPublishChange,
} from "./new_version.ts";
import { publishWarnings } from "./publish_warnings.ts";

/** A publish request. */
export interface PublishRequest {
  /** Who asks. */
  by: Identity;
  /** The body as it arrives, in cargo's framing; let go of in any case. */
  body: AsyncIterable<Uint8Array>;
  /** The body's size in bytes, where its sender said so; else null. */
  sizeBytes: number | null;
}

/** A version that was published. */
export interface Published {
  /** The crate. */
  crate: CrateName;
  /** The version. */
  version: CrateVersion;
  /** SHA-256 of the crate file. */
  checksum: Checksum;
  /** What its publisher should know, a sentence each. */
  warnings: string[];
  /** Its categories that crates.io does not have. */
  unknownCategories: string[];
}

/**
 * Publishes the version in a publish request. When it returns, the version is
 * durable and both indexes show it.
 *
 * @throws {Refusal} whatever is wrong with request and crate file, or forbidden
 * by the registry's state.
 */
export async function publish(
  parts: Parts,
  { by, body, sizeBytes }: PublishRequest,
): Promise<Published> {
  const { limits } = parts.config;
  const frame = await decodePublishFrame(body, { sizeBytes, limits });
  try {
    return await publishFrame(parts, frame, by);
  } finally {
    await frame.close();
  }
}

async function publishFrame(
  parts: Parts,
  frame: PublishFrame,
  by: Identity,
): Promise<Published> {
  const requested = resolveRegistries(
    parsePublishJson(frame.json),
    parts.ownUrls,
    parts.config.allowedRegistries,
  );
  requireFields(requested, parts.config.requiredFields);
  await requireWelcome(parts, requested, by);
  // Cargo counts from its last byte on, too.
  using patience = parts.index.patience();
  const pieces = patience.beginAfter(frame.crateFile);
  const file = await checkCrateFile(parts, pieces);
  try {
    requireAgreement(file.metadata, requested);
    await parts.index.change(toPublishChange(parts, file, { by }), patience);
  } catch (error) {
    // Should it not be published, the staged file is what tells so.
    if (!isRefusal(error, "index_write_unknown")) await letGo(parts, file);
    throw error;
  }
  await letGo(parts, file);
  announcePublished(parts, file, by);
  return toPublished(parts, file);
}

/**
 * A courtesy: who will be refused need not send the crate file first. Nobody
 * waits for it: while rows are behind the index, all is left to the lock.
 */
async function requireWelcome(
  { index, derived, follower }: Parts,
  metadata: RequestedMetadata,
  by: Identity,
): Promise<void> {
  const tip = await index.tip();
  const file = await index.read(metadata.name);
  const isCurrent = tip === derived.lastCommit() && tip === await index.tip();
  if (!isCurrent) return;
  requirePublishable(file, follower.state, { metadata, checksum: null, by });
}

function toPublished(
  parts: Parts,
  { metadata, staged }: CheckedCrateFile,
): Published {
  const { name: crate, version } = metadata;
  const warnings = publishWarnings(metadata, (name) => isHere(parts, name));
  return {
    ...{ crate, version, checksum: staged.checksum, warnings },
    unknownCategories: unknownCategories(metadata.categories),
  };
}

/** The version is published: who cannot look for a crate does not warn of it. */
function isHere(
  { follower, emit }: Pick<Parts, "follower" | "emit">,
  name: CanonicalCrateName,
): boolean {
  try {
    return follower.state.crateNamed(name) !== null;
  } catch (error) {
    emit({ kind: "background_failed", error });
    return true;
  }
}
