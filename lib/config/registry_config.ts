/**
 * The registry's part of the configuration: where its data lies, how it is
 * reached, what it is called and what bounds it.
 *
 * Pure. Each key with its default and its consequences is explained in
 * `palletizer.example.toml`.
 *
 * @module
 */

import { resolve } from "node:path";
import { CRATES_IO_INDEX } from "../crate/dependency.ts";
import {
  REQUIRABLE_FIELDS,
  type RequirableField,
} from "../crate/required_metadata.ts";
import { DEFAULT_LIMITS, type Limits } from "../limits.ts";
import type { ConfigReader, ConfigTable, SettingKind } from "./reader.ts";
import { sizeBetween } from "./size.ts";
import { BASE_URL, DOWNLOAD_URL, INDEX_URL } from "./url.ts";

/** All that a registry must be told; complete, defaults included. */
export interface RegistryConfig {
  /** Everything the registry keeps: an absolute path. */
  readonly dataFolder: string;
  /** How people and cargo reach the registry, without a final slash. */
  readonly url: string;
  /** Other addresses that its index has or had. */
  readonly formerUrls: readonly string[];
  /** The name that people give it in cargo's configuration. */
  readonly name: string;
  /** Indexes that dependencies may come from, besides this one. */
  readonly allowedRegistries: readonly string[];
  /** Metadata without which a publish is refused. */
  readonly requiredFields: readonly RequirableField[];
  /** Where cargo fetches crate files: a template in cargo's spelling. */
  readonly dl: string;
  /** Whether cargo must bring a token to read, as the git index tells it. */
  readonly authRequired: boolean;
  /** What outsiders can push against. */
  readonly limits: Limits;
}

/** Where the data lies when the configuration does not say. */
export const DEFAULT_DATA = "palletizer-data";

/** The address of a registry whose configuration has none. */
export const DEFAULT_URL = "http://127.0.0.1:7171";

const DEFAULT_NAME = "palletizer";

/**
 * Reads the registry's keys; `config.finish()` then tells their problems with
 * those of all others.
 */
export function readRegistryConfig(config: ConfigReader): RegistryConfig {
  const { root, folder } = config;
  const dataFolder = root.value(
    "data",
    pathFrom(folder),
    resolve(folder, DEFAULT_DATA),
  );
  const url = root.value("url", BASE_URL, DEFAULT_URL);
  const formerUrls = root.list("former_urls", INDEX_URL, []);
  const registry = root.table("registry");
  return {
    dataFolder,
    url,
    formerUrls,
    name: registry.value("name", REGISTRY_NAME, DEFAULT_NAME),
    allowedRegistries: registry.list(
      "allowed_registries",
      INDEX_URL,
      [CRATES_IO_INDEX],
    ),
    requiredFields: registry.list("require", REQUIRABLE_FIELD, []),
    dl: registry.value("dl", DOWNLOAD_URL, defaultDownloadUrl(url)),
    authRequired: false, // who serves the index knows better
    limits: readLimits(root.table("limits")),
  };
}

/** Where crate files are fetched unless the configuration says otherwise. */
export function defaultDownloadUrl(url: string): string {
  return `${url}/crates/{crate}/{crate}-{version}.crate`;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** A publish request counts the bytes of the crate file in 32 bits. */
const CRATE_FILE = sizeBetween(KIB, 2 * GIB);
const UNPACKED = sizeBetween(KIB, 64 * GIB);
const INDEX_CACHE = sizeBetween(MIB, 16 * GIB);
const UPLOADS_IN_FLIGHT = sizeBetween(MIB, 64 * GIB);
const GIT_CLONES = countBetween(1, 1000);

function readLimits(table: ConfigTable): Limits {
  const defaults = DEFAULT_LIMITS;
  return {
    ...defaults,
    crateFileBytesMax: table.value(
      "crate_file",
      CRATE_FILE,
      defaults.crateFileBytesMax,
    ),
    unpackedBytesMax: table.value(
      "unpacked",
      UNPACKED,
      defaults.unpackedBytesMax,
    ),
    indexCacheBytesMax: table.value(
      "index_cache",
      INDEX_CACHE,
      defaults.indexCacheBytesMax,
    ),
    uploadsInFlightBytesMax: table.value(
      "uploads_in_flight",
      UPLOADS_IN_FLIGHT,
      defaults.uploadsInFlightBytesMax,
    ),
    gitClonesMax: table.value("git_clones", GIT_CLONES, defaults.gitClonesMax),
  };
}

/** A setting that is a whole number, both bounds included. */
function countBetween(min: number, max: number): SettingKind<number> {
  return {
    expected: `a whole number from ${min} to ${max}`,
    read(value) {
      if (typeof value !== "bigint" || value < min || value > max) return null;
      return Number(value);
    },
    show: String,
  };
}

/**
 * What cargo takes after `--registry` and in `CARGO_REGISTRIES_<NAME>_TOKEN`;
 * `crates-io` is cargo's own.
 */
const REGISTRY_NAME: SettingKind<string> = {
  expected:
    "1 to 64 letters, digits, `-` and `_`, beginning with a letter, and not `crates-io`",
  read(value) {
    if (typeof value !== "string" || value === "crates-io") return null;
    return /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(value) ? value : null;
  },
  show: (value) => value,
};

const REQUIRABLE_FIELD: SettingKind<RequirableField> = {
  expected: `one of ${REQUIRABLE_FIELDS.map((it) => `"${it}"`).join(", ")}`,
  read: (value) => REQUIRABLE_FIELDS.find((it) => it === value) ?? null,
  show: (value) => value,
};

/** A path; a relative one starts at `folder`. */
function pathFrom(folder: string): SettingKind<string> {
  return {
    expected: "a path",
    read(value) {
      // deno-lint-ignore no-control-regex -- no file has them in its name on purpose
      if (typeof value !== "string" || /^$|[\x00-\x1f\x7f]/.test(value)) {
        return null;
      }
      return resolve(folder, value);
    },
    show: (value) => value,
  };
}
