/**
 * A git that is the real one, but for commands that a test makes odd: slow,
 * silent, or without any answer.
 *
 * Not by `PATH`, which test files that run at the same time share.
 *
 * @module
 */

import { GitChild } from "../../lib/git/child.ts";
import { Git } from "../../lib/git/command.ts";

/** Never answers, and never ends by itself. */
export const HANGS = "exec sleep 1000";
/** Does its work, but nobody hears its answer, nor that there is none. */
export const SILENT = 'exec git "$@" 3>&1 > /dev/null';
/** Does its work, after a while. */
export const SLOW = 'sleep 0.2; exec git "$@"';

/** A git that can be made odd; the usual one is back at the end of the scope. */
export interface OddGit extends Disposable {
  /** From now on a command of git is this piece of shell. */
  make(command: string, odd: string): void;
  /** Ends all oddities. */
  mend(): void;
  /** The commands that were odd when they ran. */
  ran(): string[];
}

/** Puts such a git in the place of the usual one. */
export function oddGit(): OddGit {
  const { start } = Git.prototype;
  const oddities = new Map<string, string>();
  const ran: string[] = [];
  Git.prototype.start = function (args, environment) {
    const command = args[0] ?? "";
    const odd = oddities.get(command);
    if (odd === undefined) return start.call(this, args, environment);
    ran.push(command);
    const all = ["-c", odd, "git", "--git-dir", this.gitFolder, ...args];
    const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    return new GitChild(
      new Deno.Command("sh", { args: all, ...piped }).spawn(),
    );
  };
  return {
    make: (command, odd) => void oddities.set(command, odd),
    mend: () => oddities.clear(),
    ran: () => [...ran],
    [Symbol.dispose]: () => void (Git.prototype.start = start),
  };
}
