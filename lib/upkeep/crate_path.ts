/**
 * Where crate files are: below the data folder, and in a backup.
 *
 * Pure.
 *
 * @module
 */

import { type StoredVersion, toStoredVersion } from "../storage/crate_store.ts";

/** The path of a version's crate file. */
export function crateFilePath({ crate, version }: StoredVersion): string {
  return `crates/${crate}/${crate}-${version}.crate`;
}

/** The version whose crate file is at a path; `null` for all other paths. */
export function versionAt(path: string): StoredVersion | null {
  const [top, crate = "", file = "", ...more] = path.split("/");
  const [start, end] = [`${crate}-`, ".crate"];
  if (top !== "crates" || more.length > 0) return null;
  if (!file.startsWith(start) || !file.endsWith(end)) return null;
  return toStoredVersion(crate, file.slice(start.length, -end.length));
}
