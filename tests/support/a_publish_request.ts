/**
 * Publish requests for tests, as cargo sends them but for what is stated.
 *
 * @module
 */

import type {
  PublishDependencyJson,
  PublishMetadataJson,
} from "../../lib/crate/publish_json.ts";
import type { Dependency } from "../../lib/crate/dependency.ts";
import { parseManifest } from "../../lib/crate/manifest.ts";
import type { CrateBuilder } from "./a_crate.ts";
import { joined, toBytes } from "./a_tar.ts";

/** What cargo says of `foo` 1.0.0, which says nothing else. */
export function somePublishJson(
  stated: Partial<PublishMetadataJson> = {},
): PublishMetadataJson {
  return {
    name: "foo",
    vers: "1.0.0",
    deps: [],
    features: {},
    authors: [],
    description: null,
    documentation: null,
    homepage: null,
    readme: null,
    readme_file: null,
    keywords: [],
    categories: [],
    license: null,
    license_file: null,
    repository: null,
    badges: {},
    links: null,
    rust_version: null,
    ...stated,
  };
}

/** A normal dependency on `^1` of a crate of the same registry. */
export function aPublishDependency(
  name: string,
  stated: Partial<PublishDependencyJson> = {},
): PublishDependencyJson {
  return {
    optional: false,
    default_features: true,
    name,
    features: [],
    version_req: "^1",
    target: null,
    kind: "normal",
    ...stated,
  };
}

/**
 * What cargo sends beside a crate file, read out of its Cargo.toml.
 *
 * @param ownIndex the URL of the registry that is published to.
 */
export function requestOf(
  crate: CrateBuilder,
  stated: Partial<PublishMetadataJson> = {},
  ownIndex = "sparse+http://127.0.0.1:7171/index/",
): PublishMetadataJson {
  const text = new TextDecoder().decode(toBytes(crate.manifest()));
  const metadata = parseManifest(text);
  return somePublishJson({
    name: metadata.name,
    vers: metadata.version,
    deps: metadata.dependencies.map((it) => toJson(it, ownIndex)),
    features: Object.fromEntries(
      [...metadata.features].map(([name, values]) => [name, [...values]]),
    ),
    description: metadata.description,
    keywords: [...metadata.keywords],
    categories: [...metadata.categories],
    license: metadata.license,
    license_file: metadata.licenseFile,
    links: metadata.links,
    rust_version: metadata.rustVersion,
    ...stated,
  });
}

function toJson(
  dependency: Dependency,
  ownIndex: string,
): PublishDependencyJson {
  const { alias, registry } = dependency;
  return {
    optional: dependency.optional,
    default_features: dependency.defaultFeatures,
    name: dependency.crate,
    features: [...dependency.features],
    version_req: dependency.requirement,
    target: dependency.target,
    kind: dependency.kind,
    ...(registry === null || registry === ownIndex ? {} : { registry }),
    ...(alias === null ? {} : { explicit_name_in_toml: alias }),
  };
}

/** The body of a publish request: both parts with their lengths. */
export function aPublishFrame(
  json: unknown,
  crateFile: string | Uint8Array,
): Uint8Array {
  const text = toBytes(typeof json === "string" ? json : JSON.stringify(json));
  const file = toBytes(crateFile);
  return joined(u32(text.length), text, u32(file.length), file);
}

/** A length as a publish request has it. */
export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
