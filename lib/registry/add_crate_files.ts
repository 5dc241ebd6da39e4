/**
 * Publishes many crate files at once: from one file to a folder of thousands.
 *
 * Files are checked and staged outside the write lock, one after the other;
 * then added, dependencies first, in batches that share a commit, with the lock
 * free between two of them. Each file succeeds or is refused alone.
 *
 * @module
 */

import type { Identity } from "../auth/identity.ts";
import { requireAdmin } from "../auth/policy.ts";
import type { UserName } from "../auth/user_name.ts";
import type { Checksum } from "../crate/checksum.ts";
import {
  type CanonicalCrateName,
  canonicalCrateName,
  type CrateName,
} from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import type { User } from "../database/users.ts";
import { BATCH_CHANGES_MAX } from "../index/repository.ts";
import { isRefusal, type Refusal } from "../refusal.ts";
import type { Parts } from "./parts.ts";
import {
  announcePublished,
  checkCrateFile,
  type CheckedCrateFile,
  letGo,
  type PublishOptions,
  toPublishChange,
} from "./new_version.ts";
import { requireEnabledUser } from "./users.ts";

/** A crate file to be added. */
export interface CrateFileSource {
  /** What to call it in answers: the path as it was typed. */
  label: string;
  /** Reads it from its beginning. */
  read(): AsyncIterable<Uint8Array>;
}

/** What to add, and how. */
export interface AddCrateFilesRequest {
  /** Who asks. */
  by: Identity;
  /** The crate files. */
  files: Iterable<CrateFileSource> | AsyncIterable<CrateFileSource>;
  /** When the versions were first published, if not now. */
  published?: Date;
  /**
   * Who owns the crates that are new; others keep their owners. When left out it
   * is who asks, and nobody where that is the operator.
   */
  owner?: UserName;
  /** Take a version that is there with the same bytes as done. */
  skipExisting?: boolean;
  /** Say what would be done, and do nothing. */
  dryRun?: boolean;
  /** Told after each file that was checked, with how many were so far. */
  checked?: (count: number) => void;
}

/** What became of one file. */
export type AddOutcome =
  | {
    label: string;
    crate: CrateName;
    version: CrateVersion;
    outcome: "added" | "already_there" | "would_be_added";
    checksum: Checksum;
    /** Of the crate file, in bytes. */
    sizeBytes: number;
    /** Whether it is the first version of its crate. */
    isNewCrate: boolean;
  }
  | { label: string; outcome: "refused"; refusal: Refusal };

interface LabelledFile extends CheckedCrateFile {
  label: string;
}

/**
 * Adds crate files.
 *
 * @returns what became of each, as it becomes known.
 * @throws {Refusal} `user_unknown`, `user_disabled`, `admin_needed` for an owner
 * who cannot be named; what concerns all files.
 */
export async function* addCrateFiles(
  parts: Parts,
  request: AddCrateFilesRequest,
): AsyncIterable<AddOutcome> {
  const { by, published } = request;
  const options = { by, published, owner: requireOwner(parts, request) };
  const checked: LabelledFile[] = [];
  try {
    let count = 0;
    for await (const source of request.files) {
      const file = await checkSource(parts, source);
      if ("outcome" in file) yield file;
      else checked.push(file);
      request.checked?.(++count);
    }
    const ordered = dependenciesFirst(checked);
    // Nothing of a dry run comes into the index, where a second batch could see it.
    const size = request.dryRun ? ordered.length : BATCH_CHANGES_MAX;
    for (let start = 0; start < ordered.length; start += size) {
      const batch = ordered.slice(start, start + size);
      yield* addBatch(parts, batch, options, request);
    }
  } finally {
    for (const file of checked) await letGo(parts, file);
  }
}

function requireOwner(
  { people, follower }: Parts,
  { by, owner }: AddCrateFilesRequest,
): User | undefined {
  if (owner === undefined) return undefined;
  requireAdmin(by, "name the owner of a crate", follower.state);
  return requireEnabledUser(people, owner);
}

async function checkSource(
  parts: Parts,
  { label, read }: CrateFileSource,
): Promise<LabelledFile | AddOutcome> {
  try {
    return { label, ...await checkCrateFile(parts, read()) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { label, outcome: "refused", refusal: error };
  }
}

async function* addBatch(
  parts: Parts,
  batch: readonly LabelledFile[],
  options: PublishOptions,
  { skipExisting, dryRun }: AddCrateFilesRequest,
): AsyncIterable<AddOutcome> {
  const changes = batch.map((file) => toPublishChange(parts, file, options));
  const outcomes = dryRun
    ? await parts.index.rehearse(changes)
    : await parts.index.changeTogether(changes);
  for (const [position, file] of batch.entries()) {
    const outcome = outcomes[position];
    if (outcome?.status === "fulfilled") {
      if (!dryRun) announcePublished(parts, file, options.by);
      const isNewCrate = outcome.value.before.name === null;
      yield toOutcome(file, dryRun ? "would_be_added" : "added", isNewCrate);
      continue;
    }
    const refusal = outcome?.reason;
    if (!isRefusal(refusal)) throw refusal;
    const isThere = skipExisting === true &&
      isRefusal(refusal, "version_exists") &&
      await isSame(parts, file, batch.slice(0, position));
    yield isThere
      ? toOutcome(file, "already_there")
      : { label: file.label, outcome: "refused", refusal };
  }
}

/** Whether the version that is there, or came before it, has the very same bytes. */
async function isSame(
  parts: Parts,
  { metadata: { name, version }, staged: { checksum } }: LabelledFile,
  before: readonly LabelledFile[],
): Promise<boolean> {
  const present = (await parts.index.read(name)).find(version)?.checksum ??
    before.find(({ metadata }) =>
      metadata.name === name && metadata.version === version
    )?.staged.checksum;
  return present === checksum;
}

function toOutcome(
  { label, metadata, staged }: LabelledFile,
  outcome: "added" | "already_there" | "would_be_added",
  isNewCrate = false,
): AddOutcome {
  const { name: crate, version } = metadata;
  const { checksum, sizeBytes } = staged;
  return { label, crate, version, outcome, checksum, sizeBytes, isNewCrate };
}

/**
 * Orders files so that each comes behind those it depends on, as far as they
 * are here too. Dev-dependencies do not count: cycles through them are fine.
 * Within that the order given stays.
 */
export function dependenciesFirst<File extends CheckedCrateFile>(
  files: readonly File[],
): File[] {
  const byName = new Map<CanonicalCrateName, File[]>();
  for (const file of files) {
    const name = canonicalCrateName(file.metadata.name);
    const versions = byName.get(name);
    if (versions === undefined) byName.set(name, [file]);
    else versions.push(file);
  }
  const ordered = new Set<File>();
  const begun = new Set<File>();
  // By hand instead of by recursion: a chain may be as long as the folder.
  for (const first of files) {
    const path = [first];
    for (let file; (file = path.at(-1)) !== undefined;) {
      const next = begun.has(file)
        ? undefined
        : dependenciesAmong(byName, file).filter((it) => !begun.has(it));
      begun.add(file);
      if (next !== undefined && next.length > 0) path.push(...next.reverse());
      else ordered.add(path.pop() as File);
    }
  }
  return [...ordered];
}

function dependenciesAmong<File extends CheckedCrateFile>(
  byName: ReadonlyMap<CanonicalCrateName, File[]>,
  { metadata }: File,
): File[] {
  return metadata.dependencies
    .filter(({ kind, registry }) => kind !== "dev" && registry === null)
    .flatMap(({ crate }) => byName.get(canonicalCrateName(crate)) ?? []);
}
