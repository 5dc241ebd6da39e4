/**
 * Reads history: which commits lie between two, what their messages say, and
 * which files a commit has.
 *
 * @module
 */

import type { Git } from "./command.ts";

/** A commit of the index's history. */
export interface LoggedCommit {
  /** Its id. */
  oid: string;
  /** Its whole message. */
  message: string;
  /** When it was made. */
  when: Date;
}

/**
 * The commits after `from` (all when it is `null`) up to `to`, oldest first.
 *
 * @param saying leaves out those that have no line that matches this pattern.
 * @throws {GitFailure} when one of them is unknown.
 */
export async function readLog(
  git: Git,
  from: string | null,
  to: string,
  saying?: string,
): Promise<LoggedCommit[]> {
  const args = [
    "log",
    "--reverse",
    "--topo-order",
    "--format=%H %ct%n%B%x00",
    ...(saying === undefined ? [] : ["--extended-regexp", `--grep=${saying}`]),
    from === null ? to : `${from}..${to}`,
  ];
  const { stdout } = await git.run(args);
  return stdout.split("\0").map((text) => text.trimStart()).filter((text) =>
    text !== ""
  )
    .map((text) => {
      const [first = "", ...message] = text.split("\n");
      const [oid = "", seconds = ""] = first.split(" ");
      return {
        oid,
        message: message.join("\n").trimEnd(),
        when: new Date(Number(seconds) * 1000),
      };
    });
}

/** Whether `ancestor` is `commit` or lies before it; false when either is unknown. */
export async function isAncestor(
  git: Git,
  ancestor: string,
  commit: string,
): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", ancestor, commit];
  const { status } = await git.run(args, { statuses: [0, 1, 128] });
  return status === 0;
}

/** The paths of all files of a commit. */
export async function listFiles(git: Git, commit: string): Promise<string[]> {
  const { stdout } = await git.run([
    "ls-tree",
    "-r",
    "-z",
    "--name-only",
    commit,
  ]);
  return stdout.split("\0").filter((path) => path !== "");
}

/** The size of the largest file of a commit, in bytes. */
export async function largestFileBytes(
  git: Git,
  commit: string,
): Promise<number> {
  const { stdout } = await git.run(["ls-tree", "-r", "-z", "-l", commit]);
  let largest = 0;
  for (const [, size] of stdout.matchAll(/(?:^|\0)\S+ \S+ \S+ +(\d+)\t/g)) {
    largest = Math.max(largest, Number(size));
  }
  return largest;
}
