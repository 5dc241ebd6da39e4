/**
 * Index entries: what the index says of one version, a line of JSON.
 *
 * Pure. The lines of a crate together are in `index_file.ts`.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html#json-schema
 * @module
 */

import { type Checksum, parseChecksum } from "../crate/checksum.ts";
import {
  DEPENDENCY_KINDS,
  type IndexDependencyJson,
  toIndexDependency,
} from "../crate/dependency.ts";
import { isObject, JsonTable } from "../crate/json_table.ts";
import { type CrateName, parseCrateName } from "../crate/name.ts";
import type { PublishMetadata } from "../crate/publish_metadata.ts";
import { type CrateVersion, parseCrateVersion } from "../crate/version.ts";
import { isRefusal } from "../refusal.ts";

/** Features in an index entry: each name with what it turns on. */
export type FeaturesJson = Readonly<Record<string, readonly string[]>>;

/** An index entry with Cargo's keys, in the order in which crates.io has them. */
export interface IndexEntryJson {
  /** The crate, as published. */
  readonly name: string;
  /** The version. */
  readonly vers: string;
  /** All dependencies. */
  readonly deps: readonly IndexDependencyJson[];
  /** SHA-256 of the crate file. */
  readonly cksum: string;
  /** All features of a version published here; else see `features2`. */
  readonly features: FeaturesJson;
  /** More features, which cargo adds to `features`; only in foreign lines. */
  readonly features2?: FeaturesJson;
  /** Whether new lock files may no longer choose this version. */
  readonly yanked: boolean;
  /** The native library it links to. */
  readonly links?: string;
  /** The oldest Rust that builds it. */
  readonly rust_version?: string;
  /** When it was first published, like `2026-11-24T10:00:00Z`. */
  readonly pubtime?: string;
  /** Version of this schema; only in foreign lines. */
  readonly v?: number;
}

/** An index entry as read from its line. */
export interface IndexEntry {
  /** The crate, as published. */
  readonly name: CrateName;
  /** The version. */
  readonly version: CrateVersion;
  /** SHA-256 of the crate file. */
  readonly checksum: Checksum;
  /** Whether new lock files may no longer choose this version. */
  readonly yanked: boolean;
  /** When it was first published, if known. */
  readonly pubtime: string | null;
  /** The entry with every key that cargo has a default for; unknown keys are not in it. */
  readonly json: IndexEntryJson;
  /** The line as it stands in the file, without its newline. */
  readonly line: string;
}

/**
 * The entry of a version that is being published.
 *
 * @param metadata with its registries resolved (`resolveRegistries()`).
 * @param pubtime the moment of publication, like `2026-11-24T10:00:00Z`.
 */
export function toIndexEntry(
  metadata: PublishMetadata,
  checksum: Checksum,
  pubtime: string,
): IndexEntryJson {
  const { name, version, links, rustVersion } = metadata;
  return {
    name,
    vers: version,
    deps: metadata.dependencies.map(toIndexDependency).sort(compareForIndex),
    cksum: checksum,
    features: Object.fromEntries(
      [...metadata.features].sort(([one], [other]) => compareText(one, other)),
    ),
    yanked: false,
    ...(links === null ? {} : { links }),
    ...(rustVersion === null ? {} : { rust_version: rustVersion }),
    pubtime,
  };
}

/** The line of an entry, without its newline. */
export function encodeIndexEntry(entry: IndexEntryJson): string {
  return JSON.stringify(entry);
}

/**
 * Reads a line of an index file.
 *
 * Keys that cargo has a default for may be missing; unknown keys, blanks and a
 * carriage return at the end do not matter.
 *
 * @returns null for a line that is no entry: cargo drops it, or cannot use the
 * version in it. Values are not checked further than to their types.
 */
export function parseIndexEntry(line: string): IndexEntry | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? toEntry(line, new JsonTable(value, "")) : null;
  } catch (error) {
    if (error instanceof SyntaxError || isRefusal(error)) return null;
    throw error;
  }
}

