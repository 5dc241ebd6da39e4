/**
 * The pass over all crates: what it makes of files that cannot be read, of two
 * crates of one name, and of what others do meanwhile.
 */

import { checksumOf } from "../../../../lib/crate/checksum.ts";
import { isFinding, Refusal } from "../../../../lib/mod.ts";
import { checkDatabases } from "../../../../lib/upkeep/checks/databases.ts";
import { checkCrates } from "../../../../lib/upkeep/checks/crates.ts";
import { openExamineParts } from "../../../../lib/upkeep/parts.ts";
import { aCrate } from "../../../support/a_crate.ts";
import {
  aPatient,
  assertTold,
  examine,
  testDamage,
} from "../../../support/a_patient.ts";
import { aLine } from "../../../support/a_push.ts";
import { ALICE, type TestRegistry, the } from "../../../support/a_registry.ts";
import { assertEquals, assertTrue } from "../../../support/assert.ts";
import { FIXED_CLOCK } from "../../../support/fixed_clock.ts";
import { runProgram } from "../../../support/palletizer.ts";

/** Commits as hands do, and lets rows follow. */
async function push(
  it: TestRegistry,
  files: Record<string, string | null>,
): Promise<void> {
  await it.commit(files);
  await (await it.reopen()).catchUp();
  await it.close();
}

testDamage("index files", {
  what: "a line that is none, which takes a version from cargo",
  act: async (it) => {
    const lines = (await it.indexFile("3/f/foo")).split("\n");
    await push(it, { "3/f/foo": [lines[0], "{}", lines[1], ""].join("\n") });
  },
  found: [["index_line_malformed", { path: "3/f/foo", line: 2 }]],
  left: [["index_line_malformed", {}]],
});

testDamage("index files", {
  what: "files that are no crate's",
  act: (it) => push(it, { "README.md": "about\n", "lo/lost": aLine("lost") }),
  found: [
    ["index_file_stray", { path: "README.md" }],
    ["index_file_stray", { path: "lo/lost" }],
  ],
  left: [["index_file_stray", {}], ["index_file_stray", {}]],
});

testDamage("index files", {
  what: "one without any entry, whose crate files it does not judge",
  act: (it) => push(it, { "3/f/foo": "{}\n" }),
  found: [["index_line_malformed", { path: "3/f/foo", line: 1 }]],
  left: [["index_line_malformed", {}]],
});

testDamage("index files", {
  what: "foo-bar beside foo_bar, pushed by hand",
  act: async (it) => {
    for (const name of ["foo-bar", "foo_bar"]) {
      await Deno.mkdir(it.path("crates", name), { mode: 0o700 });
      const path = it.path("crates", name, `${name}-1.0.0.crate`);
      const bytes = aCrate(name).bytes();
      await Deno.writeFile(path, bytes, { mode: 0o600 });
    }
    const files = ["foo-bar", "foo_bar"].map((name) => {
      const path = name === "foo-bar" ? "fo/o-/foo-bar" : "fo/o_/foo_bar";
      const cksum = checksumOf(aCrate(name).bytes());
      return [path, aLine(name, "1.0.0", { cksum })];
    });
    await push(it, Object.fromEntries(files));
  },
  found: [
    ["crate_name_twice", { crate: "foo_bar", other: "foo-bar" }],
    ["crates_without_owner", { count: 1 }],
  ],
  left: [["crate_name_twice", {}], ["crates_without_owner", {}]],
});

testDamage("index files", {
  what: "one that is no text, whose crate files it does not judge",
  act: async (it) => {
    const bytes = new Uint8Array([0xff, 0xfe, 10]);
    await push(it, { "3/f/foo": bytes as never });
  },
  found: [["index_file_not_text", { path: "3/f/foo" }]],
  left: [["index_file_not_text", {}]],
});

Deno.test("doctor tells what is served otherwise than git has it", async () => {
  await using it = await aPatient();
  await using parts = openExamineParts(it.config, { clock: FIXED_CLOCK });
  const { cache } = parts;
  const served = async (path: string) => {
    const file = await cache.get(path);
    return path === "3/f/foo" && file !== null
      ? { ...file, body: `${file.body}\n` }
      : file;
  };
  const wrong = { ...parts, cache: { get: served } as typeof cache };
  assertTold(await Array.fromAsync(checkCrates(wrong)), [
    ["sparse_differs", { path: "3/f/foo" }],
  ]);
  assertTold(await Array.fromAsync(checkCrates(parts)), []);
});

