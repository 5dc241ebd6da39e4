/**
 * A change of the index, and what its edit may look at.
 *
 * @module
 */

import type { Identity, Owner, Standing } from "../auth/identity.ts";
import type { Checksum } from "../crate/checksum.ts";
import {
  type CanonicalCrateName,
  canonicalCrateName,
  type CrateName,
} from "../crate/name.ts";
import { type CrateVersion, withoutBuildMetadata } from "../crate/version.ts";
import type { NewCommit } from "../git/fast_import.ts";
import {
  type ChangeLine,
  type ChangeVerb,
  encodeChangeLine,
} from "./change_line.ts";
import type { IndexEntry } from "./entry.ts";
import type { IndexFile } from "./index_file.ts";
import { indexPath } from "./path.ts";

/**
 * What is known beside the index files: names, owners and removals, as of the
 * commit that a change will follow, and users as of now.
 */
export interface IndexState {
  /** The crate that has this canonical name, as it is spelt. */
  crateNamed(name: CanonicalCrateName): CrateName | null;
  /** Who owns a crate. */
  ownersOf(crate: CanonicalCrateName): readonly Owner[];
  /** What a user counts for. */
  standingOf(user: number): Standing;
  /** The checksum that a removed version had. */
  removedVersion(
    crate: CanonicalCrateName,
    version: CrateVersion,
  ): Checksum | null;
  /** Whether any version of that name was ever removed. */
  isRemovedName(crate: CanonicalCrateName): boolean;
}

/** What an edit makes of an index file. */
export interface Edited {
  /** The new index file; an empty one is deleted. */
  file: IndexFile;
  /** What the change says it did: `*` when no version is left. */
  version: CrateVersion | "*";
  /** The owner that a new crate gets. */
  owner?: Owner | null;
}

/** A change to be made. */
export interface IndexChange {
  /** What it does. */
  verb: ChangeVerb;
  /** The crate whose index file it edits. */
  crate: CrateName;
  /** Who asks. */
  by: Identity;
  /**
   * Decides and edits, under the write lock. Pure: it may run several times.
   *
   * @throws {Refusal} to take this change, and only this one, out of its batch.
   */
  edit(file: IndexFile, state: IndexState): Edited;
  /** What must be on disk before the commit; may run several times. */
  prepare?(): Promise<void>;
  /** Takes back {@linkcode IndexChange.prepare}: the commit did not come. */
  undo?(): Promise<unknown>;
}

/** The named moments of a change or a squash, for tests that die at one of them. */
export type ChangeStep =
  | "locked"
  | "edited"
  | "prepared"
  | "committed"
  | "history_kept"
  | "squashed"
  | "followed"
  | "repacked";

/** A change that stands in the index. */
export interface MadeChange {
  /** Its line in the commit's message. */
  line: ChangeLine;
  /** The index file before. */
  before: IndexFile;
  /** The index file after. */
  after: IndexFile;
}

/** The entries that a removal takes out of the index file as it was before. */
export function removedEntries(
  line: ChangeLine,
  before: IndexFile,
): readonly IndexEntry[] {
  if (line.verb !== "remove") return [];
  return before.entries.filter(({ version }) =>
    line.version === "*" || version === line.version
  );
}

/**
 * The commits of a batch.
 *
 * @param made its changes, in their order.
 * @param isShared whether all are in one commit; else each has its own.
 * @param when they are made.
 */
export function toCommits(
  made: readonly MadeChange[],
  isShared: boolean,
  when: Date,
): NewCommit[] {
  const groups = isShared ? [made] : made.map((it) => [it]);
  return groups.map((group) => ({
    message: group.map(({ line }) => `${encodeChangeLine(line)}\n`).join(""),
    when,
    files: new Map(group.map(({ line, after }) => [
      indexPath(line.crate),
      after.isEmpty ? null : after.text,
    ])),
  }));
}

/**
 * The state as earlier changes of the same batch leave it, so that two of them
 * are judged as if one had been committed before the other came.
 */
export class BatchState implements IndexState {
  readonly #base: IndexState;
  readonly #names = new Map<CanonicalCrateName, CrateName | null>();
  readonly #owners = new Map<CanonicalCrateName, readonly Owner[]>();
  readonly #removed = new Map<
    CanonicalCrateName,
    Map<CrateVersion, Checksum>
  >();

  /** @param base the state as of the tip. */
  constructor(base: IndexState) {
    this.#base = base;
  }

  /** Takes in a change that will be committed before those that follow. */
  take({ line, before, after }: MadeChange): void {
    const name = canonicalCrateName(line.crate);
    if (before.name === null) this.#names.set(name, line.crate);
    if (before.name === null && line.owner !== null) {
      this.#owners.set(name, [line.owner]);
    }
    for (const entry of removedEntries(line, before)) {
      const versions = this.#removed.get(name) ??
        new Map<CrateVersion, Checksum>();
      versions.set(withoutBuildMetadata(entry.version), entry.checksum);
      this.#removed.set(name, versions);
    }
    if (after.name === null) {
      this.#names.set(name, null);
      this.#owners.set(name, []);
    }
  }

  crateNamed(name: CanonicalCrateName): CrateName | null {
    const known = this.#names.get(name);
    return known === undefined ? this.#base.crateNamed(name) : known;
  }

  ownersOf(crate: CanonicalCrateName): readonly Owner[] {
    return this.#owners.get(crate) ?? this.#base.ownersOf(crate);
  }

  standingOf(user: number): Standing {
    return this.#base.standingOf(user);
  }

  removedVersion(
    crate: CanonicalCrateName,
    version: CrateVersion,
  ): Checksum | null {
    return this.#removed.get(crate)?.get(version) ??
      this.#base.removedVersion(crate, version);
  }

  isRemovedName(crate: CanonicalCrateName): boolean {
    return this.#removed.has(crate) || this.#base.isRemovedName(crate);
  }
}