/** The entry with another `yanked`: no other character of its line changes. */
export function withYanked(entry: IndexEntry, yanked: boolean): IndexEntry {
  if (entry.yanked === yanked) return entry;
  const json = { ...entry.json, yanked };
  return { ...entry, yanked, json, line: replaceYanked(entry.line, yanked) };
}

const JSON_TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** @param line a JSON object; `yanked`, if it is there, has a single token. */
function replaceYanked(line: string, yanked: boolean): string {
  const tokens = [...line.matchAll(JSON_TOKEN)];
  let start = line.lastIndexOf("}");
  let end = start;
  let inserted = `,"yanked":${yanked}`;
  let depth = 0;
  for (const [index, { 0: token }] of tokens.entries()) {
    if (token === "{" || token === "[") depth++;
    if (token === "}" || token === "]") depth--;
    const value = tokens[index + 2];
    const isKey = depth === 1 && tokens[index + 1]?.[0] === ":";
    if (isKey && value !== undefined && JSON.parse(token) === "yanked") {
      start = value.index;
      end = start + value[0].length;
      inserted = String(yanked);
    }
  }
  return line.slice(0, start) + inserted + line.slice(end);
}

type EntryTable = JsonTable<keyof IndexEntryJson>;

function toEntry(line: string, table: EntryTable): IndexEntry | null {
  if (!table.has("deps")) return null;
  const name = parseCrateName(table.string("name"));
  const version = parseCrateVersion(table.string("vers"));
  const checksum = parseChecksum(table.string("cksum"));
  const yanked = table.booleanOrNull("yanked") ?? false;
  const links = table.stringOrNull("links");
  const rustVersion = table.stringOrNull("rust_version");
  const pubtime = table.stringOrNull("pubtime");
  const features2 = table.tableOrNull("features2");
  const v = table.integerOrNull("v");
  const json: IndexEntryJson = {
    name,
    vers: version,
    deps: table.tables<keyof IndexDependencyJson>("deps").map(toDependencyJson),
    cksum: checksum,
    features: toFeaturesJson(table.table("features")),
    ...(features2 === null ? {} : { features2: toFeaturesJson(features2) }),
    yanked,
    ...(links === null ? {} : { links }),
    ...(rustVersion === null ? {} : { rust_version: rustVersion }),
    ...(pubtime === null ? {} : { pubtime }),
    ...(v === null ? {} : { v }),
  };
  return { name, version, checksum, yanked, pubtime, json, line };
}

function toDependencyJson(
  table: JsonTable<keyof IndexDependencyJson>,
): IndexDependencyJson {
  const kind = table.stringOrNull("kind");
  const renamed = table.stringOrNull("package");
  return {
    name: table.string("name"),
    req: table.string("req"),
    features: table.strings("features"),
    optional: table.boolean("optional", false),
    default_features: table.boolean("default_features", true),
    target: table.stringOrNull("target"),
    kind: kind === "dev" || kind === "build" ? kind : "normal",
    registry: table.stringOrNull("registry"),
    ...(renamed === null ? {} : { package: renamed }),
  };
}

function toFeaturesJson(table: JsonTable): FeaturesJson {
  return Object.fromEntries(
    table.keys().map((key) => [key, table.strings(key)]),
  );
}

/**
 * Puts a normal dependency before others of its name, as crates.io does: old
 * versions of cargo mistake which one is optional otherwise.
 */
function compareForIndex(
  one: IndexDependencyJson,
  other: IndexDependencyJson,
): number {
  return compareText(one.name, other.name) ||
    DEPENDENCY_KINDS.indexOf(one.kind) -
      DEPENDENCY_KINDS.indexOf(other.kind) ||
    compareText(one.req, other.req) ||
    Number(one.optional) - Number(other.optional) ||
    Number(one.default_features) - Number(other.default_features) ||
    compareText(one.target ?? "", other.target ?? "");
}

function compareText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
