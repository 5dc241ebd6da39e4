/**
 * Asks git whether a repository is whole.
 *
 * @see https://git-scm.com/docs/git-fsck
 * @module
 */

import type { Git } from "./command.ts";

/** So many problems are told; there may be as many as there are objects. */
const PROBLEMS_MAX = 20;

/** How long git may look, in ms: a large index takes minutes. */
const FSCK_MS_MAX = 3_600_000;

/** What git says no more than a word about. */
const HARMLESS = /^(?:notice: |dangling |Checking |Verifying )/;

/**
 * What is wrong with the repository, a line each, the first of many; none when
 * it is whole. No repack should go on meanwhile: it removes packs that git is
 * about to look into.
 *
 * @param isQuick leaves out the contents of objects and looks only whether all
 * are there.
 */
export async function findDamage(
  git: Git,
  isQuick: boolean,
): Promise<readonly string[]> {
  const how = isQuick ? ["--connectivity-only"] : ["--full"];
  const args = ["fsck", ...how, "--no-dangling", "--no-progress"];
  const child = git.start(args);
  const timer = setTimeout(() => child.kill(), FSCK_MS_MAX);
  try {
    await child.closeInput();
    const problems: string[] = [];
    for await (const line of child.lines()) {
      if (!HARMLESS.test(line) && problems.length < PROBLEMS_MAX) {
        problems.push(line);
      }
    }
    const status = await child.ended;
    if (status === 0 && problems.length === 0) return [];
    const said = child.complaint.split("\n")
      .filter((line) => line !== "" && !HARMLESS.test(line));
    if (status === 0) return problems;
    return [...problems, ...said].slice(0, PROBLEMS_MAX);
  } finally {
    clearTimeout(timer);
    await child.kill();
  }
}
