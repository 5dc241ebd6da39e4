/**
 * Cuts history off below the tip: one commit takes the place of all.
 *
 * The old tip stays under a ref of its own, so that a client that has the old
 * history need not download what it has.
 *
 * @module
 */

import type { Git } from "./command.ts";
import { sync } from "./folders.ts";
import { INDEX_REF } from "./ref.ts";

/** Where old tips are kept; clients are not told of them (`setup.ts`). */
export const SQUASHED_REFS = "refs/squashed";

/** How many commits lead to this one, itself included. */
export async function countCommits(git: Git, commit: string): Promise<number> {
  const { stdout } = await git.run(["rev-list", "--count", commit]);
  return Number(stdout);
}

/**
 * Writes, durably, a commit without parents that has the tree of another.
 *
 * @returns its id. No ref leads to it yet, but no repack deletes it: it is a
 * loose object.
 */
export async function writeRootCommit(
  git: Git,
  treeOf: string,
  { message, when }: { message: string; when: Date },
): Promise<string> {
  const tree = (await git.run(["rev-parse", `${treeOf}^{tree}`])).stdout.trim();
  const seconds = Math.floor(when.getTime() / 1000);
  const who = `palletizer <palletizer@localhost> ${seconds} +0000`;
  const commit = [
    `tree ${tree}`,
    `author ${who}`,
    `committer ${who}`,
    "",
    `${message}\n`,
  ].join("\n");
  const { stdout } = await git.run(
    ["hash-object", "-t", "commit", "-w", "--stdin"],
    { stdin: commit },
  );
  const oid = stdout.trim();
  const folder = `objects/${oid.slice(0, 2)}`;
  await sync(git, `${folder}/${oid.slice(2)}`, folder, "objects");
  return oid;
}

/**
 * Keeps a commit, durably, under a ref of its own. Done again it changes nothing.
 *
 * @param when makes refs sort by age.
 * @returns the ref.
 */
export async function keepTip(
  git: Git,
  tip: string,
  when: Date,
): Promise<string> {
  const day = when.toISOString().slice(0, 10);
  const ref = `${SQUASHED_REFS}/${day}-${tip.slice(0, 12)}`;
  await git.run(["update-ref", ref, tip]);
  await sync(git, ref, SQUASHED_REFS, "refs");
  return ref;
}

/**
 * Moves the branch, durably, to a commit that does not follow the tip.
 *
 * @throws {GitFailure} when the tip is no longer `from`: nothing was changed.
 */
export async function moveBranch(
  git: Git,
  from: string,
  to: string,
): Promise<void> {
  await git.run(["update-ref", INDEX_REF, to, from]);
  await sync(git, INDEX_REF, "refs/heads");
}
