/**
 * Owners, removals and crate files follow the commits of the index, whoever
 * made them and whenever he died.
 *
 * A process that dies behind its commit leaves just that: the commit. So each
 * test makes one beside the registry and lets a living process go on.
 */

import { canonicalCrateName } from "../../../lib/crate/name.ts";
import { PeopleDatabase } from "../../../lib/database/people.ts";
import { FastImport } from "../../../lib/git/fast_import.ts";
import { IndexRef } from "../../../lib/git/ref.ts";
import type { IndexEntryJson } from "../../../lib/index/entry.ts";
import { encodeChangeLine } from "../../../lib/index/change_line.ts";
import type { ChangeLine } from "../../../lib/index/change_line.ts";
import { NOBODY, OPERATOR, type Owner } from "../../../lib/mod.ts";
import { Generation } from "../../../lib/storage/generation.ts";
import { aCrate, type CrateBuilder } from "../../support/a_crate.ts";
import { aLine } from "../../support/a_push.ts";
import {
  addTo,
  ALICE,
  aRegistry,
  BOB,
  outcomesOf,
  type Stored,
  type TestRegistry,
  the,
} from "../../support/a_registry.ts";
import { newCommit } from "../../support/a_repository.ts";
import { assertEquals } from "../../support/assert.ts";

let ids = 0;

/** A line of a commit's message, as the registry writes it. */
function aChange(
  verb: ChangeLine["verb"],
  name: string,
  version: string,
  owner: Owner | null = null,
): string {
  const { crate, version: parsed } = the(name, version.replace("*", "0.0.0"));
  return encodeChangeLine({
    ...{ verb, crate, by: owner === null ? OPERATOR : NOBODY, owner },
    version: version === "*" ? "*" : parsed,
    id: (++ids).toString(16).padStart(16, "0"),
  });
}

/** Publishes a version and dies behind the commit, before any row follows. */
async function publishAndDie(
  it: TestRegistry,
  name: string,
  version: string,
  owner: Owner | null = null,
  stated: Partial<IndexEntryJson> = {},
): Promise<void> {
  const path = `3/${name[0]}/${name}`;
  const present = await it.indexFile(path).catch(() => "");
  const line = aLine(name, version, stated);
  const message = aChange("publish", name, version, owner);
  await it.commit({ [path]: present + line }, `${message}\n`);
}

/** A change that has nothing to do with what is looked at. */
async function changeElsewhere(it: TestRegistry): Promise<void> {
  await it.add(aCrate(`elsewhere${++ids}`));
}

async function ownersOf(it: TestRegistry, name: string) {
  const { owners } = await it.stored();
  return owners.filter(({ crate }) => crate === name).map(({ user }) => user);
}

const ANYONE = 0;

Deno.test("the owner of a new crate is written down by whoever changes the index next", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  await publishAndDie(it, "foo", "1.0.0", "anyone");
  await publishAndDie(it, "bar", "1.0.0", 7);
  await publishAndDie(it, "bar", "1.1.0");
  await addTo(second, [aCrate("elsewhere")]);
  assertEquals(await ownersOf(it, "foo"), [ANYONE]);
  assertEquals(await ownersOf(it, "bar"), [7]);
  await changeElsewhere(it);
  await it.reopen();
  await changeElsewhere(it);
  assertEquals(await ownersOf(it, "foo"), [ANYONE]);
});

Deno.test("the owner of a new crate counts before the next change is judged", async () => {
  await using it = await aRegistry();
  await publishAndDie(it, "foo", "1.0.0", 1);
  const crate = aCrate("foo", "2.0.0");
  const outcomes = await it.tryToAdd([crate], { by: BOB });
  assertEquals(outcomesOf(outcomes), { [crate.fileName]: "not_permitted" });
  await it.addBy(ALICE, crate);
});

Deno.test("an owner who was removed does not come back by a replay, in any process", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  await changeElsewhere(it);
  await addTo(second, [aCrate("there")]); // each has seen a tip of its own
  await publishAndDie(it, "foo", "1.0.0", 7);
  await changeElsewhere(it);
  assertEquals(await ownersOf(it, "foo"), [7]);
  using generation = Generation.open(it.path("generation"));
  using people = PeopleDatabase.open(it.path("palletizer.db"), generation);
  const { crate } = the("foo", "1.0.0");
  people.transaction(() => people.removeOwner(canonicalCrateName(crate), 7));
  await addTo(second, [aCrate("second")]);
  await changeElsewhere(it);
  await it.reopen();
  await changeElsewhere(it);
  assertEquals(await ownersOf(it, "foo"), []);
});

Deno.test("what somebody else writes into a commit's message makes no owner", async () => {
  await using it = await aRegistry();
  const line = aChange("publish", "foo", "1.0.0", 7);
  const messages = [
    line.replace("publish", "Publish"),
    line.replace(" id=", " owner=9 id="),
    `> ${line}`,
    line.replace("owner=7", "owner=everybody"),
  ];
  await it.commit({ "3/f/foo": aLine("foo") }, messages.join("\n"));
  await changeElsewhere(it);
  assertEquals(await ownersOf(it, "foo"), []);
});

function crateFilesOf({ crateFiles }: Stored, crate: string): string[] {
  return Object.keys(crateFiles).filter((it) => it.startsWith(`${crate}/`));
}

/** Removes versions and dies behind the commit. */
async function removeAndDie(
  it: TestRegistry,
  name: string,
  version: string,
  left: string | null,
): Promise<void> {
  const message = aChange("remove", name, version);
  await it.commit({ [`3/${name[0]}/${name}`]: left }, `${message}\n`);
}

