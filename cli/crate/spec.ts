/**
 * How commands are told a crate and a version: `NAME VERSION` or
 * `NAME@VERSION`.
 *
 * @module
 */

import {
  type CrateName,
  type CrateVersion,
  parseCrateName,
  parseCrateVersion,
} from "../../lib/mod.ts";
import { UsageError } from "../exit.ts";
import { argument, optional } from "../parser.ts";

/** A crate and perhaps a version, as typed. */
export const CRATE_SPEC = {
  name: argument("NAME", "The crate; its version may follow as NAME@VERSION."),
  version: optional(argument("VERSION", "The version, like 1.0.0.")),
};

/** What was typed for {@linkcode CRATE_SPEC}. */
export interface TypedSpec {
  readonly name: string;
  readonly version: string | undefined;
}

/** A crate and, unless none was given, a version. */
export interface CrateSpec {
  readonly crate: CrateName;
  readonly version: CrateVersion | null;
}

/**
 * Reads a crate and a version.
 *
 * @throws {UsageError} when two versions are given.
 * @throws {Refusal} `crate_name_invalid`, `version_invalid`.
 */
export function parseCrateSpec({ name, version }: TypedSpec): CrateSpec {
  const at = name.indexOf("@");
  if (at !== -1 && version !== undefined) {
    throw new UsageError(`\`${name}\` and \`${version}\` are two versions`);
  }
  const text = at === -1 ? version : name.slice(at + 1);
  return {
    crate: parseCrateName(at === -1 ? name : name.slice(0, at)),
    version: text === undefined ? null : parseCrateVersion(text),
  };
}
