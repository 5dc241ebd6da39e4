/**
 * Is every line of an index file what the registry itself would have written?
 *
 * Pure.
 *
 * @module
 */

import { withoutBuildMetadata } from "../../crate/version.ts";
import { type IndexEntry, parseIndexEntry } from "../../index/entry.ts";
import { indexPath } from "../../index/path.ts";
import { type Finding, toFinding } from "../finding.ts";

/**
 * Looks at the lines of an index file.
 *
 * @param entries those that were read of it already: if each line is one, none
 * is read again.
 */
export function checkIndexLines(
  path: string,
  text: string,
  entries: readonly IndexEntry[] = [],
): Finding[] {
  const findings: Finding[] = [];
  const seen = new Map<string, IndexEntry>();
  let spelling: string | null = null;
  const lines = text.split("\n")
    .map((line, place) => ({ line, number: place + 1 }))
    .filter(({ line }) => line.trim() !== "");
  const isRead = entries.length === lines.length;
  for (const [place, { line, number }] of lines.entries()) {
    const entry = isRead ? entries[place] ?? null : parseIndexEntry(line);
    if (entry === null) {
      findings.push(toFinding("index_line_malformed", { path, line: number }));
      continue;
    }
    const { name, version } = entry;
    spelling ??= name;
    if (indexPath(name) !== path || name !== spelling) {
      const facts = { path, line: number, name };
      findings.push(toFinding("index_line_misplaced", facts));
      continue;
    }
    const plain = withoutBuildMetadata(version);
    const other = seen.get(plain)?.version;
    if (other !== undefined) {
      const facts = { crate: name, version, other };
      findings.push(toFinding("index_version_twice", facts));
    }
    seen.set(plain, entry);
    findings.push(...checkKeys(entry));
  }
  return findings;
}

const KEYS: ReadonlySet<string> = new Set([
  ...["name", "vers", "deps", "cksum", "features", "features2", "yanked"],
  ...["links", "rust_version", "pubtime", "v"],
]);

const DEPENDENCY_KEYS: ReadonlySet<string> = new Set([
  ...["name", "req", "features", "optional", "default_features", "target"],
  ...["kind", "registry", "package"],
  ...["public", "explicit_name_in_toml"], // of other registries
]);

/** Keys that nobody knows: misspelt ones, most likely. */
function checkKeys({ name, version, line }: IndexEntry): Finding[] {
  const json = JSON.parse(line);
  const unknown = Object.keys(json).filter((key) => !KEYS.has(key));
  for (const dependency of json.deps) {
    for (const key of Object.keys(dependency)) {
      if (!DEPENDENCY_KEYS.has(key)) unknown.push(`deps.${key}`);
    }
  }
  if (unknown.length === 0) return [];
  const keys = [...new Set(unknown)].join(", ");
  return [toFinding("index_keys_unknown", { crate: name, version, keys })];
}
