/**
 * Do owners, tokens and removed versions name users and crates that there are?
 *
 * @module
 */

import {
  type CanonicalCrateName,
  canonicalCrateName,
  type CrateName,
} from "../../crate/name.ts";
import { withoutBuildMetadata } from "../../crate/version.ts";
import { listTree } from "../../git/tree_files.ts";
import type { IndexEntry } from "../../index/entry.ts";
import { crateAtPath } from "../../index/path.ts";
import { type Finding, toFinding } from "../finding.ts";
import { type ExamineParts, findSurely } from "../parts.ts";
import { arePeopleAt } from "./rows_follow.ts";

/** Looks for owners and tokens of nobody. Each question is one snapshot. */
export async function* checkUsers(
  { people }: ExamineParts,
): AsyncIterable<Finding> {
  for (const facts of people?.unknownOwners() ?? []) {
    yield toFinding("owner_unknown", facts);
  }
  for (const { id: token, user } of people?.tokensOfNobody() ?? []) {
    yield toFinding("token_of_nobody", { token, user });
  }
}

/** Looks whether versions that were removed are there again with other bytes. */
export function checkRemovedVersions(
  { people }: ExamineParts,
  entries: readonly IndexEntry[],
): Finding[] {
  const [first] = entries;
  if (people === null || first === undefined) return [];
  const removed = people.removedChecksums(canonicalCrateName(first.name));
  if (removed.size === 0) return [];
  return entries.flatMap(({ name, version, checksum: found }) => {
    const expected = removed.get(withoutBuildMetadata(version)) ?? found;
    if (expected === found) return [];
    const facts = { crate: name, version, expected, found };
    return [toFinding("removed_version_back", facts)];
  });
}

/** Looks for owners of crates that are not in the index. */
export async function* checkOwnedCrates(
  parts: ExamineParts,
  isKnown: (crate: CanonicalCrateName) => boolean,
): AsyncIterable<Finding> {
  if (parts.people === null) return;
  const suspected: CanonicalCrateName[] = [];
  for (const crate of parts.people.ownedCrates()) {
    if (!isKnown(crate)) suspected.push(crate);
  }
  if (suspected.length === 0) return;
  yield* await findSurely(parts, async (tip, isSure) => {
    if (tip === null || isSure && !await arePeopleAt(parts, tip)) return [];
    const present = await presentCrates(parts, tip);
    return suspected.filter((crate) =>
      !present.has(crate) && parts.people?.isOwned(crate)
    ).map((crate) => toFinding("owned_crate_missing", { crate }));
  });
}

/** Crates without an owner that are named; the rest is counted. */
const NAMED_MAX = 3;

/**
 * Tells of crates that are closed to all but admins, which is no damage.
 *
 * @param suspected those that had no owner when they were looked at.
 */
export async function* checkClosedCrates(
  parts: ExamineParts,
  suspected: readonly CrateName[],
): AsyncIterable<Finding> {
  if (suspected.length === 0) return;
  const closed = await parts.underLock(async (tip) => {
    if (tip === null || !await arePeopleAt(parts, tip)) return [];
    const present = await presentCrates(parts, tip);
    return suspected.filter((crate) => {
      const canonical = canonicalCrateName(crate);
      return present.has(canonical) && !parts.people?.isOwned(canonical);
    });
  });
  const count = closed.length;
  if (count === 0) return;
  const names = closed.slice(0, NAMED_MAX).map((it) => `\`${it}\``).join(", ");
  const rest = count - NAMED_MAX;
  const crates = rest > 0 ? `${names} and ${rest} more` : names;
  yield toFinding("crates_without_owner", { count, crates });
}

async function presentCrates(
  { git }: ExamineParts,
  tip: string,
): Promise<ReadonlySet<CanonicalCrateName>> {
  const present = new Set<CanonicalCrateName>();
  for await (const { path } of listTree(git, tip)) {
    const crate = crateAtPath(path);
    if (crate !== null) present.add(canonicalCrateName(crate));
  }
  return present;
}
