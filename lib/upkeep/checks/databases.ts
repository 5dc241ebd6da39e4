/**
 * Are both databases there, whole, and of a format that this program knows?
 *
 * Those that are can be asked by the checks that follow.
 *
 * @module
 */

import {
  type DatabaseInspection,
  DerivedInspection,
  PeopleInspection,
} from "../../database/inspection.ts";
import { fileFacts } from "../../storage/file_system.ts";
import { type Finding, toFinding } from "../finding.ts";
import type { ExamineParts } from "../parts.ts";
import { toTrouble } from "../trouble.ts";

/** Looks at both databases, and keeps open what can be asked. */
export async function* checkDatabases(
  parts: ExamineParts,
): AsyncIterable<Finding> {
  const { people, derived } = parts.paths;
  const peopleOpen = () => PeopleInspection.open(people);
  if (await fileFacts(people) === null) {
    yield toFinding("database_missing", { path: PEOPLE });
  } else {
    const found = inspect(PEOPLE, peopleOpen, parts.isQuick);
    parts.people = found.database;
    yield* found.findings;
  }
  const derivedOpen = () => DerivedInspection.open(derived);
  if (await fileFacts(derived) === null) {
    yield toFinding("derived_missing", { path: DERIVED });
  } else {
    const found = inspect(DERIVED, derivedOpen, parts.isQuick);
    parts.derived = found.database;
    yield* found.findings;
  }
}

const PEOPLE = "palletizer.db";
const DERIVED = "derived.db";

interface Inspected<Kind> {
  /** The database if it can be asked. */
  readonly database: Kind | null;
  readonly findings: readonly Finding[];
}

function inspect<Kind extends DatabaseInspection>(
  path: string,
  open: () => Kind,
  isQuick: boolean,
): Inspected<Kind> {
  let database: Kind | null = null;
  try {
    database = open();
    const findings = findingsOn(path, database, isQuick);
    if (findings.length === 0) return { database, findings };
    database.close();
    return { database: null, findings };
  } catch (error) {
    database?.close();
    return { database: null, findings: [toDamage(path, toProblem(error))] };
  }
}

function findingsOn(
  path: string,
  database: DatabaseInspection,
  isQuick: boolean,
): Finding[] {
  const { format: found, formatKnown: known } = database;
  const problems = database.problems(isQuick);
  const [first, ...more] = problems;
  if (first !== undefined) {
    const rest = more.length === 0 ? "" : `; and ${more.length} more problems`;
    return [toDamage(path, first + rest)];
  }
  if (found > known) return [toFinding("format_newer", { path, found, known })];
  if (found === 0) return [toDamage(path, "it is empty")];
  if (found < known) return [toFinding("format_older", { path, found, known })];
  return [];
}

function toDamage(path: string, problem: string): Finding {
  const code = path === PEOPLE ? "database_damaged" : "derived_damaged";
  return toFinding(code, { path, problem });
}

function toProblem(error: unknown): string {
  const problem = toTrouble(error);
  if (problem === null) throw error;
  return problem;
}
