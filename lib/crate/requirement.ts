/**
 * Version requirements: which versions of a crate a dependency accepts, in the
 * one spelling that Cargo prints.
 *
 * Pure. Npm's ranges look alike and mean something else, so the syntax is read
 * here: it is that of Rust's `semver` crate, which Cargo uses.
 *
 * @see https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html#version-requirement-syntax
 * @module
 */

import { DEFAULT_LIMITS } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import {
  comparePrereleases,
  type CrateVersion,
  withoutBuildMetadata,
} from "./version.ts";

/**
 * A version requirement as Cargo prints it, like `^1.2` (written `1.2`) or
 * `>=1.2, <2`. Only {@linkcode parseRequirement} makes one.
 */
export type Requirement = string & { readonly brand: "Requirement" };

/**
 * Reads a version requirement.
 *
 * Its canonical text is what Rust's `semver` prints: the operator is always
 * there (but before `.*`), one blank follows each comma, build metadata is gone.
 *
 * @param text as somebody wrote it, or canonical.
 * @param field where it stands, like `dependencies.serde.version`.
 * @throws {Refusal} `metadata_invalid`.
 */
export function parseRequirement(text: string, field: string): Requirement {
  const comparators = parseComparators(text, field);
  const printed = comparators.map(printComparator).join(", ") || "*";
  if (printed.length > DEFAULT_LIMITS.requirementLengthMax) {
    throw tooLong(field);
  }
  return printed as Requirement;
}

/**
 * Whether cargo would take this version for this requirement.
 *
 * A pre-release counts only where a comparator names a pre-release of the same
 * three numbers: `^1.0.0-alpha` accepts `1.0.0-beta`, but not `1.0.1-alpha`.
 */
export function requirementMatches(
  requirement: Requirement,
  version: CrateVersion,
): boolean {
  const comparators = parseComparators(requirement, "requirement");
  const release = toRelease(version);
  return comparators.every((it) => comparatorMatches(it, release)) &&
    (release.prerelease === "" ||
      comparators.some((it) => admitsPrerelease(it, release)));
}

/** `""` is the wildcard: as `=` with fewer numbers, and `.*` in print. */
type Operator = "" | "=" | ">" | ">=" | "<" | "<=" | "~" | "^";

interface Comparator {
  operator: Operator;
  major: bigint;
  minor: bigint | null;
  patch: bigint | null;
  /** Without the hyphen; empty for none. */
  prerelease: string;
}

interface Release {
  major: bigint;
  minor: bigint;
  patch: bigint;
  prerelease: string;
}

const NUMBER = "0|[1-9][0-9]*";
const PRERELEASE = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
const BUILD = "[0-9A-Za-z-]+";
const COMPARATOR = new RegExp(
  "^(?<operator>=|>=?|<=?|~|\\^|) *" +
    `(?<major>${NUMBER})` +
    `(?:\\.(?<minor>${NUMBER}|[*xX])` +
    `(?:\\.(?<patch>${NUMBER}|[*xX])` +
    `(?:-(?<prerelease>${PRERELEASE}(?:\\.${PRERELEASE})*))?` +
    `(?<build>\\+${BUILD}(?:\\.${BUILD})*)?)?)?$`,
);

/** Rust keeps each number in 64 bits. */
const NUMBER_MAX = 2n ** 64n - 1n;
/** What Rust's `semver` takes. */
const COMPARATORS_MAX = 32;

/** An empty list is `*`. */
function parseComparators(text: string, field: string): Comparator[] {
  if (text.length > DEFAULT_LIMITS.requirementLengthMax) throw tooLong(field);
  if (/^ *[*xX] *$/.test(text)) return [];
  const parts = text.split(",");
  const refuse = (problem: string) =>
    new Refusal("metadata_invalid", {
      field,
      problem: `is \`${text}\`, which is no version requirement: ${problem}`,
    });
  if (parts.length > COMPARATORS_MAX) {
    throw refuse(`it has more than ${COMPARATORS_MAX} parts`);
  }
  return parts.map((part) => {
    const comparator = parseComparator(part.replace(/^ +| +$/g, ""));
    if (comparator === null) {
      throw refuse(
        "it must be like `1.2`, `~1.2.3`, `1.*` or, with commas, `>=1.2, <2`",
      );
    }
    const { major, minor, patch } = comparator;
    if ([major, minor ?? 0n, patch ?? 0n].some((it) => it > NUMBER_MAX)) {
      throw refuse(`its numbers may be at most ${NUMBER_MAX}`);
    }
    return comparator;
  });
}

