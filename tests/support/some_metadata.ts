/**
 * Metadata for tests: valid, and as small as can be but for what is stated.
 *
 * @module
 */

import type { Dependency } from "../../lib/crate/dependency.ts";
import { parseCrateName } from "../../lib/crate/name.ts";
import type { PublishMetadata } from "../../lib/crate/publish_metadata.ts";
import { parseRequirement } from "../../lib/crate/requirement.ts";
import { parseCrateVersion } from "../../lib/crate/version.ts";

/** A normal dependency on `^1` of a crate of the same registry. */
export function aDependency(
  crate: string,
  stated: Partial<Dependency> = {},
): Dependency {
  return {
    crate: parseCrateName(crate),
    alias: null,
    requirement: parseRequirement("1", "requirement"),
    features: [],
    optional: false,
    defaultFeatures: true,
    target: null,
    kind: "normal",
    registry: null,
    ...stated,
  };
}

/** Metadata of `foo` 1.0.0, which says nothing else. */
export function someMetadata(
  stated: Partial<PublishMetadata> = {},
): PublishMetadata {
  return {
    name: parseCrateName("foo"),
    version: parseCrateVersion("1.0.0"),
    dependencies: [],
    features: new Map(),
    links: null,
    rustVersion: null,
    description: null,
    license: null,
    licenseFile: null,
    homepage: null,
    documentation: null,
    repository: null,
    readmeFile: null,
    keywords: [],
    categories: [],
    authors: [],
    ...stated,
  };
}
