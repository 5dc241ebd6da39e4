/**
 * Dependencies of a version, as Palletizer keeps them and as the index spells
 * them.
 *
 * Pure. The one place that knows who says `name` for what: a renamed dependency
 * is `name` = alias, `package` = crate in the index; Cargo.toml has the alias as
 * the key and `package` = crate; a publish request has `name` = crate,
 * `explicit_name_in_toml` = alias.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html#json-schema
 * @module
 */

import { DEFAULT_LIMITS } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import type { CrateName } from "./name.ts";
import type { Platform } from "./platform.ts";
import type { Requirement } from "./requirement.ts";

/** What a dependency is needed for: use, the build script, or tests. */
export type DependencyKind = "normal" | "build" | "dev";

/** All kinds, in the order in which an index entry has them. */
export const DEPENDENCY_KINDS: readonly DependencyKind[] = [
  "normal",
  "build",
  "dev",
];

/** The index URL that stands for crates.io wherever a registry is named. */
export const CRATES_IO_INDEX = "https://github.com/rust-lang/crates.io-index";

/** One dependency of a version. */
export interface Dependency {
  /** The crate depended on, by its real name. */
  readonly crate: CrateName;
  /**
   * Its name in the dependent's Cargo.toml where `package` stands beside it,
   * else null. It may be the crate's own name, which is not the same as null:
   * cargo then calls the library so, whatever that calls itself.
   */
  readonly alias: string | null;
  /** The versions that will do. */
  readonly requirement: Requirement;
  /** The features asked of the crate, beside `default`. */
  readonly features: readonly string[];
  /** Whether it is used only when a feature says so. */
  readonly optional: boolean;
  /** Whether the crate's `default` feature is asked for. */
  readonly defaultFeatures: boolean;
  /** Where it is needed; null for everywhere. */
  readonly target: Platform | null;
  /** What it is needed for. */
  readonly kind: DependencyKind;
  /** Index URL of its registry; null for the one that holds the dependent. */
  readonly registry: string | null;
}

/** A dependency in an index entry, with Cargo's keys, in the order written. */
export interface IndexDependencyJson {
  /** The name in the dependent's Cargo.toml. */
  readonly name: string;
  /** The version requirement. */
  readonly req: string;
  /** The features asked of the crate. */
  readonly features: readonly string[];
  /** Whether it is used only when a feature says so. */
  readonly optional: boolean;
  /** Whether the crate's `default` feature is asked for. */
  readonly default_features: boolean;
  /** Where it is needed; null for everywhere. */
  readonly target: string | null;
  /** What it is needed for. */
  readonly kind: DependencyKind;
  /** Index URL of its registry; null for the index that holds this entry. */
  readonly registry: string | null;
  /** The crate's real name, when the dependent renames it. */
  readonly package?: string;
}

/** The dependency as an index entry has it. */
export function toIndexDependency(dependency: Dependency): IndexDependencyJson {
  return {
    name: nameInToml(dependency),
    req: dependency.requirement,
    features: dependency.features,
    optional: dependency.optional,
    default_features: dependency.defaultFeatures,
    target: dependency.target,
    kind: dependency.kind,
    registry: dependency.registry,
    ...(dependency.alias === null ? {} : { package: dependency.crate }),
  };
}

/** The name by which the dependent's features and code call it. */
export function nameInToml(dependency: Dependency): string {
  return dependency.alias ?? dependency.crate;
}

/** The real name of the crate that a dependency in the index is on. */
export function crateOfIndexDependency(
  dependency: IndexDependencyJson,
): string {
  return dependency.package ?? dependency.name;
}

/** Its key path in Cargo.toml, like `target.cfg(unix).dependencies.libc`. */
export function fieldInToml(dependency: Dependency): string {
  const { kind, target } = dependency;
  return (target === null ? "" : `target.${target}.`) +
    (kind === "normal" ? "" : `${kind}-`) +
    `dependencies.${nameInToml(dependency)}`;
}

/**
 * Refuses an alias that Rust code could not name.
 *
 * @throws {Refusal} `metadata_invalid`.
 */
export function requireAlias(alias: string, field: string): void {
  const max = DEFAULT_LIMITS.crateNameLengthMax;
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(alias) || alias.length > max) {
    throw new Refusal("metadata_invalid", {
      field,
      problem:
        `is no name for a dependency: it must be up to ${max} letters (a-z, A-Z), digits, \`-\` and \`_\`, and not begin with a digit or \`-\``,
    });
  }
}
