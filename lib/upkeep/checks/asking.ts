/**
 * Asks the databases. One that turns out to be damaged is not asked again.
 *
 * @module
 */

import { isRefusal } from "../../refusal.ts";
import { type Finding, toFinding } from "../finding.ts";
import type { ExamineParts } from "../parts.ts";

/** What was asked, and what came of it if a database is damaged. */
export function asking(
  parts: ExamineParts,
  ask: () => readonly Finding[],
): readonly Finding[] {
  try {
    return ask();
  } catch (error) {
    return [giveUp(parts, error)];
  }
}

/** The same for questions that take a while. */
export async function* askingLong(
  parts: ExamineParts,
  ask: () => AsyncIterable<Finding>,
): AsyncIterable<Finding> {
  try {
    yield* ask();
  } catch (error) {
    yield giveUp(parts, error);
  }
}

/** Whether a finding is a database that was given up. */
export function isOfDatabase({ code }: Finding): boolean {
  return code === "derived_damaged" || code === "database_damaged";
}

function giveUp(parts: ExamineParts, error: unknown): Finding {
  if (!isRefusal(error, "database_unusable")) throw error;
  const { path, problem } = error.facts;
  if (path === parts.paths.derived) {
    parts.derived?.close();
    parts.derived = null;
    return toFinding("derived_damaged", { path: "derived.db", problem });
  }
  parts.people?.close();
  parts.people = null;
  return toFinding("database_damaged", { path: "palletizer.db", problem });
}
