/**
 * Does derived.db say of each crate what the index says?
 *
 * @module
 */

import { canonicalCrateName, type CrateName } from "../../crate/name.ts";
import type { DerivedCrate } from "../../database/inspection.ts";
import type { IndexFile } from "../../index/index_file.ts";
import {
  ownDependencies,
  toIndexedCrate,
} from "../../registry/follow_derived.ts";
import { type Finding, toFinding } from "../finding.ts";
import { type ExamineParts, findSurely } from "../parts.ts";
import { isInIndex } from "./crate_files.ts";

/**
 * Whether derived.db holds all of the index up to a commit; what it says of
 * another one tells nothing.
 */
export function isDerivedAt(parts: ExamineParts, tip: string | null): boolean {
  return parts.derived !== null && parts.derived.lastCommit() === tip;
}

/** Looks at the rows of a crate, without waiting. */
export function checkDerivedRow(
  { derived }: ExamineParts,
  file: IndexFile,
): Finding<"derived_row_wrong">[] {
  const expected = toIndexedCrate(file);
  if (expected === null || derived === null) return [];
  const problem = differenceOf(
    derived.crate(canonicalCrateName(expected.name)),
    { ...expected, isFound: true, dependencies: dependenciesOf(file) },
  );
  if (problem === null) return [];
  return [toFinding("derived_row_wrong", { crate: expected.name, problem })];
}

/** Leaves out a crate whose rows another one of its name has: that is told. */
export async function withoutTwins(
  parts: ExamineParts,
  tip: string,
  finding: Finding<"derived_row_wrong">,
): Promise<Finding[]> {
  const { crate } = finding.facts;
  const canonical = canonicalCrateName(crate as CrateName);
  const present = parts.derived?.crate(canonical) ?? null;
  const isTwin = present !== null && present.name !== crate &&
    await isInIndex(parts, tip, present.name);
  return isTwin ? [] : [finding];
}

/** Looks for rows of crates that are not in the index. */
export async function* checkStrayRows(
  parts: ExamineParts,
  isKnown: (crate: CrateName) => boolean,
): AsyncIterable<Finding> {
  if (parts.derived === null) return;
  for (const { name: crate } of parts.derived.crates()) {
    if (isKnown(crate)) continue;
    yield* await findSurely(parts, async (tip, isSure) => {
      if (isSure && !isDerivedAt(parts, tip)) return [];
      const row = parts.derived?.crate(canonicalCrateName(crate)) ?? null;
      if (row?.name !== crate || await isInIndex(parts, tip, crate)) return [];
      const problem = "it is not in the index";
      return [toFinding("derived_row_wrong", { crate, problem })];
    });
  }
  yield* await findSurely(parts, (tip, isSure) => {
    const count = parts.derived?.strayRows() ?? 0;
    const isNone = count === 0 || isSure && !isDerivedAt(parts, tip);
    const facts = { path: "derived.db", count };
    return Promise.resolve(
      isNone ? [] : [toFinding("derived_rows_stray", facts)],
    );
  });
}

function dependenciesOf(file: IndexFile): string[] {
  const rows = file.entries.flatMap((entry) =>
    ownDependencies(entry).map(({ crate, requirement, kind }) =>
      [entry.version, crate, requirement, kind].join("\t")
    )
  );
  return [...new Set(rows)].sort();
}

function differenceOf(
  present: DerivedCrate | null,
  expected: DerivedCrate,
): string | null {
  if (present === null) return "it is missing";
  if (present.name !== expected.name) return `it is spelt ${present.name}`;
  if (present.newestVersion !== expected.newestVersion) {
    return `its newest version is ${expected.newestVersion}, not ${present.newestVersion}`;
  }
  if (present.versionCount !== expected.versionCount) {
    return `it has ${expected.versionCount} versions, not ${present.versionCount}`;
  }
  if (present.yanked !== expected.yanked) return "whether it is yanked";
  if (present.dependencies.join() !== expected.dependencies.join()) {
    return "what it depends on";
  }
  return present.isFound ? null : "search does not find it";
}
