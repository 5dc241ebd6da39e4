/**
 * The addresses in a configuration: where the registry is reached, where crate
 * files are fetched, and indexes by URL.
 *
 * Pure. Which URLs mean this registry is in `lib/index/own_urls.ts`.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html#index-configuration
 * @module
 */

import type { SettingKind } from "./reader.ts";
import type { TomlValue } from "./toml.ts";

/**
 * Reads the address of a registry.
 *
 * @returns the URL as browsers spell it, without a final slash; null unless it
 * is http or https with neither user name, password, query nor fragment.
 */
export function parseBaseUrl(text: string): string | null {
  const url = parseAbsoluteUrl(text, ["http:", "https:"]);
  if (url === null || /[?#]/.test(text)) return null;
  return url.origin + url.pathname.replace(/\/+$/, "");
}

/** A setting that is the address of a registry. */
export const BASE_URL: SettingKind<string> = {
  expected:
    "an http or https URL without user name, password, query and fragment",
  read: (value) => typeof value === "string" ? parseBaseUrl(value) : null,
  show: (value) => value,
};

/** A setting that is the URL of an index, spelt as cargo's users spell it. */
export const INDEX_URL: SettingKind<string> = {
  expected:
    "the URL of an index as in cargo's configuration, like `sparse+https://example.com/index/`",
  read: (value) => textIf(value, isIndexUrl),
  show: (value) => value,
};

/** A setting that says where cargo fetches crate files. */
export const DOWNLOAD_URL: SettingKind<string> = {
  expected:
    "an absolute http, https or file URL; its markers may be `{crate}`, `{version}`, `{prefix}`, `{lowerprefix}` and `{sha256-checksum}`, and without any it does not end in `/`",
  read: (value) => textIf(value, isDownloadUrl),
  show: (value) => value,
};

function isIndexUrl(text: string): boolean {
  const plain = text.replace(/^sparse\+/, "");
  const schemes = ["http:", "https:", "file:", "ssh:", "git:"];
  return parseUrl(plain, schemes) !== null && !plain.includes("#");
}

const MARKERS: ReadonlySet<string> = new Set([
  "{crate}",
  "{version}",
  "{prefix}",
  "{lowerprefix}",
  "{sha256-checksum}",
]);

function isDownloadUrl(text: string): boolean {
  const markers = text.match(/\{[^{}]*\}/g) ?? [];
  if (!markers.every((marker) => MARKERS.has(marker))) return false;
  // Cargo puts plain text for the markers, and `/{crate}/{version}/download`
  // behind a template that has none.
  const filled = markers.reduce((it, marker) => it.replace(marker, "x"), text);
  if (/[{}#]/.test(filled)) return false;
  if (markers.length === 0 && /\/$/.test(text)) return false;
  return parseAbsoluteUrl(filled, ["http:", "https:", "file:"]) !== null;
}

/** A URL without user name and password. */
function parseAbsoluteUrl(text: string, schemes: string[]): URL | null {
  const url = parseUrl(text, schemes);
  return url?.username === "" && url.password === "" ? url : null;
}

/**
 * A URL that is spelt out: the standard's parser forgives blanks, backslashes
 * and missing slashes, cargo does not.
 */
function parseUrl(text: string, schemes: string[]): URL | null {
  if (!/^[a-z]+:\/\/[^\s\\]+$/.test(text)) return null;
  const url = URL.parse(text);
  return url !== null && schemes.includes(url.protocol) ? url : null;
}

function textIf(
  value: TomlValue,
  fits: (text: string) => boolean,
): string | null {
  return typeof value === "string" && fits(value) ? value : null;
}