Deno.test("a removal that its process did not live to finish is finished by the next change", async () => {
  await using it = await aRegistry();
  await it.addBy(NOBODY, aCrate("foo", "1.0.0+b"), aCrate("foo", "2.0.0"));
  const before = await it.stored();
  const lines = (await it.indexFile("3/f/foo")).split("\n");
  await removeAndDie(it, "foo", "1.0.0+b", `${lines[1]}\n`);
  await changeElsewhere(it);
  const between = await it.stored();
  assertEquals(crateFilesOf(between, "foo"), ["foo/foo-2.0.0.crate"]);
  assertEquals(
    between.removedVersions.map(({ version, checksum }) => [version, checksum]),
    [["1.0.0", before.crateFiles["foo/foo-1.0.0+b.crate"] ?? ""]],
  );
  assertEquals(await ownersOf(it, "foo"), [ANYONE]);

  await removeAndDie(it, "foo", "*", null);
  await changeElsewhere(it);
  const after = await it.stored();
  assertEquals(crateFilesOf(after, "foo"), []);
  assertEquals(after.removedVersions.map(({ version }) => version), [
    "1.0.0",
    "2.0.0",
  ]);
  assertEquals(await ownersOf(it, "foo"), []);
});

Deno.test("a version that came back keeps its crate file when its removal is followed late", async () => {
  await using it = await aRegistry();
  const crate = aCrate("foo");
  await it.addBy(NOBODY, crate);
  const line = await it.indexFile("3/f/foo");
  await removeAndDie(it, "foo", "*", null);
  // It is back by hand, with the same line and the same crate file.
  await it.commit({ "3/f/foo": line }, aChange("publish", "foo", "1.0.0", 8));
  await changeElsewhere(it);
  const { crateFiles, removedVersions } = await it.stored();
  assertEquals(
    crateFiles["foo/foo-1.0.0.crate"] as string | undefined,
    JSON.parse(line).cksum,
  );
  assertEquals(removedVersions.length, 1);
  assertEquals(await ownersOf(it, "foo"), [8]);
});

Deno.test("changes are followed in the order in which they were made", async () => {
  await using it = await aRegistry();
  await publishAndDie(it, "foo", "1.0.0", 7);
  await removeAndDie(it, "foo", "*", null);
  await publishAndDie(it, "foo", "2.0.0", 8);
  await publishAndDie(it, "foo", "3.0.0");
  await removeAndDie(it, "foo", "2.0.0", aLine("foo", "3.0.0"));
  await changeElsewhere(it);
  assertEquals(await ownersOf(it, "foo"), [8]);
  const { removedVersions } = await it.stored();
  assertEquals(removedVersions.map(({ version }) => version), [
    "1.0.0",
    "2.0.0",
  ]);
});

Deno.test("owners stay as they are when the index gets another history", async () => {
  await using it = await aRegistry();
  await it.addBy(NOBODY, aCrate("foo"));
  await it.addBy(ALICE, aCrate("bar"));
  await it.registry.remove({ ...the("bar", "1.0.0"), version: null });
  const before = await it.stored();
  const tip = await it.cutHistory();
  await changeElsewhere(it);
  const { owners, removedVersions } = await it.stored();
  assertEquals(owners, before.owners);
  assertEquals(removedVersions, before.removedVersions);
  await it.reopen(() => it.git.run(["update-ref", "refs/heads/master", tip]));
  await changeElsewhere(it);
  assertEquals((await it.stored()).owners, before.owners);
});

Deno.test("a process that was open when the history was cut follows all that comes after", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  await it.add(aCrate("one"));
  await addTo(second, [aCrate("two")]); // both know a tip of the old history
  await it.cutHistory();
  await changeElsewhere(it);
  await publishAndDie(it, "foo", "1.0.0", 7);
  await addTo(second, [aCrate("three")]);
  assertEquals(await ownersOf(it, "foo"), [7]);
});

const CLAIMS: [crates: CrateBuilder[], why: string][] = [
  [[aCrate("foo")], "one"],
  [
    Array.from({ length: 5 }, (_, count) => aCrate("foo", `1.${count}.0`)),
    "five",
  ],
];

for (const [crates, why] of CLAIMS) {
  Deno.test(`the generation changes with a new crate of ${why} version(s), and not with another version`, async () => {
    await using it = await aRegistry();
    using generation = Generation.open(it.path("generation"));
    const start = generation.read();
    await it.addBy(NOBODY, ...crates);
    const first = generation.read();
    assertEquals(first > start && generation.isSettled(), true);
    await it.addBy(NOBODY, aCrate("foo", "9.0.0"));
    await it.registry.yank(the("foo", "9.0.0"));
    assertEquals(generation.read(), first);
    await it.registry.remove(the("foo", "9.0.0"));
    assertEquals(generation.read() > first && generation.isSettled(), true);
  });
}

Deno.test("commits without rows are noted when they are many, so that nobody reads them twice", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  const start = lastCommitOf(it);
  await commitMany(it, 3);
  await it.registry.catchUp();
  assertEquals(lastCommitOf(it), start, "three are not worth a write");
  await commitMany(it, 256);
  await it.registry.catchUp();
  assertEquals(lastCommitOf(it), await it.tip());
});

/** Makes commits beside the registry that change nobody's rows. */
async function commitMany(it: TestRegistry, count: number): Promise<void> {
  const importer = new FastImport(it.git, new IndexRef(it.git));
  const commits = Array.from(
    { length: count },
    (_, number) => newCommit("by hand", { "1/a": `{}${number}\n` }),
  );
  await importer.commit(await it.tip(), commits);
  await importer.end();
}

function lastCommitOf(it: TestRegistry): string | null {
  using generation = Generation.open(it.path("generation"));
  using people = PeopleDatabase.open(it.path("palletizer.db"), generation);
  return people.lastCommit();
}