function parseComparator(text: string): Comparator | null {
  const parts = COMPARATOR.exec(text)?.groups;
  if (parts?.["major"] === undefined) return null;
  const { major, minor, patch, prerelease = "", build } = parts;
  const operator = parts["operator"] as Operator;
  const wildcard = isWildcard(minor) || isWildcard(patch);
  if (isWildcard(minor) && patch !== undefined && !isWildcard(patch)) {
    return null;
  }
  if (wildcard && (prerelease !== "" || build !== undefined)) return null;
  return {
    operator: operator === "" && !wildcard ? "^" : operator,
    major: BigInt(major),
    minor: toNumber(minor),
    patch: toNumber(patch),
    prerelease,
  };
}

function isWildcard(part: string | undefined): boolean {
  return part !== undefined && /^[*xX]$/.test(part);
}

function toNumber(part: string | undefined): bigint | null {
  return part === undefined || isWildcard(part) ? null : BigInt(part);
}

function printComparator(comparator: Comparator): string {
  const { operator, major, minor, patch, prerelease } = comparator;
  return operator +
    [major, minor, patch].filter((it) => it !== null).join(".") +
    (operator === "" ? ".*" : "") +
    (prerelease === "" ? "" : `-${prerelease}`);
}

function toRelease(version: CrateVersion): Release {
  const text = withoutBuildMetadata(version);
  const hyphen = text.indexOf("-");
  const numbers = hyphen === -1 ? text : text.slice(0, hyphen);
  const [major = 0n, minor = 0n, patch = 0n] = numbers.split(".").map(BigInt);
  const prerelease = hyphen === -1 ? "" : text.slice(hyphen + 1);
  return { major, minor, patch, prerelease };
}

function comparatorMatches(comparator: Comparator, release: Release): boolean {
  const isExact = () =>
    compareNumbers(comparator, release) === 0 &&
    release.prerelease === comparator.prerelease;
  switch (comparator.operator) {
    case "":
    case "=":
      return isExact();
    case ">":
      return order(comparator, release) > 0;
    case ">=":
      return isExact() || order(comparator, release) > 0;
    case "<":
      return order(comparator, release) < 0;
    case "<=":
      return isExact() || order(comparator, release) < 0;
    case "~":
      return matchesTilde(comparator, release);
    case "^":
      return matchesCaret(comparator, release);
  }
}

/**
 * Where the release lies: below (< 0), within (0) or above (> 0) the versions
 * that the comparator's numbers name. `1.2` names all of `1.2.*`.
 */
function order(comparator: Comparator, release: Release): number {
  const numbers = compareNumbers(comparator, release);
  if (numbers !== 0 || comparator.patch === null) return numbers;
  return comparePrereleases(release.prerelease, comparator.prerelease);
}

function compareNumbers(comparator: Comparator, release: Release): number {
  for (const part of ["major", "minor", "patch"] as const) {
    const asked = comparator[part];
    if (asked === null) return 0;
    if (release[part] !== asked) return release[part] > asked ? 1 : -1;
  }
  return 0;
}

function matchesTilde(comparator: Comparator, release: Release): boolean {
  const { major, minor, patch, prerelease } = comparator;
  if (release.major !== major) return false;
  if (minor !== null && release.minor !== minor) return false;
  if (patch !== null && release.patch !== patch) return release.patch > patch;
  return comparePrereleases(release.prerelease, prerelease) >= 0;
}

/** The first number that is not 0 must be the same; the rest may be higher. */
function matchesCaret(comparator: Comparator, release: Release): boolean {
  const { major, minor, patch, prerelease } = comparator;
  if (release.major !== major) return false;
  if (minor === null) return true;
  if (patch === null) {
    return major > 0n ? release.minor >= minor : release.minor === minor;
  }
  if (release.minor !== minor) return major > 0n && release.minor > minor;
  if (release.patch !== patch) {
    return (major > 0n || minor > 0n) && release.patch > patch;
  }
  return comparePrereleases(release.prerelease, prerelease) >= 0;
}

function admitsPrerelease(comparator: Comparator, release: Release): boolean {
  return comparator.prerelease !== "" && comparator.patch !== null &&
    compareNumbers(comparator, release) === 0;
}

function tooLong(field: string): Refusal {
  return new Refusal("metadata_invalid", {
    field,
    problem: `is longer than ${DEFAULT_LIMITS.requirementLengthMax} characters`,
  });
}
