/**
 * The JSON of a publish request: what cargo says about the version beside the
 * crate file, read into metadata.
 *
 * Pure. It is read to be compared with the Cargo.toml in the crate file
 * (`agreement.ts`), which the index entry is made from, and to refuse early.
 * Since nothing of it is stored, it does no harm that `JSON.parse()` lets the
 * last of two equal keys count.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-web-api.html#publish
 * @module
 */

import { Refusal } from "../refusal.ts";
import {
  type Dependency,
  DEPENDENCY_KINDS,
  type DependencyKind,
  requireAlias,
} from "./dependency.ts";
import { isObject, JsonTable } from "./json_table.ts";
import { parseCrateName } from "./name.ts";
import { parsePlatform } from "./platform.ts";
import {
  type PublishMetadata,
  requireValidMetadata,
} from "./publish_metadata.ts";
import { parseRequirement } from "./requirement.ts";
import { parseCrateVersion } from "./version.ts";

/** The JSON that cargo sends, with Cargo's keys. */
export interface PublishMetadataJson {
  /** The crate. */
  name: string;
  /** The version. */
  vers: string;
  /** All dependencies. */
  deps: PublishDependencyJson[];
  /** All features. */
  features: Record<string, string[]>;
  /** Who wrote it. */
  authors: string[];
  /** What it is. */
  description: string | null;
  /** Address of its documentation. */
  documentation: string | null;
  /** Address of its home page. */
  homepage: string | null;
  /** The text of the README. */
  readme: string | null;
  /** The path of the README. */
  readme_file: string | null;
  /** Words to find it by. */
  keywords: string[];
  /** Categories, meant to be slugs of crates.io. */
  categories: string[];
  /** Its licence. */
  license: string | null;
  /** Path of the licence's text. */
  license_file: string | null;
  /** Address of its source. */
  repository: string | null;
  /** Badges, which nobody shows any more. */
  badges: Record<string, Record<string, string>>;
  /** The native library it links to. */
  links: string | null;
  /** The oldest Rust that builds it; cargo before 1.71 does not send it. */
  rust_version?: string | null;
}

/** A dependency in the JSON that cargo sends, with Cargo's keys. */
export interface PublishDependencyJson {
  /** Whether it is used only when a feature says so. */
  optional: boolean;
  /** Whether the crate's `default` feature is asked for. */
  default_features: boolean;
  /** The crate depended on, by its real name. */
  name: string;
  /** The features asked of the crate. */
  features: string[];
  /** The version requirement. */
  version_req: string;
  /** Where it is needed; null for everywhere. */
  target: string | null;
  /** What it is needed for. */
  kind: string;
  /** Index URL of its registry; missing for the one that is published to. */
  registry?: string;
  /** Its name in the dependent's Cargo.toml, when renamed. */
  explicit_name_in_toml?: string;
}

/** What a publish request says about a version. */
export interface RequestedMetadata extends PublishMetadata {
  /** Whether it says anything about the oldest Rust. */
  readonly saysRustVersion: boolean;
}

/**
 * Reads the JSON of a publish request.
 *
 * A dependency's registry is null where none is named: the registry that is
 * published to. Other URLs stand as they are sent (`resolveRegistries()`).
 *
 * @throws {Refusal} `publish_frame_malformed` for what is no JSON object;
 * `crate_name_invalid`, `version_invalid`, `metadata_invalid` for values.
 */
export function parsePublishJson(text: string): RequestedMetadata {
  const json = parseObject(text);
  requireIgnoredTexts(json);
  const metadata: RequestedMetadata = {
    name: parseCrateName(json.string("name")),
    version: parseCrateVersion(json.string("vers")),
    dependencies: json.tables<keyof PublishDependencyJson>("deps")
      .map(toDependency),
    features: readFeatures(json.table("features")),
    links: json.stringOrNull("links"),
    rustVersion: json.stringOrNull("rust_version"),
    saysRustVersion: json.has("rust_version"),
    description: json.stringOrNull("description"),
    license: json.stringOrNull("license"),
    licenseFile: json.stringOrNull("license_file"),
    homepage: json.stringOrNull("homepage"),
    documentation: json.stringOrNull("documentation"),
    repository: json.stringOrNull("repository"),
    readmeFile: json.stringOrNull("readme_file"),
    keywords: json.strings("keywords"),
    categories: json.strings("categories"),
    authors: json.strings("authors"),
  };
  requireValidMetadata(metadata);
  return metadata;
}

function parseObject(text: string): JsonTable<keyof PublishMetadataJson> {
  const refuse = (problem: string, options?: ErrorOptions) =>
    new Refusal("publish_frame_malformed", { problem }, options);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse("its first part is not JSON", { cause });
  }
  if (!isObject(value)) throw refuse("its JSON is not an object");
  return new JsonTable(value, "");
}

/** What is not used must still be what it is said to be. */
function requireIgnoredTexts(json: JsonTable<keyof PublishMetadataJson>): void {
  json.stringOrNull("readme");
  const badges = json.table("badges");
  for (const badge of badges.keys()) {
    const attributes = badges.table(badge);
    for (const key of attributes.keys()) attributes.string(key);
  }
}

function readFeatures(table: JsonTable): Map<string, string[]> {
  return new Map(table.keys().map((key) => [key, table.strings(key)]));
}

function toDependency(
  json: JsonTable<keyof PublishDependencyJson>,
): Dependency {
  const alias = json.stringOrNull("explicit_name_in_toml");
  if (alias !== null) requireAlias(alias, json.path("explicit_name_in_toml"));
  const target = json.stringOrNull("target");
  return {
    crate: parseCrateName(json.string("name")),
    alias,
    requirement: parseRequirement(
      json.string("version_req"),
      json.path("version_req"),
    ),
    // Cargo ignores empty ones.
    features: json.strings("features").filter((it) => it !== ""),
    optional: json.boolean("optional", false),
    defaultFeatures: json.boolean("default_features", true),
    target: target === null ? null : parsePlatform(target, json.path("target")),
    kind: readKind(json),
    registry: json.stringOrNull("registry"),
  };
}

function readKind(
  json: JsonTable<keyof PublishDependencyJson>,
): DependencyKind {
  const text = json.stringOrNull("kind") ?? "normal";
  const kind = DEPENDENCY_KINDS.find((it) => it === text);
  if (kind !== undefined) return kind;
  throw new Refusal("metadata_invalid", {
    field: json.path("kind"),
    problem: "must be `normal`, `build` or `dev`",
  });
}
