/**
 * Whether a publish request says the same as the Cargo.toml in its crate file.
 *
 * Pure. An index that says something else than the code it points to would let
 * a crate pass one look and be built as another.
 *
 * @module
 */

import { Refusal } from "../refusal.ts";
import { type Dependency, fieldInToml } from "./dependency.ts";
import type { Features } from "./features.ts";
import type { PublishMetadata } from "./publish_metadata.ts";
import type { RequestedMetadata } from "./publish_json.ts";

/**
 * Refuses a request that says something else than the manifest about what the
 * index holds: name, version, dependencies, features, links, Rust version.
 *
 * The order of dependencies, of features and of their values does not matter.
 *
 * @param manifest and `request`: both with their registries resolved.
 * @throws {Refusal} `manifest_disagrees`, naming the field as Cargo.toml does.
 */
export function requireAgreement(
  manifest: PublishMetadata,
  request: RequestedMetadata,
): void {
  requireEqual("package.name", manifest.name, request.name);
  requireEqual("package.version", manifest.version, request.version);
  requireEqual("package.links", manifest.links, request.links);
  if (request.saysRustVersion) {
    const { rustVersion } = manifest;
    requireEqual("package.rust-version", rustVersion, request.rustVersion);
  }
  requireEqualFeatures(manifest.features, request.features);
  requireEqualDependencies(manifest.dependencies, request.dependencies);
}

function requireEqualFeatures(inManifest: Features, inRequest: Features): void {
  const names = new Set([...inManifest.keys(), ...inRequest.keys()]);
  for (const name of names) {
    requireEqual(
      `features.${name.slice(0, 100)}`,
      toListText(inManifest.get(name)),
      toListText(inRequest.get(name)),
    );
  }
}

function requireEqualDependencies(
  inManifest: readonly Dependency[],
  inRequest: readonly Dependency[],
): void {
  const [ours, theirs] = [inManifest, inRequest].map(byField);
  const fields = new Set([...inManifest, ...inRequest].map(fieldInToml));
  for (const field of fields) {
    requireEqualGroups(field, ours?.get(field) ?? [], theirs?.get(field) ?? []);
  }
}

/** What a dependency says beside its field: key in Cargo.toml and value. */
type Said = Readonly<Record<string, string | null>>;

/**
 * Several dependencies have one field where a platform is spelt in two ways, as
 * in `cfg(unix)` and `cfg( unix )`.
 */
function byField(dependencies: readonly Dependency[]): Map<string, Said[]> {
  const groups = new Map<string, Said[]>();
  for (const dependency of dependencies) {
    const field = fieldInToml(dependency);
    const group = groups.get(field);
    if (group === undefined) groups.set(field, [toSaid(dependency)]);
    else group.push(toSaid(dependency));
  }
  return groups;
}

function toSaid(dependency: Dependency): Said {
  const { alias, crate, defaultFeatures, optional } = dependency;
  return {
    package: alias === null ? null : crate,
    version: dependency.requirement,
    "registry-index": dependency.registry ?? "this registry",
    features: toListText(dependency.features),
    optional: `${optional}`,
    "default-features": `${defaultFeatures}`,
  };
}

function requireEqualGroups(
  field: string,
  inManifest: readonly Said[],
  inRequest: readonly Said[],
): void {
  requireEqual(
    field,
    toCountText(inManifest.length),
    toCountText(inRequest.length),
  );
  const [ours, theirs] = [inManifest, inRequest].map((it) =>
    it.toSorted((one, other) => compareText(toText(one), toText(other)))
  );
  for (const [position, said] of ours?.entries() ?? []) {
    for (const [key, value] of Object.entries(said)) {
      const other = theirs?.[position]?.[key] ?? null;
      requireEqual(`${field}.${key}`, value, other);
    }
  }
}

function toCountText(count: number): string | null {
  return count === 0 ? null : `${count} ${count === 1 ? "entry" : "entries"}`;
}

/** As a list in TOML or JSON, in an order of its own. */
function toListText(texts: readonly string[] | undefined): string | null {
  return texts === undefined ? null : JSON.stringify(texts.toSorted());
}

function toText(said: Said): string {
  return JSON.stringify(Object.values(said));
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function requireEqual(
  field: string,
  inManifest: string | null,
  inRequest: string | null,
): void {
  if (inManifest === inRequest) return;
  throw new Refusal("manifest_disagrees", {
    field,
    in_manifest: toFact(inManifest),
    in_request: toFact(inRequest),
  });
}

function toFact(value: string | null): string {
  return value === null ? "missing" : `\`${value.slice(0, 200)}\``;
}
