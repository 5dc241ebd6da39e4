/**
 * Keeps derived.db true to the index: names, versions, dependents.
 *
 * Its rows can be had from the index at any time, so what was missed is found
 * by comparing trees, whoever made the commits and whatever their messages say.
 * So a last-seen commit that is no ancestor of the tip, as after a forced push,
 * is as good as one that is: its tree is what the rows are of. If it is gone, all
 * rows are made anew from the tip's tree.
 * Only under the write lock.
 *
 * @module
 */

import {
  crateOfIndexDependency,
  type IndexDependencyJson,
} from "../crate/dependency.ts";
import {
  type CanonicalCrateName,
  canonicalCrateName,
  parseCrateName,
} from "../crate/name.ts";
import { parseRequirement } from "../crate/requirement.ts";
import type { OwnDependency } from "../database/dependents.ts";
import type { DerivedDatabase } from "../database/derived.ts";
import type { IndexedCrate } from "../database/names.ts";
import type { CatFile } from "../git/cat_file.ts";
import { GitFailure } from "../git/child.ts";
import type { Git } from "../git/command.ts";
import type { DiffTree } from "../git/diff_tree.ts";
import { listFiles } from "../git/log.ts";
import { type MadeChange, removedEntries } from "../index/change.ts";
import type { IndexEntry } from "../index/entry.ts";
import { readIndexFilesAt } from "../index/history.ts";
import type { IndexFile } from "../index/index_file.ts";
import { isRefusal } from "../refusal.ts";

/** Index files taken in by one transaction of a rebuild. */
const REBUILD_FILES = 500;

/** What derived rows are kept with. */
export interface DerivedFollowerParts {
  derived: DerivedDatabase;
  git: Git;
  catFile: CatFile;
  diffTree: DiffTree;
}

/** Follows the index with names, versions and dependents. */
export class DerivedFollower {
  readonly #parts: DerivedFollowerParts;

  /** @param parts what it works with. */
  constructor(parts: DerivedFollowerParts) {
    this.#parts = parts;
  }

  /** Takes in whatever differs between the last commit seen and `tip`. */
  async catchUp(tip: string | null): Promise<void> {
    try {
      await this.#catchUp(tip);
    } catch (error) {
      if (!isRefusal(error, "database_unusable")) throw error;
      await this.#catchUp(tip); // it was damaged, and is empty now
    }
  }

  async #catchUp(tip: string | null): Promise<void> {
    const { derived, catFile, diffTree } = this.#parts;
    const last = derived.lastCommit();
    if (tip === null || tip === last) return;
    const oldTree = last === null ? null : await catFile.readTreeOf(last);
    const newTree = await catFile.readTreeOf(tip);
    if (newTree === null) {
      throw new GitFailure(`the commit ${tip} of the index is not there`);
    }
    const changed = oldTree === null
      ? null
      : await diffTree.changedPaths(oldTree, newTree);
    if (changed === null) return await this.#rebuild(tip);
    await this.#takeInFiles(tip, changed);
    derived.transaction(() => derived.setLastCommit(tip));
  }

  /** Takes in a commit that was just made on top of the last one seen. */
  follow(oid: string, made: readonly MadeChange[]): void {
    const { derived } = this.#parts;
    derived.transaction(() => {
      const latest = new Map<CanonicalCrateName, IndexFile>();
      for (const change of made) {
        this.#followVersions(change);
        latest.set(canonicalCrateName(change.line.crate), change.after);
      }
      for (const [crate, file] of latest) this.#putCrate(crate, file);
      derived.setLastCommit(oid);
    });
  }

  #followVersions(change: MadeChange): void {
    const { line, before, after } = change;
    if (line.verb === "publish" && line.version !== "*") {
      const entry = after.find(line.version);
      if (entry !== undefined) this.#putDependents(entry);
    }
    for (const { name, version } of removedEntries(line, before)) {
      this.#parts.derived.removeDependents(canonicalCrateName(name), version);
    }
  }

  async #rebuild(tip: string): Promise<void> {
    const { derived, git } = this.#parts;
    const paths = await listFiles(git, tip);
    derived.transaction(() => derived.clear());
    await this.#takeInFiles(tip, paths);
    derived.transaction(() => derived.setLastCommit(tip));
  }

  async #takeInFiles(tip: string, paths: readonly string[]): Promise<void> {
    const { derived, catFile } = this.#parts;
    for (let start = 0; start < paths.length; start += REBUILD_FILES) {
      const some = paths.slice(start, start + REBUILD_FILES);
      const files = await Array.fromAsync(
        readIndexFilesAt(catFile, tip, some),
      );
      derived.transaction(() => {
        for (const { crate, file } of files) {
          const canonical = canonicalCrateName(crate);
          derived.removeDependents(canonical, null);
          for (const entry of file.entries) this.#putDependents(entry);
          this.#putCrate(canonical, file);
        }
      });
    }
  }

  #putCrate(crate: CanonicalCrateName, file: IndexFile): void {
    const { derived } = this.#parts;
    const indexed = toIndexedCrate(file);
    if (indexed === null) derived.removeCrate(crate);
    else derived.putCrate(indexed);
  }

  #putDependents(entry: IndexEntry): void {
    const { name, version } = entry;
    this.#parts.derived.putDependents(name, version, ownDependencies(entry));
  }
}

/** What derived.db has of a crate; `null` when its file has no entry. */
export function toIndexedCrate(file: IndexFile): IndexedCrate | null {
  const { name, newest } = file;
  if (name === null || newest === null) return null;
  return {
    name,
    newestVersion: newest.version,
    versionCount: file.entries.length,
    yanked: newest.yanked,
  };
}

/** What derived.db has of the dependencies of a version. */
export function ownDependencies({ json }: IndexEntry): OwnDependency[] {
  return json.deps.flatMap(toOwnDependency);
}

/** A dependency on this registry; none for those on others. */
function toOwnDependency(dependency: IndexDependencyJson): OwnDependency[] {
  const { registry, req, kind } = dependency;
  if (registry !== null && registry !== undefined) return [];
  try {
    const crate = canonicalCrateName(
      parseCrateName(crateOfIndexDependency(dependency)),
    );
    return [{
      crate,
      requirement: parseRequirement(req, "req"),
      kind: kind ?? "normal",
    }];
  } catch (error) {
    if (isRefusal(error)) return []; // pushed by hand, and of no use to cargo either
    throw error;
  }
}
