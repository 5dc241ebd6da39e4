/**
 * Keeps owners and removals true to the index: rows in palletizer.db, and the
 * crate files of what was removed.
 *
 * The same code takes in a commit that was just made and, after a crash or
 * another process's change, the commits that were missed. The rows and the last
 * commit that they hold are written in one transaction, so nothing is taken in
 * twice. Only under the write lock.
 *
 * @module
 */

import { toIdentityText } from "../auth/identity.ts";
import { toTimestamp } from "../clock.ts";
import { canonicalCrateName } from "../crate/name.ts";
import { withoutBuildMetadata } from "../crate/version.ts";
import type { PeopleDatabase } from "../database/people.ts";
import type { CatFile } from "../git/cat_file.ts";
import { GitFailure } from "../git/child.ts";
import type { Git } from "../git/command.ts";
import { isAncestor, type LoggedCommit, readLog } from "../git/log.ts";
import { INDEX_REF } from "../git/ref.ts";
import type { IndexCache } from "../index/cache.ts";
import { removedEntries } from "../index/change.ts";
import { type ChangeLine, parseChangeLines } from "../index/change_line.ts";
import { readIndexFileAt } from "../index/history.ts";
import { IndexFile } from "../index/index_file.ts";
import { indexPath } from "../index/path.ts";
import { Refusal } from "../refusal.ts";
import type { CrateStore } from "../storage/crate_store.ts";

/**
 * Most commits have no rows, and noting each would cost a write to the disk. So
 * many are noted all the same, or every process would read them again.
 */
const NOTED_COMMITS = 256;

/** What owners and removals are kept with. */
export interface PeopleFollowerParts {
  people: PeopleDatabase;
  crates: CrateStore;
  git: Git;
  catFile: CatFile;
  cache: IndexCache;
}

/** A change as rows need it: its line, and what a removal took away. */
export interface FollowedChange {
  /** Its line in the commit's message. */
  line: ChangeLine;
  /** The index file before it. */
  before: IndexFile;
}

interface FollowedCommit {
  oid: string;
  when: Date;
  changes: readonly FollowedChange[];
}

/** Follows the index with owners and removals. */
export class PeopleFollower {
  readonly #parts: PeopleFollowerParts;
  /** The commit up to which this process knows that all rows are there. */
  #tip: string | null = null;

  /** @param parts what it works with. */
  constructor(parts: PeopleFollowerParts) {
    this.#parts = parts;
  }

  /** Takes in all commits up to `tip` that were not taken in yet. */
  async catchUp(tip: string | null): Promise<void> {
    const { people, git, catFile } = this.#parts;
    if (tip === null) return requireNothingKnown(people);
    if (tip === this.#tip) return;
    const from = await this.#startFor(tip);
    if (from !== null) {
      await this.#takeIn(await this.#read(await readLog(git, from, tip)));
    } else {
      // Cut or foreign history: owners are never made up from it.
      if (await catFile.readTreeOf(tip) === null) {
        throw new GitFailure(`the commit ${tip} of the index is not there`);
      }
      people.transaction(() => people.setLastCommit(tip));
    }
    this.#tip = tip;
  }

  /**
   * A commit of this history up to which all rows are there; `null` when there
   * is none. After a cut it is another process that knows one, if any.
   */
  async #startFor(tip: string): Promise<string | null> {
    const { people, git } = this.#parts;
    for (const known of [this.#tip, people.lastCommit()]) {
      if (known !== null && await isAncestor(git, known, tip)) return known;
    }
    return null;
  }

  /** Takes in a commit that was just made on top of the one known. */
  async follow(
    oid: string,
    when: Date,
    changes: readonly FollowedChange[],
  ): Promise<void> {
    await this.#takeIn([{ oid, when, changes }]);
    this.#tip = oid;
  }

  async #takeIn(commits: readonly FollowedCommit[]): Promise<void> {
    const { people } = this.#parts;
    const last = people.lastCommit();
    const fresh = commits.slice(
      commits.findIndex(({ oid }) => oid === last) + 1,
    );
    const telling = fresh.filter(({ changes }) => changes.some(hasRows));
    const isWorthNoting = last === null || fresh.length >= NOTED_COMMITS;
    const newest = isWorthNoting ? fresh.at(-1) : telling.at(-1);
    if (newest === undefined) return;
    for (const { changes } of telling) await this.#deleteCrateFiles(changes);
    people.transaction(() => {
      for (const commit of telling) this.#writeRows(commit);
      people.setLastCommit(newest.oid);
    });
  }

  #writeRows({ when, changes }: FollowedCommit): void {
    const { people } = this.#parts;
    for (const { line, before } of changes) {
      const crate = canonicalCrateName(line.crate);
      if (line.owner !== null) people.addOwner(crate, line.owner);
      const at = toTimestamp(when);
      const by = toIdentityText(line.by);
      for (const entry of removedEntries(line, before)) {
        const version = withoutBuildMetadata(entry.version);
        people.addRemovedVersion({
          crate,
          version,
          checksum: entry.checksum,
          by,
          at,
        });
      }
      if (line.verb === "remove" && line.version === "*") {
        people.removeAllOwners(crate);
      }
    }
  }

  /** What came back since, under the same version, keeps its file. */
  async #deleteCrateFiles(changes: readonly FollowedChange[]): Promise<void> {
    const { cache, crates } = this.#parts;
    for (const { line, before } of changes) {
      const removed = removedEntries(line, before);
      if (removed.length === 0) continue;
      const file = await cache.get(indexPath(line.crate));
      const now = typeof file?.body === "string"
        ? IndexFile.parse(file.body)
        : IndexFile.EMPTY;
      for (const { name, version } of removed) {
        if (now.find(version) === undefined) await crates.delete(name, version);
      }
    }
  }

  async #read(commits: readonly LoggedCommit[]): Promise<FollowedCommit[]> {
    const followed: FollowedCommit[] = [];
    for (const { oid, when, message } of commits) {
      const changes: FollowedChange[] = [];
      for (const line of parseChangeLines(message)) {
        const before = line.verb === "remove"
          ? await readIndexFileAt(
            this.#parts.catFile,
            `${oid}^`,
            indexPath(line.crate),
          )
          : IndexFile.EMPTY;
        changes.push({ line, before });
      }
      followed.push({ oid, when, changes });
    }
    return followed;
  }
}

/** An index without a branch is a new one, or one that has lost it. */
function requireNothingKnown(people: PeopleDatabase): void {
  const known = people.lastCommit();
  if (known === null) return;
  throw new Refusal("index_repository_unusable", {
    path: "index.git",
    problem:
      `its branch is gone, which was at ${known} or later: \`git update-ref ${INDEX_REF} COMMIT\` there puts it back`,
  });
}

/** Whether a change has rows at all: most versions and yanks have none. */
function hasRows({ line }: FollowedChange): boolean {
  return line.owner !== null || line.verb === "remove";
}
