/**
 * Is index.git a repository that is whole, and treated by git as it must be?
 *
 * @module
 */

import { findDamage } from "../../git/fsck.ts";
import { listLeftOver } from "../../git/left_over.ts";
import { wrongSettings } from "../../git/setup.ts";
import { isRefusal } from "../../refusal.ts";
import { type Finding, toFinding } from "../finding.ts";
import type { ExamineParts } from "../parts.ts";
import { toTrouble } from "../trouble.ts";

/** Looks at the repository as git sees it. */
export async function* checkRepository(
  parts: ExamineParts,
): AsyncIterable<Finding> {
  const { git, clock } = parts;
  try {
    for (const { key, expected, found, isUnsafe } of await wrongSettings(git)) {
      const facts = { key, expected, found: found ?? "not set" };
      const code = isUnsafe ? "git_setting_unsafe" : "git_setting_changed";
      yield toFinding(code, facts);
    }
    if (await parts.ref.read() === null) {
      yield toFinding("index_branch_missing", { path: "index.git" });
    }
  } catch (error) {
    yield toFinding("index_repository_unusable", {
      path: "index.git",
      problem: toProblem(error),
    });
    return;
  }
  for (const path of listLeftOver(git, clock.now())) {
    yield toFinding("git_left_over", { path: `index.git/${path}` });
  }
  for (const problem of await findDamageSurely(parts)) {
    yield toFinding("git_damaged", { problem });
  }
}

/**
 * What git finds is looked for twice: commits come in under its eyes. Repacks do
 * not.
 */
async function findDamageSurely(
  { git, isQuick, maintenance, config }: ExamineParts,
): Promise<readonly string[]> {
  await maintenance.acquire(config.limits.lockWaitMsMax * REPACK_PATIENCE);
  try {
    const suspected = await findDamage(git, isQuick);
    return suspected.length === 0 ? [] : await findDamage(git, isQuick);
  } finally {
    maintenance.release();
  }
}

/** A repack takes so many times longer than a change. */
const REPACK_PATIENCE = 30;

function toProblem(error: unknown): string {
  if (isRefusal(error, "index_repository_unusable")) {
    return error.facts.problem;
  }
  const problem = toTrouble(error);
  if (problem === null) throw error;
  return problem;
}
