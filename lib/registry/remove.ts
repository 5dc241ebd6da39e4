/**
 * Removal of a version or of a whole crate.
 *
 * The index first, then the crate files, then the owners (the last two by the
 * code that follows the index, which does them again after a crash).
 *
 * @module
 */

import type { Identity } from "../auth/identity.ts";
import { requireMayChange } from "../auth/policy.ts";
import { canonicalCrateName, type CrateName } from "../crate/name.ts";
import { requirementMatches } from "../crate/requirement.ts";
import type { CrateVersion } from "../crate/version.ts";
import type { Dependent } from "../database/dependents.ts";
import {
  type Edited,
  type IndexState,
  removedEntries,
} from "../index/change.ts";
import { IndexFile } from "../index/index_file.ts";
import { Refusal } from "../refusal.ts";
import { findCrate, requireEntry } from "./find_crate.ts";
import type { Parts } from "./parts.ts";

/** What to remove. */
export interface RemoveRequest {
  /** Who asks. */
  by: Identity;
  /** The crate, in any spelling. */
  crate: CrateName;
  /** The version; `null` is the whole crate. */
  version: CrateVersion | null;
}

/** What was removed. */
export interface Removed {
  /** The crate, as it was spelt in the index. */
  crate: CrateName;
  /** The versions that are gone. */
  versions: CrateVersion[];
}

/**
 * Removes a version, or the whole crate, which its last version is too.
 *
 * The bytes of a removed version may come back, others under its number never.
 *
 * @throws {Refusal} `crate_not_found`, `version_not_found`, `not_permitted`.
 */
export async function remove(
  parts: Parts,
  { by, crate: asked, version }: RemoveRequest,
): Promise<Removed> {
  const { name: crate } = await findCrate(parts, asked);
  const edit = (file: IndexFile, state: IndexState): Edited => {
    if (file.name === null) throw new Refusal("crate_not_found", { crate });
    const entry = version === null ? null : requireEntry(file, crate, version);
    requireMayChange(by, "remove", crate, state);
    const left = entry === null ? IndexFile.EMPTY : file.without(entry.version);
    return {
      file: left,
      version: entry === null || left.name === null ? "*" : entry.version,
    };
  };
  const made = await parts.index.change({ verb: "remove", crate, by, edit });
  const versions = removedEntries(made.line, made.before).map(({ version }) =>
    version
  );
  parts.emit({
    kind: "removed",
    by,
    crate,
    versions,
    wholeCrate: made.after.name === null,
  });
  return { crate, versions };
}

/**
 * Who in this registry depends on a crate, or on a version of it.
 *
 * @param version tells only those whose requirement it meets; `null` tells all.
 * @throws {Refusal} `crate_not_found`, `version_not_found`.
 */
export async function dependents(
  parts: Parts,
  crate: CrateName,
  version: CrateVersion | null,
): Promise<Dependent[]> {
  const found = await findCrate(parts, crate);
  const all = parts.derived.dependentsOf(canonicalCrateName(found.name))
    .filter((dependent) => dependent.crate !== found.name);
  if (version === null) return all;
  const entry = requireEntry(found.file, found.name, version);
  return all.filter(({ requirement }) =>
    requirementMatches(requirement, entry.version)
  );
}
