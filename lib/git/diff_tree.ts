/**
 * Tells which files differ between two trees, through one long-lived
 * `git diff-tree --stdin`.
 *
 * @module
 */

import type { Git } from "./command.ts";
import { LongLivedGit } from "./long_lived.ts";

/**
 * A line that names no object is echoed as it came, which flushes the answer
 * before it and marks its end.
 */
const END_MARK = "=end";

/** The comparer of trees. */
export class DiffTree {
  readonly #child: LongLivedGit;

  /** @param git the repository to read. */
  constructor(git: Git) {
    this.#child = new LongLivedGit(git, [
      ...["-c", "core.quotePath=false"],
      ...["diff-tree", "--stdin", "-r", "--name-only", "--no-renames"],
    ]);
  }

  /**
   * The paths of all files that differ.
   *
   * @param oldTree the id of a tree.
   * @param newTree the id of another.
   * @returns `null` when one of them is not there, or no longer: a reader that
   * has a removed pack open may know it all the same.
   * @throws {GitFailure} when git fails.
   */
  changedPaths(oldTree: string, newTree: string): Promise<string[] | null> {
    return this.#child.ask(async (child) => {
      await child.write(`${oldTree} ${newTree}\n${END_MARK}\n`);
      const first = await child.readLine(); // the two trees again
      if (first === END_MARK) return null;
      const paths: string[] = [];
      for (let line; (line = await child.readLine()) !== END_MARK;) {
        paths.push(line);
      }
      return paths;
    });
  }

  /** Ends the child; a later question starts another. */
  close(): Promise<void> {
    return this.#child.close();
  }
}