Deno.test("doctor tells once of a database whose damage shows late, and looks at the rest without it", async () => {
  await using it = await aPatient();
  await using parts = openExamineParts(it.config, { clock: FIXED_CLOCK });
  for await (const _ of checkDatabases(parts)) throw new Error("it is whole");
  const { derived, people } = parts;
  assertTrue(derived !== null && people !== null, "both can be asked");
  const fail = (name: string) => () => {
    const facts = { path: it.path(name), problem: "it is damaged" };
    throw new Refusal("database_unusable", facts);
  };
  Object.assign(derived, { crate: fail("derived.db") });
  Object.assign(people, { removedChecksums: fail("palletizer.db") });
  await Deno.remove(it.path("crates/part/part-2.0.0.crate"));
  const found = await Array.fromAsync(checkCrates(parts));
  assertEquals(found.map(({ code }) => code).sort(), [
    "crate_file_missing",
    "database_damaged",
    "derived_damaged",
  ]);
});

Deno.test("doctor tells of index files that git cannot read, and goes on", async () => {
  await using it = await aPatient();
  await it.close();
  await makeLoose(it);
  const { stdout } = await it.git.run(["rev-parse", "HEAD:3/f/foo"]);
  const oid = stdout.trim();
  await Deno.remove(
    it.path("index.git/objects", oid.slice(0, 2), oid.slice(2)),
  );
  await Deno.remove(it.path("crates/part/part-2.0.0.crate"));
  const found = await examine(it);
  const rest = found.filter(({ code }) => code !== "git_damaged");
  assertTrue(found.length > rest.length, "git finds it too");
  assertTold(rest, [
    ["index_file_unreadable", { path: "3/f/foo" }],
    ["crate_file_missing", { crate: "part" }],
  ]);
});

Deno.test("doctor tells when the index cannot be listed, and claims nothing about crate files", async () => {
  await using it = await aPatient();
  await it.close();
  await makeLoose(it);
  const { stdout } = await it.git.run(["rev-parse", "HEAD:3"]);
  const oid = stdout.trim();
  await Deno.remove(
    it.path("index.git/objects", oid.slice(0, 2), oid.slice(2)),
  );
  const found = await examine(it);
  assertEquals(
    found.filter(({ code }) => code !== "git_damaged").map(({ code }) => code),
    ["index_unreadable"],
  );
});

/** Takes all objects out of their packs, with the modes that Palletizer has. */
async function makeLoose(it: TestRegistry): Promise<void> {
  const script = `cd "$0" && mv objects/pack/*.pack . && rm -f objects/pack/* &&
    for it in *.pack; do git unpack-objects -q < "$it"; done && rm -f *.pack`;
  const { code, stderr } = await runProgram("sh", [
    ...["-c", script, it.path("index.git")],
  ]);
  assertEquals(code, 0, stderr);
}

Deno.test("doctor takes nothing for damage that others do while it looks", async () => {
  await using it = await aPatient();
  const more = Array.from({ length: 40 }, (_, at) => aCrate(`many-${at}`));
  await it.addBy(ALICE, ...more);
  let step = 0;
  // At each crate that was looked at, somebody changes one that was not, or was.
  const underWay: Promise<unknown>[] = [];
  const found = await examine(it, {
    progress: () => {
      step++;
      if (step % 4 === 0) {
        underWay.push(it.addBy(ALICE, aCrate(`new-${step}`)));
        const gone = { ...the(`many-${40 - step}`, "1.0.0"), version: null };
        if (step < 20) underWay.push(it.registry.remove(gone));
      }
      if (step % 5 === 0) {
        underWay.push(it.registry.yank(the(`many-${step % 20}`, "1.0.0")));
      }
    },
  });
  const outcomes = await Promise.allSettled(underWay);
  assertTrue(outcomes.length > 10, "others were at work");
  assertEquals(
    found.filter((it) => !isFinding(it, "rows_behind")).map(({ message }) =>
      message
    ),
    [],
  );
  assertTold(await examine(it), []);
});
