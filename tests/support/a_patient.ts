/**
 * A registry with some of everything, for the doctor: whole at first, then
 * damaged by a test.
 *
 * @module
 */

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  type ExamineOptions,
  examineRegistry,
  type Finding,
  OPERATOR,
  parseUserName,
} from "../../lib/mod.ts";
import { aCrate } from "./a_crate.ts";
import { ALICE, aRegistry, BOB, type TestRegistry, the } from "./a_registry.ts";
import { assertEquals } from "./assert.ts";
import { FIXED_CLOCK } from "./fixed_clock.ts";
import { FolderCopy } from "./folder_copy.ts";
import { OWN } from "./publishing.ts";

/** A finding as tests compare it: its code, and some or all of its facts. */
export type Told = readonly [
  code: Finding["code"],
  facts: Readonly<Record<string, unknown>>,
];

let patient: Promise<FolderCopy> | undefined;

/** A registry in which there is nothing to find: made but once. */
export async function aPatient(): Promise<TestRegistry> {
  return await aRegistry({ data: await (patient ??= makePatient()) });
}

async function makePatient(): Promise<FolderCopy> {
  await using it = await aRegistry();
  await it.addBy(
    ALICE,
    aCrate("foo", "1.0.0"),
    aCrate("foo", "1.1.0+build.5"),
    aCrate("Bar-x", "0.1.0").withDependency("foo", "^1", OWN),
  );
  await it.addBy(BOB, aCrate("gone"), aCrate("part"), aCrate("part", "2.0.0"));
  await it.registry.yank(the("foo", "1.1.0+build.5"));
  await it.registry.remove(the("gone", "1.0.0"));
  await it.registry.remove(the("part", "1.0.0"));
  it.registry.createToken({
    ...{ by: OPERATOR, user: parseUserName("alice"), label: "ci" },
  });
  assertTold(await examine(it), []);
  await it.close();
  return new FolderCopy(it.data);
}

/** All that the doctor tells, in its order. */
export function examine(
  it: TestRegistry,
  options: ExamineOptions = {},
): Promise<Finding[]> {
  return Array.fromAsync(examineRegistry(it.config, {
    clock: FIXED_CLOCK,
    readSpace: () => Promise.resolve({ bytes: 1e12, files: 1e6 }),
    ...options,
  }));
}

/** Something that is done to a registry, and what the doctor is to make of it. */
export interface Damage {
  /** What is wrong, as the end of a sentence. */
  readonly what: string;
  /** Does it, to a registry that nobody has open. */
  readonly act: (it: TestRegistry) => unknown;
  /** What is found, in order. */
  readonly found: readonly Told[];
  /** What is still found after a repair; nothing when left out. */
  readonly left?: readonly Told[];
  /** Whether the registry is what it was after a repair; yes when left out. */
  readonly isHealed?: boolean;
  /** Where it cannot be done. */
  readonly ignore?: boolean;
}

/** Tests what is found, that looking changes nothing, and what a repair makes of it. */
export function testDamage(subject: string, damage: Damage): void {
  const { what, act, found, left = [], isHealed = true, ignore } = damage;
  const name = `doctor finds ${subject}: ${what}`;
  Deno.test({ name, ignore: ignore ?? false }, async () => {
    await using it = await aPatient();
    const before = await it.stored();
    await it.close();
    await act(it);
    assertTold(await examine(it), found);
    assertTold(await examine(it), found);
    const tried = await examine(it, { isRepair: true });
    for (const { code, isMendable, outcome, trouble } of tried) {
      assertEquals(trouble, null, code);
      assertEquals(outcome, isMendable ? "mended" : "found", code);
    }
    assertTold(await examine(it), left);
    if (!isHealed || left.length > 0) return;
    await it.reopen();
    assertEquals(withoutNumbers(await it.stored()), withoutNumbers(before));
  });
}

/** Rows that are made anew have other numbers, and may come in another order. */
function withoutNumbers(
  { names, tip: _, ...rest }: { names: readonly Row[]; tip: string },
) {
  const rows = names.map(({ id: _, ...row }) => row);
  return {
    ...rest,
    names: rows.sort((one, other) =>
      String(one["canonical"]) < String(other["canonical"]) ? -1 : 1
    ),
  };
}

type Row = Readonly<Record<string, unknown>>;

/** Fails unless exactly this was found; facts that are not given may be any. */
export function assertTold(
  findings: readonly Finding[],
  expected: readonly Told[],
): void {
  const told = findings.map(({ code, facts }, place): Told => {
    const given = Object.keys(expected[place]?.[1] ?? facts);
    const all: Readonly<Record<string, unknown>> = { ...facts };
    return [code, Object.fromEntries(given.map((it) => [it, all[it]]))];
  });
  assertEquals(told, [...expected]);
}

/** Changes rows of a database by hand. */
export function changeRows(
  it: TestRegistry,
  database: "palletizer.db" | "derived.db",
  ...statements: readonly string[]
): void {
  using handle = new DatabaseSync(it.path(database), {
    enableForeignKeyConstraints: false,
  });
  for (const sql of statements) handle.exec(sql);
}

/** Makes a file of the data folder that was last changed long ago. */
export async function anOldFile(it: TestRegistry, path: string): Promise<void> {
  await Deno.writeTextFile(it.path(path), "", { mode: 0o600 });
  const old = new Date(FIXED_CLOCK.now().getTime() - 3_600_000);
  await Deno.utime(it.path(path), old, old);
}

/** Overwrites some bytes of a file of the data folder. */
export async function scribble(
  it: TestRegistry,
  path: string,
  start: number,
): Promise<void> {
  using file = await Deno.open(join(it.data, path), { write: true });
  await file.seek(start, Deno.SeekMode.Start);
  await file.write(new Uint8Array(8).fill(0x55));
}
