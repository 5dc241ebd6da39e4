/**
 * Yank and its undoing: new lockfiles no longer take the version, old ones
 * still do.
 *
 * @module
 */

import type { Identity } from "../auth/identity.ts";
import { requireMayChange } from "../auth/policy.ts";
import type { CrateName } from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import type { Edited, IndexState } from "../index/change.ts";
import type { IndexFile } from "../index/index_file.ts";
import { findCrate, requireEntry } from "./find_crate.ts";
import type { Parts } from "./parts.ts";

/** Which version to yank. */
export interface YankRequest {
  /** Who asks. */
  by: Identity;
  /** The crate, in any spelling. */
  crate: CrateName;
  /** The version; its build metadata may be left out. */
  version: CrateVersion;
}

/**
 * Yanks a version, or takes the yank back. Done again it changes nothing.
 *
 * @throws {Refusal} `crate_not_found`, `version_not_found`, `not_permitted`.
 */
export async function yank(
  parts: Parts,
  { by, crate: asked, version: askedVersion }: YankRequest,
  yanked: boolean,
): Promise<void> {
  const { name: crate, file } = await findCrate(parts, asked);
  const verb = yanked ? "yank" : "unyank";
  const edit = (file: IndexFile, state: IndexState): Edited => {
    const { version } = requireEntry(file, crate, askedVersion);
    requireMayChange(by, verb, crate, state);
    return { file: file.withYanked(version, yanked), version };
  };
  const { version, yanked: isYanked } = requireEntry(file, crate, askedVersion);
  if (isYanked === yanked) {
    edit(file, parts.follower.state); // refuses whoever may not ask
    return;
  }
  await parts.index.change({ verb, crate, by, edit });
  parts.emit({ kind: yanked ? "yanked" : "unyanked", by, crate, version });
}
