/**
 * Reads all files of a commit, one after the other, whatever their number: two
 * gits for all of them, and never more than a few files in memory.
 *
 * What cannot be read is told, and the rest goes on: this is for whoever looks
 * for damage.
 *
 * @module
 */

import { type GitChild, GitFailure } from "./child.ts";
import type { Git } from "./command.ts";

/** Files whose contents are asked for at once; their ids fit into a pipe. */
const FILES_AT_ONCE = 256;

/** After so many files in one go that git dies of, the others are not tried. */
const FAILURES_MAX = 20;

/** A file of a commit. */
export interface TreeFile {
  /** Its path. */
  readonly path: string;
  /** The id of its contents. */
  readonly oid: string;
  /** Its contents; `null` when git cannot read them. */
  readonly bytes: Uint8Array | null;
}

/**
 * All files of a commit, in the order of their paths.
 *
 * @throws {GitFailure} when the trees of the commit cannot be read, or too many
 * files.
 */
export async function* readTreeFiles(
  git: Git,
  commit: string,
): AsyncIterable<TreeFile> {
  await using reader = new BlobReader(git);
  let asked: TreeEntry[] = [];
  for await (const entry of listTree(git, commit)) {
    asked.push(entry);
    if (asked.length < FILES_AT_ONCE) continue;
    yield* reader.read(asked);
    asked = [];
  }
  yield* reader.read(asked);
}

/**
 * How many files a commit has.
 *
 * @throws {GitFailure} when its trees cannot be read.
 */
export async function countTreeFiles(
  git: Git,
  commit: string,
): Promise<number> {
  let count = 0;
  for await (const _ of listTree(git, commit)) count++;
  return count;
}

interface TreeEntry {
  readonly path: string;
  readonly oid: string;
}

/**
 * The paths of all files of a commit, with the ids of their contents.
 *
 * @throws {GitFailure} when its trees cannot be read.
 */
export async function* listTree(
  git: Git,
  commit: string,
): AsyncIterable<TreeEntry> {
  const child = git.start(["ls-tree", "-r", "-z", commit]);
  let hasEnded = false;
  try {
    await child.closeInput();
    for await (const record of child.records()) {
      const entry = /^\d+ \w+ ([0-9a-f]{40})\t([^]*)$/.exec(record);
      if (entry === null) {
        throw new GitFailure(`git ls-tree said \`${record}\``);
      }
      const [, oid = "", path = ""] = entry;
      yield { path, oid };
    }
    const status = await child.ended;
    hasEnded = true;
    if (status === 0) return;
    throw new GitFailure(`git ls-tree: ${status}: ${child.complaint}`);
  } finally {
    if (!hasEnded) await child.kill();
  }
}

/** Reads contents by their ids, in order, through a git that may die of one. */
class BlobReader implements AsyncDisposable {
  readonly #git: Git;
  #child: GitChild | undefined;
  #failures = 0;

  constructor(git: Git) {
    this.#git = git;
  }

  async *read(entries: readonly TreeEntry[]): AsyncIterable<TreeFile> {
    for (let done = 0; done < entries.length;) {
      const child = this.#child ??= this.#git.start(["cat-file", "--batch"]);
      try {
        const ids = entries.slice(done).map(({ oid }) => `${oid}\n`);
        await child.write(ids.join(""));
        for (; done < entries.length; done++) {
          yield { ...entries[done]!, bytes: await readBlob(child) };
        }
      } catch (error) {
        this.#child = undefined;
        await child.kill();
        if (++this.#failures > FAILURES_MAX) throw toFailure(error);
        yield { ...entries[done++]!, bytes: null };
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child?.close();
  }
}

/** The contents that were asked for next; `null` when there are none. */
async function readBlob(child: GitChild): Promise<Uint8Array | null> {
  const header = await child.readLine();
  const size = /^[0-9a-f]{40} \w+ (\d+)$/.exec(header)?.[1];
  if (size === undefined) {
    if (header.endsWith(" missing")) return null;
    throw new GitFailure(`git cat-file answered \`${header.slice(0, 200)}\``);
  }
  const bytes = await child.readBytes(Number(size));
  await child.readBytes(1); // the newline behind the contents
  return bytes;
}

function toFailure(error: unknown): GitFailure {
  return error instanceof GitFailure
    ? error
    : new GitFailure(`git cat-file: ${error}`, { cause: error });
}
