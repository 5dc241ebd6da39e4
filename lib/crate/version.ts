/**
 * Versions of crates: SemVer 2, in the one spelling that Cargo prints.
 *
 * Pure; the one file that uses the `semver` package. What a dependency asks for
 * is in `requirement.ts`.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html
 * @module
 */

import semver from "semver";
import { DEFAULT_LIMITS } from "../limits.ts";
import { Refusal } from "../refusal.ts";

/** A version as published, build metadata included, like `1.2.3-rc.1+b.5`. */
export type CrateVersion = string & { readonly brand: "CrateVersion" };

/** Cargo keeps each number of a version in 64 bits; semver in 53. */
const NUMBER_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Reads a version.
 *
 * @throws {Refusal} `version_invalid`, also for spellings that mean a version
 * but are not how Cargo prints it (`v1.2.3`, ` 1.2.3`, `01.2.3`).
 */
export function parseCrateVersion(text: string): CrateVersion {
  const refuse = (problem: string) =>
    new Refusal("version_invalid", { version: text.slice(0, 200), problem });
  if (text.length > DEFAULT_LIMITS.versionLengthMax) {
    throw refuse(
      `it is longer than ${DEFAULT_LIMITS.versionLengthMax} characters`,
    );
  }
  const numbers = /^(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1) ?? [];
  if (numbers.some((number) => BigInt(number) > NUMBER_MAX)) {
    throw refuse(`its numbers may be at most ${NUMBER_MAX}`);
  }
  const parsed = semver.parse(text);
  if (parsed === null || parsed.raw !== text || /^[v=\s]|\s$/.test(text)) {
    throw refuse(
      "it must be three numbers like `1.2.3`, with `-pre.1` or `+build` if need be",
    );
  }
  return text as CrateVersion;
}

/** Orders versions by SemVer; those equal but for build metadata by that. */
export function compareVersions(
  one: CrateVersion,
  other: CrateVersion,
): number {
  const [left, right] = [new semver.SemVer(one), new semver.SemVer(other)];
  return left.compareMain(right) ||
    comparePrereleases(prereleaseOf(one), prereleaseOf(other)) ||
    left.compareBuild(right);
}

/**
 * Orders pre-releases as SemVer does; none at all is the highest. Numbers are
 * compared as text of equal length, so that no digit of a date stamp is lost.
 */
export function comparePrereleases(one: string, other: string): number {
  if (one === other) return 0;
  if (one === "" || other === "") return one === "" ? 1 : -1;
  const others = other.split(".");
  for (const [index, left] of one.split(".").entries()) {
    const right = others[index];
    if (right === undefined) return 1;
    if (left === right) continue;
    const [leftNumeric, rightNumeric] = [left, right].map((it) =>
      /^[0-9]+$/.test(it)
    );
    if (leftNumeric !== rightNumeric) return leftNumeric ? -1 : 1;
    if (leftNumeric && left.length !== right.length) {
      return left.length - right.length;
    }
    return left < right ? -1 : 1;
  }
  return -1;
}

function prereleaseOf(version: CrateVersion): string {
  const plain = withoutBuildMetadata(version);
  const hyphen = plain.indexOf("-");
  return hyphen === -1 ? "" : plain.slice(hyphen + 1);
}

/** Whether a version is a pre-release, like `1.0.0-alpha`. */
export function isPrerelease(version: CrateVersion): boolean {
  return prereleaseOf(version) !== "";
}

/**
 * A version without its build metadata: what must be unique in a crate, since
 * cargo takes `1.0.0+a` and `1.0.0+b` for the same version.
 */
export function withoutBuildMetadata(version: CrateVersion): CrateVersion {
  const plus = version.indexOf("+");
  return (plus === -1 ? version : version.slice(0, plus)) as CrateVersion;
}
