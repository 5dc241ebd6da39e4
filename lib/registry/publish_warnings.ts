/**
 * What the publisher of a version should know, though it is no reason to refuse
 * it.
 *
 * Pure.
 *
 * @module
 */

import { type Dependency, fieldInToml } from "../crate/dependency.ts";
import { type CanonicalCrateName, canonicalCrateName } from "../crate/name.ts";
import type { PublishMetadata } from "../crate/publish_metadata.ts";
import { saysField } from "../crate/required_metadata.ts";

/**
 * The warnings about a version, a sentence each.
 *
 * @param isHere whether this registry has a crate of that name.
 */
export function publishWarnings(
  metadata: PublishMetadata,
  isHere: (crate: CanonicalCrateName) => boolean,
): string[] {
  const { name, dependencies } = metadata;
  const own = canonicalCrateName(name);
  const isMissing = ({ crate, registry }: Dependency) => {
    const canonical = canonicalCrateName(crate);
    return registry === null && canonical !== own && !isHere(canonical);
  };
  return [
    ...warningsOfTexts(metadata),
    ...dependencies.filter(({ requirement }) => requirement === "*").map((it) =>
      `\`${
        fieldInToml(it)
      }\` takes any version (\`*\`), also those that will break \`${name}\`: say which it works with`
    ),
    ...dependencies.filter(isMissing).map((it) =>
      `\`${
        fieldInToml(it)
      }\` is not in this registry yet: \`${name}\` cannot be used before \`${it.crate}\` is published`
    ),
  ];
}

function warningsOfTexts(metadata: PublishMetadata): string[] {
  return [
    ...(saysField(metadata, "description") ? [] : [
      "`package.description` is missing: search shows nothing but the name",
    ]),
    ...(saysField(metadata, "license") ? [] : [
      "neither `package.license` nor `package.license-file` says how it may be used",
    ]),
  ];
}
