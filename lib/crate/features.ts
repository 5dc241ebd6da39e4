/**
 * Features of a version: their names, their values, and whether they fit
 * together.
 *
 * Pure. Cargo checks the same when it reads the index and cannot use a version
 * that fails, so such a version is refused before it is published. All features
 * stand in `features`; `features2` is for cargo before 1.19, which cannot use
 * this registry.
 *
 * @see https://doc.rust-lang.org/cargo/reference/features.html
 * @module
 */

import { Refusal } from "../refusal.ts";
import { type Dependency, nameInToml } from "./dependency.ts";

/** The features of a version: each name with what it turns on. */
export type Features = ReadonlyMap<string, readonly string[]>;

/** Whether cargo takes this as the name of a feature. */
export function isFeatureName(text: string): boolean {
  return /^[\p{XID_Start}_0-9][\p{XID_Continue}+.-]*$/u.test(text);
}

/**
 * Refuses features that cargo would refuse when it reads the index.
 *
 * @throws {Refusal} `metadata_invalid`.
 */
export function requireConsistentFeatures(
  features: Features,
  dependencies: readonly Dependency[],
): void {
  const optional = new Map<string, boolean>();
  for (const dependency of dependencies) {
    const name = nameInToml(dependency);
    optional.set(name, dependency.optional || optional.get(name) === true);
  }
  const values = [...features].flatMap(([feature, texts]) =>
    texts.map((text) => ({ feature, text, value: parseValue(text) }))
  );
  const named = new Set(
    values.flatMap(({ value }) =>
      value.kind === "dependency" ? [value.dependency] : []
    ),
  );
  const hasImplicitFeature = (name: string) =>
    optional.get(name) === true && !named.has(name);

  for (const feature of features.keys()) requireFeatureName(feature);
  for (const { feature, text, value } of values) {
    const problem = value.kind === "feature"
      ? problemOfFeature(value, features, optional, hasImplicitFeature)
      : value.kind === "dependency"
      ? problemOfDependency(value.dependency, optional)
      : problemOfDependencyFeature(value, optional);
    if (problem !== null) {
      throw refuse(feature, `includes \`${text.slice(0, 200)}\`, ${problem}`);
    }
  }
  requireUsed(features, values.map((it) => it.value), optional);
}

/** One value of a feature, taken apart. */
type FeatureValue =
  /** `x`: another feature, or an optional dependency's implicit one. */
  | { kind: "feature"; name: string }
  /** `dep:x`: an optional dependency. */
  | { kind: "dependency"; dependency: string }
  /** `x/f`, or `x?/f`: a feature of a dependency. */
  | {
    kind: "dependency_feature";
    dependency: string;
    feature: string;
    weak: boolean;
  };

function parseValue(text: string): FeatureValue {
  const slash = text.indexOf("/");
  if (slash === -1) {
    return text.startsWith("dep:")
      ? { kind: "dependency", dependency: text.slice("dep:".length) }
      : { kind: "feature", name: text };
  }
  const before = text.slice(0, slash);
  return {
    kind: "dependency_feature",
    dependency: before.replace(/\?$/, ""),
    feature: text.slice(slash + 1),
    weak: before.endsWith("?"),
  };
}

type Optional = ReadonlyMap<string, boolean>;

function problemOfFeature(
  { name }: { name: string },
  features: Features,
  optional: Optional,
  hasImplicitFeature: (name: string) => boolean,
): string | null {
  if (features.has(name) || hasImplicitFeature(name)) return null;
  switch (optional.get(name)) {
    case undefined:
      return "which is neither a feature nor a dependency";
    case false:
      return "which is a dependency that is not optional";
    case true:
      return `an optional dependency without a feature of its name: write \`dep:${name}\``;
  }
}

function problemOfDependency(
  dependency: string,
  optional: Optional,
): string | null {
  switch (optional.get(dependency)) {
    case undefined:
      return "but there is no such dependency";
    case false:
      return "which is a dependency that is not optional";
    case true:
      return null;
  }
}

function problemOfDependencyFeature(
  { dependency, feature, weak }: FeatureValue & { kind: "dependency_feature" },
  optional: Optional,
): string | null {
  if (dependency.startsWith("dep:")) {
    return "which has both `dep:` and `/`: leave `dep:` out";
  }
  if (!isFeatureName(feature)) {
    return "but no feature can be called like that";
  }
  if (!optional.has(dependency)) {
    return "but there is no such dependency";
  }
  return weak && optional.get(dependency) === false
    ? "but the dependency is not optional: leave `?` out"
    : null;
}

function requireFeatureName(feature: string): void {
  if (isFeatureName(feature)) return;
  throw refuse(
    feature,
    "is no name for a feature: it must begin with a letter, a digit or `_` and hold only those, `-`, `+` and `.`",
  );
}

/**
 * A feature may take the name of an optional dependency and then hide it: some
 * value must still turn the dependency on.
 */
function requireUsed(
  features: Features,
  values: readonly FeatureValue[],
  optional: Optional,
): void {
  const used = new Set(
    values.flatMap((it) => it.kind === "feature" ? [] : [it.dependency]),
  );
  for (const [name, isOptional] of optional) {
    if (isOptional && features.has(name) && !used.has(name)) {
      throw refuse(
        name,
        `has the name of an optional dependency that no feature turns on: add \`dep:${name}\` to one`,
      );
    }
  }
}

function refuse(feature: string, problem: string): Refusal {
  return new Refusal("metadata_invalid", {
    field: `features.${feature.slice(0, 100)}`,
    problem,
  });
}
