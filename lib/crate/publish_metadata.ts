/**
 * The metadata of a version: what its Cargo.toml (or the JSON of a publish
 * request) says about it, checked.
 *
 * Pure. Only what cargo or this registry could not live with is refused here: a
 * missing description or licence, an unknown category, a licence that is no SPDX
 * expression or a `*` requirement is the publisher's business.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-web-api.html#publish
 * @module
 */

import { DEFAULT_LIMITS } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { type Dependency, fieldInToml, nameInToml } from "./dependency.ts";
import {
  type Features,
  isFeatureName,
  requireConsistentFeatures,
} from "./features.ts";
import type { CrateName } from "./name.ts";
import type { CrateVersion } from "./version.ts";

/** What is known of a version beside its crate file. */
export interface PublishMetadata {
  /** The crate, as its Cargo.toml spells it. */
  readonly name: CrateName;
  /** The version, build metadata included. */
  readonly version: CrateVersion;
  /** All dependencies: normal, build and dev, of all platforms. */
  readonly dependencies: readonly Dependency[];
  /** All features, in the order given. */
  readonly features: Features;
  /** The native library it links to: only one crate in a graph may. */
  readonly links: string | null;
  /** The oldest Rust that builds it, like `1.70`. */
  readonly rustVersion: string | null;
  /** What it is, in a few sentences. */
  readonly description: string | null;
  /** Its licence, meant to be an SPDX expression. */
  readonly license: string | null;
  /** Path of the licence's text in the crate file. */
  readonly licenseFile: string | null;
  /** Address of its home page; any text. */
  readonly homepage: string | null;
  /** Address of its documentation; any text. */
  readonly documentation: string | null;
  /** Address of its source; any text, for example an `ssh:` URL. */
  readonly repository: string | null;
  /** Path of the README in the crate file, where Cargo.toml names one. */
  readonly readmeFile: string | null;
  /** Words to find it by. */
  readonly keywords: readonly string[];
  /** Categories, meant to be slugs of crates.io. */
  readonly categories: readonly string[];
  /** Who wrote it, meant to be like `Name <address>`. */
  readonly authors: readonly string[];
}

/**
 * Refuses metadata that cargo could not use, or that is past a limit.
 *
 * @throws {Refusal} `metadata_invalid`, naming the field as Cargo.toml does.
 */
export function requireValidMetadata(metadata: PublishMetadata): void {
  requireTexts(metadata);
  const { rustVersion } = metadata;
  if (rustVersion !== null && !RUST_VERSION.test(rustVersion)) {
    throw refuse(
      "package.rust-version",
      "must be one to three numbers like `1.70`",
    );
  }
  requireAtMost(
    metadata.dependencies.length,
    DEFAULT_LIMITS.dependenciesMax,
    "dependencies",
  );
  for (const dependency of metadata.dependencies) {
    requireValidDependency(dependency);
  }
  requireOneRegistryEach(metadata.dependencies);
  requireBoundedFeatures(metadata.features);
  requireConsistentFeatures(metadata.features, metadata.dependencies);
}

/** Cargo keeps each number in 64 bits; nine digits are plenty. */
const RUST_VERSION = /^(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){0,2}$/;

function requireTexts(metadata: PublishMetadata): void {
  const limits = DEFAULT_LIMITS;
  const textMax = limits.metadataTextLengthMax;
  requireText(
    metadata.description,
    limits.descriptionLengthMax,
    "package.description",
  );
  requireText(metadata.links, textMax, "package.links");
  requireText(metadata.license, textMax, "package.license");
  requireText(metadata.licenseFile, textMax, "package.license-file");
  requireText(metadata.homepage, textMax, "package.homepage");
  requireText(metadata.documentation, textMax, "package.documentation");
  requireText(metadata.repository, textMax, "package.repository");
  requireText(metadata.readmeFile, textMax, "package.readme");
  for (const author of metadata.authors) {
    requireText(author, textMax, "package.authors");
  }
  const { keywords, categories } = metadata;
  requireAtMost(keywords.length, limits.keywordsMax, "package.keywords");
  for (const keyword of keywords) {
    requireText(keyword, limits.keywordLengthMax, "package.keywords");
  }
  requireAtMost(categories.length, limits.categoriesMax, "package.categories");
  for (const category of categories) {
    requireText(category, textMax, "package.categories");
  }
}

function requireValidDependency(dependency: Dependency): void {
  const field = fieldInToml(dependency);
  if (dependency.optional && dependency.kind === "dev") {
    throw refuse(
      `${field}.optional`,
      "is true, but dev-dependencies cannot be optional",
    );
  }
  const { featureValuesMax, featureLengthMax } = DEFAULT_LIMITS;
  const { features, registry } = dependency;
  requireAtMost(features.length, featureValuesMax, `${field}.features`);
  for (const feature of features) {
    requireText(feature, featureLengthMax, `${field}.features`);
    if (!isFeatureName(feature)) {
      throw refuse(
        `${field}.features`,
        `has \`${feature}\`, which no feature can be called`,
      );
    }
  }
  if (registry !== null) requireRegistryUrl(registry, field);
}

/** Cargo drops a version over a registry that is no URL, and takes no password. */
function requireRegistryUrl(registry: string, field: string): void {
  requireText(registry, DEFAULT_LIMITS.metadataTextLengthMax, field);
  const url = URL.parse(registry.replace(/^sparse\+/, ""));
  if (url === null || url.password !== "") {
    throw refuse(
      `${field}.registry-index`,
      "must be the URL of an index, without a password",
    );
  }
}

/** In one Cargo.toml a name stands for crates of one registry only. */
function requireOneRegistryEach(dependencies: readonly Dependency[]): void {
  const registries = new Map<string, string | null>();
  for (const dependency of dependencies) {
    const name = nameInToml(dependency);
    const known = registries.get(name);
    if (known !== undefined && known !== dependency.registry) {
      throw refuse(
        fieldInToml(dependency),
        "comes from another registry than a dependency of the same name",
      );
    }
    registries.set(name, dependency.registry);
  }
}

function requireBoundedFeatures(features: Features): void {
  const { featuresMax, featureValuesMax, featureLengthMax } = DEFAULT_LIMITS;
  requireAtMost(features.size, featuresMax, "features");
  for (const [feature, values] of features) {
    requireText(feature, featureLengthMax, "features");
    requireAtMost(values.length, featureValuesMax, `features.${feature}`);
    for (const value of values) {
      requireText(value, featureLengthMax, `features.${feature}`);
    }
  }
}

/** Half a surrogate pair cannot be written as UTF-8, and cargo refuses it. */
function requireText(
  text: string | null,
  lengthMax: number,
  field: string,
): void {
  if (text === null) return;
  if (text.length > lengthMax) {
    throw refuse(field, `has more than ${lengthMax} characters`);
  }
  if (!text.isWellFormed()) throw refuse(field, "is not valid Unicode");
}

function requireAtMost(count: number, max: number, field: string): void {
  if (count > max) {
    throw refuse(field, `has ${count} entries, and at most ${max} are allowed`);
  }
}

function refuse(field: string, problem: string): Refusal {
  return new Refusal("metadata_invalid", { field, problem });
}
