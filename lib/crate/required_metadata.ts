/**
 * Metadata that a registry may insist on, where Cargo itself does not.
 *
 * Pure.
 *
 * @see https://doc.rust-lang.org/cargo/reference/manifest.html
 * @module
 */

import { Refusal } from "../refusal.ts";
import type { PublishMetadata } from "./publish_metadata.ts";

/** A field of `[package]` that a registry may insist on. */
export type RequirableField =
  | "description"
  | "license"
  | "homepage"
  | "documentation"
  | "repository"
  | "readme"
  | "keywords"
  | "categories";

type Says = (metadata: PublishMetadata) => boolean;

/** Whether a version says something, by the field that says it. */
const SAYS: Record<RequirableField, Says> = {
  description: ({ description }) => hasText(description),
  license: ({ license, licenseFile }) =>
    hasText(license) || hasText(licenseFile),
  homepage: ({ homepage }) => hasText(homepage),
  documentation: ({ documentation }) => hasText(documentation),
  repository: ({ repository }) => hasText(repository),
  readme: ({ readmeFile }) => hasText(readmeFile),
  keywords: ({ keywords }) => keywords.length > 0,
  categories: ({ categories }) => categories.length > 0,
};

/** All fields that a registry may insist on. */
export const REQUIRABLE_FIELDS: readonly RequirableField[] = Object.keys(
  SAYS,
) as RequirableField[];

/** Whether a version says what a field is for; `license-file` is a license too. */
export function saysField(
  metadata: PublishMetadata,
  field: RequirableField,
): boolean {
  return SAYS[field](metadata);
}

/**
 * Refuses a version that leaves out what its registry insists on.
 *
 * @throws {Refusal} `metadata_invalid` with the first field that is missing.
 */
export function requireFields(
  metadata: PublishMetadata,
  fields: readonly RequirableField[],
): void {
  const missing = fields.find((field) => !saysField(metadata, field));
  if (missing === undefined) return;
  throw new Refusal("metadata_invalid", {
    field: `package.${missing}`,
    problem: "is missing, and this registry requires it",
  });
}

function hasText(text: string | null): boolean {
  return text !== null && text.trim() !== "";
}
