/**
 * Rows of who depends on whom, within this registry.
 *
 * Part of `derived.db`: as the index says. A crate may be depended on before it
 * is published, so rows know it by its canonical name alone.
 *
 * @module
 */

import type { DependencyKind } from "../crate/dependency.ts";
import {
  type CanonicalCrateName,
  canonicalCrateName,
  type CrateName,
} from "../crate/name.ts";
import type { Requirement } from "../crate/requirement.ts";
import { compareVersions, type CrateVersion } from "../crate/version.ts";
import type { Database } from "./database.ts";

/** A dependency on a crate of this registry. */
export interface OwnDependency {
  /** The crate depended on. */
  readonly crate: CanonicalCrateName;
  /** The versions that will do. */
  readonly requirement: Requirement;
  /** What it is needed for. */
  readonly kind: DependencyKind;
}

/** A version that depends on a crate. */
export interface Dependent {
  /** The crate that depends. */
  readonly crate: CrateName;
  /** Its version that does. */
  readonly version: CrateVersion;
  /** The versions of the other that will do. */
  readonly requirement: Requirement;
  /** What it is needed for. */
  readonly kind: DependencyKind;
}

/** The table of dependents. */
export class DependentRows {
  readonly #database: Database;

  /** @param database derived.db. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** Notes all that a version depends on, in place of what was noted before. */
  put(
    crate: CrateName,
    version: CrateVersion,
    dependencies: readonly OwnDependency[],
  ): void {
    const dependent = canonicalCrateName(crate);
    this.remove(dependent, version);
    for (const { crate: dependency, requirement, kind } of dependencies) {
      // The same twice: for two targets, say, or under two names.
      this.#database.run(
        "INSERT OR IGNORE INTO dependents VALUES (?, ?, ?, ?, ?)",
        dependency,
        dependent,
        version,
        requirement,
        kind,
      );
    }
  }

  /** Forgets what a version, or all versions (`null`), depended on. */
  remove(dependent: CanonicalCrateName, version: CrateVersion | null): void {
    if (version === null) {
      this.#database.run(
        "DELETE FROM dependents WHERE dependent = ?",
        dependent,
      );
    } else {
      this.#database.run(
        "DELETE FROM dependents WHERE dependent = ? AND version = ?",
        dependent,
        version,
      );
    }
  }

  /** Who depends on a crate, by name and then by version. */
  of(dependency: CanonicalCrateName): Dependent[] {
    const rows = this.#database.all<{
      crate: CrateName;
      version: CrateVersion;
      requirement: Requirement;
      kind: DependencyKind;
    }>(
      `SELECT crates.name AS crate, version, requirement, kind
       FROM dependents JOIN crates ON crates.canonical = dependent
       WHERE dependency = ?
       ORDER BY kind, requirement`,
      dependency,
    );
    return rows.map((row) => ({ ...row })).sort(compareDependents);
  }
}

function compareDependents(one: Dependent, other: Dependent): number {
  if (one.crate === other.crate) {
    return compareVersions(one.version, other.version);
  }
  return one.crate < other.crate ? -1 : 1;
}
