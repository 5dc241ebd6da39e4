/**
 * The real git, asked about an index repository by tests: is it whole, what
 * does it say?
 *
 * Independent of `lib/git`, so that tests do not ask the code that they test.
 *
 * @module
 */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { SYSTEM_CLOCK } from "../../lib/clock.ts";
import { FileLock } from "../../lib/storage/lock.ts";
import { runProgram } from "./palletizer.ts";
import { gitsOf } from "./processes.ts";
import { until } from "./until.ts";

/** Runs git on a repository, fails unless it exits with 0; answers its stdout. */
export async function git(
  repository: string,
  args: readonly string[],
): Promise<string> {
  const result = await runProgram("git", ["--git-dir", repository, ...args]);
  assert.equal(result.code, 0, `git ${args.join(" ")}\n${result.stderr}`);
  return result.stdout;
}

/**
 * Fails unless `git fsck --full` finds nothing at all to say.
 *
 * A repack that goes on in the background, also of a process that was killed
 * meanwhile, removes packs under its hands: it is waited for, and none begins.
 */
export async function assertFsckClean(repository: string): Promise<void> {
  const isStill = () => gitsOf(repository, " repack ").length === 0;
  await until(isStill, "no git repacks any more");
  using _alone = await withoutRepacks(repository);
  const args = ["--git-dir", repository, "fsck", "--full", "--no-dangling"];
  const { code, stdout, stderr } = await runProgram("git", args);
  assert.equal(`${stdout}${stderr}`, "", "git fsck --full");
  assert.equal(code, 0, "exit status of git fsck --full");
}

/** Keeps other processes from a repack, where a data folder is around. */
async function withoutRepacks(repository: string): Promise<Disposable> {
  const path = join(dirname(repository), "maintenance");
  const lock = FileLock.open(path, SYSTEM_CLOCK);
  if (existsSync(path)) await lock.acquire(30_000);
  return lock;
}

/** All lines of the files at the tip of the index that these pathspecs name. */
export async function linesAtTip(
  repository: string,
  pathspecs: readonly string[],
): Promise<string[]> {
  const args = ["--git-dir", repository, "grep", "-h", "", "HEAD", "--"];
  const result = await runProgram("git", [...args, ...pathspecs]);
  // 1 with nothing on stderr: no line of no file.
  assert.equal(result.stderr, "", "git grep");
  return result.stdout.split("\n").filter((line) => line !== "");
}

/** The commit that is the tip of the index. */
export async function tipOf(repository: string): Promise<string> {
  return (await git(repository, ["rev-parse", "HEAD"])).trim();
}

/** How many commits the index has. */
export async function commitCount(repository: string): Promise<number> {
  return Number(await git(repository, ["rev-list", "--count", "HEAD"]));
}
