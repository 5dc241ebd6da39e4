/**
 * Squashes the history of the index: one commit in place of all, old history
 * kept aside.
 *
 * @module
 */

import { packedBytes } from "../git/repack.ts";
import {
  countCommits,
  keepTip,
  moveBranch,
  writeRootCommit,
} from "../git/squash.ts";
import type { BatchWriterParts } from "./batch_writer.ts";
import { toRefusal } from "./git_tries.ts";

/** How large an index is. */
export interface IndexSize {
  /** Commits of its history. */
  readonly commits: number;
  /** What its packs take on disk, in bytes. */
  readonly bytes: number;
}

/** What a squash did. */
export interface Squashed {
  /** The index before. */
  readonly before: IndexSize;
  /** The index now, with what others have written since. */
  readonly after: IndexSize;
  /** The ref that keeps the old history; `null` when there was none to cut. */
  readonly keptAs: string | null;
}

/** How large the index is whose tip is this. */
export async function indexSize(
  { git }: Pick<BatchWriterParts, "git">,
  tip: string | null,
): Promise<IndexSize> {
  const commits = tip === null ? 0 : await countCommits(git, tip);
  return { commits, bytes: packedBytes(git) };
}

/**
 * Cuts off the history below `tip`. Under the write lock, with all rows brought
 * up to `tip`: what a commit says of owners and removals is read before it goes.
 *
 * Die anywhere: before the branch is moved nothing has happened; after it, rows
 * that know but the old history are right as they are, and whoever changes the
 * index next notes the new tip with them.
 *
 * @returns the ref that keeps the old history.
 * @throws {Refusal} `index_write_failed` when somebody pushed meanwhile.
 */
export async function squash(
  { git, cache, clock, follower, reached }: BatchWriterParts,
  tip: string,
  commits: number,
): Promise<string> {
  const when = clock.now();
  try {
    const message =
      `Squash ${commits} commits by operator\n\nThe last was ${tip}.`;
    const root = await writeRootCommit(git, tip, { message, when });
    const keptAs = await keepTip(git, tip, when);
    reached("history_kept");
    await moveBranch(git, tip, root);
    reached("squashed");
    cache.advance(tip, root, []);
    await follower.catchUp(root);
    reached("followed");
    return keptAs;
  } catch (error) {
    throw toRefusal(error);
  }
}
