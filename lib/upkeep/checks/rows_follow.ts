/**
 * Have both databases taken in all commits of the index?
 *
 * That they have not is no damage: whoever changes or reads them next does it.
 *
 * @module
 */

import { isAncestor, readLog } from "../../git/log.ts";
import { parseChangeLines } from "../../index/change_line.ts";
import { type Finding, toFinding } from "../finding.ts";
import { type ExamineParts, findSurely } from "../parts.ts";
import { isDerivedAt } from "./derived_rows.ts";

/** Looks at the last commit that each database has seen. */
export async function* checkRowsFollow(
  parts: ExamineParts,
): AsyncIterable<Finding> {
  yield* await findSurely(parts, async (tip) => {
    const behind: Finding[] = [];
    if (parts.people !== null && !await arePeopleAt(parts, tip)) {
      behind.push(toFinding("rows_behind", { path: "palletizer.db" }));
    }
    if (parts.derived !== null && !isDerivedAt(parts, tip)) {
      behind.push(toFinding("rows_behind", { path: "derived.db" }));
    }
    return behind;
  });
}

/** Whether palletizer.db holds all owners and removals up to a commit. */
export async function arePeopleAt(
  { people, git }: ExamineParts,
  tip: string | null,
): Promise<boolean> {
  const last = people?.lastCommit() ?? null;
  if (people === null || last === null) return people !== null && tip === null;
  if (tip === null || last === tip) return true;
  if (!await isAncestor(git, last, tip)) return false;
  // Only a new crate's first owner and a removal have rows.
  const commits = await readLog(git, last, tip, "^remove | owner=");
  return !commits.some(({ message }) =>
    parseChangeLines(message).some(({ verb, owner }) =>
      verb === "remove" || owner !== null
    )
  );
}
