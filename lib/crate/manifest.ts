/**
 * The Cargo.toml inside a crate file: normalised by cargo, and read here into
 * metadata.
 *
 * Pure. Keys that only a build needs (targets, profiles, lints, edition) are not
 * looked at. What the values may be is in `publish_metadata.ts`.
 *
 * @see https://doc.rust-lang.org/cargo/reference/manifest.html
 * @module
 */

import { Refusal } from "../refusal.ts";
import { parseToml, TomlProblem } from "../toml.ts";
import {
  CRATES_IO_INDEX,
  type Dependency,
  type DependencyKind,
  requireAlias,
} from "./dependency.ts";
import type { Features } from "./features.ts";
import { ManifestTable } from "./manifest_table.ts";
import { parseCrateName } from "./name.ts";
import { parsePlatform, type Platform } from "./platform.ts";
import {
  type PublishMetadata,
  requireValidMetadata,
} from "./publish_metadata.ts";
import { parseRequirement } from "./requirement.ts";
import { parseCrateVersion } from "./version.ts";

/**
 * Reads the Cargo.toml of a crate file.
 *
 * A dependency's registry is its `registry-index` as it stands, else
 * {@linkcode CRATES_IO_INDEX}: in a Cargo.toml none means crates.io. Which of
 * them is this registry itself is decided by `resolveRegistries()`.
 *
 * @throws {Refusal} `manifest_invalid` for what `cargo package` never writes;
 * `crate_name_invalid`, `version_invalid`, `metadata_invalid` for values.
 */
export function parseManifest(text: string): PublishMetadata {
  const manifest = new ManifestTable(readToml(text), "");
  const key = ["package", "project"].find((it) => manifest.has(it));
  if (key === undefined) throw refuse("it has no `[package]`");
  const main = manifest.table(key);
  refuseWorkspaceParts(manifest, main);
  const metadata: PublishMetadata = {
    name: parseCrateName(requireString(main, "name")),
    version: parseCrateVersion(requireString(main, "version").trim()),
    dependencies: readAllDependencies(manifest),
    features: readFeatures(manifest),
    links: main.string("links"),
    rustVersion: main.string("rust-version"),
    description: main.string("description"),
    license: main.string("license"),
    licenseFile: main.string("license-file"),
    homepage: main.string("homepage"),
    documentation: main.string("documentation"),
    repository: main.string("repository"),
    readmeFile: readReadme(main),
    keywords: main.strings("keywords"),
    categories: main.strings("categories"),
    authors: main.strings("authors"),
  };
  requireValidMetadata(metadata);
  return metadata;
}

function readToml(text: string): Readonly<Record<string, unknown>> {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlProblem)) throw error;
    const problem = `it is not TOML (${error.message})`;
    throw new Refusal("manifest_invalid", { problem }, { cause: error });
  }
}

/** A crate file stands alone: there is no workspace to look things up in. */
function refuseWorkspaceParts(manifest: ManifestTable, main: ManifestTable) {
  for (const key of ["patch", "replace"]) {
    if (manifest.has(key)) {
      throw refuse(`\`[${key}]\` works in a workspace's own Cargo.toml only`);
    }
  }
  for (const key of main.keys()) {
    if (key !== "metadata" && main.isInherited(key)) {
      throw refuse(`\`${main.path(key)}\` is inherited from a workspace`);
    }
  }
  for (const key of ["badges", "lints"]) {
    if (manifest.isInherited(key)) {
      throw refuse(`\`${key}\` is inherited from a workspace`);
    }
  }
}

function readReadme(main: ManifestTable): string | null {
  const readme = main.stringOrBoolean("readme");
  if (readme === true) return "README.md";
  return readme === false ? null : readme;
}

function readFeatures(manifest: ManifestTable): Features {
  const table = manifest.table("features");
  return new Map(table.keys().map((key) => [key, table.strings(key)]));
}

function readAllDependencies(manifest: ManifestTable): Dependency[] {
  const targets = manifest.table("target");
  const ofTargets = targets.keys().flatMap((key) =>
    readDependencies(targets.table(key), parsePlatform(key, targets.path(key)))
  );
  return [...readDependencies(manifest, null), ...ofTargets];
}

/** The tables of dependencies, with their spelling of before 2024. */
const TABLES: readonly [kind: DependencyKind, key: string, old: string][] = [
  ["normal", "dependencies", "dependencies"],
  ["dev", "dev-dependencies", "dev_dependencies"],
  ["build", "build-dependencies", "build_dependencies"],
];

/** Like cargo, ignores the old spelling where the new one is there. */
function readDependencies(
  owner: ManifestTable,
  target: Platform | null,
): Dependency[] {
  return TABLES.flatMap(([kind, key, old]) => {
    const table = owner.table(owner.has(key) ? key : old);
    return table.keys().map((name) => {
      const entry = table.dependency(name);
      refuseUnpublishable(entry);
      return toDependency(name, entry, { kind, target });
    });
  });
}

/** Keys of a dependency that `cargo package` takes out or does not let pass. */
const UNPUBLISHABLE: readonly [key: string, reason: string][] = [
  ["workspace", "is inherited from a workspace"],
  ["registry", "names a registry of somebody's configuration, not its URL"],
  ["artifact", "is an unstable feature of cargo"],
  ["lib", "is an unstable feature of cargo"],
  ["target", "is an unstable feature of cargo"],
];

function refuseUnpublishable(entry: ManifestTable): void {
  for (const [key, reason] of UNPUBLISHABLE) {
    if (entry.has(key)) throw refuse(`\`${entry.path(key)}\` ${reason}`);
  }
}

/** A `path` or `git` beside a version was for the author's own machine. */
function toDependency(
  name: string,
  entry: ManifestTable,
  { kind, target }: Pick<Dependency, "kind" | "target">,
): Dependency {
  const renamed = entry.string("package");
  if (renamed !== null) requireAlias(name, entry.path("package"));
  const defaultFeatures = entry.has("default-features")
    ? entry.boolean("default-features")
    : entry.boolean("default_features");
  return {
    crate: parseCrateName(renamed ?? name),
    alias: renamed === null ? null : name,
    requirement: parseRequirement(
      requireString(entry, "version"),
      entry.path("version"),
    ),
    // Old versions of cargo wrote empty ones, and cargo ignores them.
    features: entry.strings("features").filter((it) => it !== ""),
    optional: entry.boolean("optional") ?? false,
    defaultFeatures: defaultFeatures ?? true,
    target,
    kind,
    registry: entry.string("registry-index") ?? CRATES_IO_INDEX,
  };
}

function requireString(table: ManifestTable, key: string): string {
  const value = table.string(key);
  if (value === null) throw refuse(`\`${table.path(key)}\` is missing`);
  return value;
}

function refuse(problem: string): Refusal {
  return new Refusal("manifest_invalid", { problem });
}
