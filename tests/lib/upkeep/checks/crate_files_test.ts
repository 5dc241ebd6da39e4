import {
  aPatient,
  assertTold,
  examine,
  scribble,
  testDamage,
} from "../../../support/a_patient.ts";
import { FileLock } from "../../../../lib/storage/lock.ts";
import { the } from "../../../support/a_registry.ts";
import { assertEquals } from "../../../support/assert.ts";
import { FIXED_CLOCK } from "../../../support/fixed_clock.ts";
import { OtherProcess } from "../../../support/other_process.ts";

const FOO = { crate: "foo", version: "1.0.0" };
const FOO_FILE = "crates/foo/foo-1.0.0.crate";

testDamage("crate files", {
  what: "one that is missing",
  act: (it) => Deno.remove(it.path(FOO_FILE)),
  found: [["crate_file_missing", FOO]],
  left: [["crate_file_missing", FOO]],
});

testDamage("crate files", {
  what: "all of a crate that are missing with their folder",
  act: (it) => Deno.remove(it.path("crates/foo"), { recursive: true }),
  found: [
    ["crate_file_missing", FOO],
    ["crate_file_missing", { crate: "foo", version: "1.1.0+build.5" }],
  ],
  left: [["crate_file_missing", {}], ["crate_file_missing", {}]],
});

testDamage("crate files", {
  what: "an empty one",
  act: (it) => Deno.truncate(it.path(FOO_FILE)),
  found: [["crate_file_empty", FOO]],
  left: [["crate_file_empty", FOO]],
});

testDamage("crate files", {
  what: "one with other bytes",
  act: (it) => scribble(it, FOO_FILE, 40),
  found: [["crate_file_damaged", FOO]],
  left: [["crate_file_damaged", FOO]],
});

testDamage("crate files", {
  what: "a folder in the place of one",
  act: async (it) => {
    await Deno.remove(it.path(FOO_FILE));
    await Deno.mkdir(it.path(FOO_FILE), { mode: 0o700 });
  },
  found: [["crate_file_missing", FOO]],
  left: [["crate_file_missing", FOO]],
});

testDamage("crate files", {
  what: "one that the operating system does not give out",
  act: async (it) => {
    await Deno.remove(it.path(FOO_FILE));
    await Deno.symlink("foo-1.0.0.crate", it.path(FOO_FILE)); // to itself
  },
  found: [["crate_file_unreadable", FOO]],
  left: [["crate_file_unreadable", FOO]],
});

Deno.test("doctor --quick reads no crate file, but sees that one is empty or missing", async () => {
  await using it = await aPatient();
  await it.close();
  await scribble(it, FOO_FILE, 40);
  assertTold(await examine(it, { isQuick: true }), []);
  await Deno.truncate(it.path(FOO_FILE));
  await Deno.remove(it.path("crates/part/part-2.0.0.crate"));
  assertTold(await examine(it, { isQuick: true }), [
    ["crate_file_empty", FOO],
    ["crate_file_missing", { crate: "part", version: "2.0.0" }],
  ]);
});

const ORPHANS: readonly [what: string, path: string][] = [
  ["one of a crate that is there", "crates/foo/foo-9.0.0.crate"],
  ["one of a crate that is not", "crates/ghost/ghost-1.0.0.crate"],
  ["one of a crate that is spelt otherwise", "crates/Foo/Foo-1.0.0.crate"],
  ["one of another build", "crates/foo/foo-1.1.0+build.6.crate"],
];

for (const [what, path] of ORPHANS) {
  testDamage("crate files that no line names", {
    what,
    act: async (it) => {
      const folder = it.path(path.replace(/\/[^/]*$/, ""));
      await Deno.mkdir(folder, { mode: 0o700 }).catch(() => {});
      await Deno.writeTextFile(it.path(path), "orphan", { mode: 0o600 });
    },
    found: [["crate_file_orphan", { path }]],
  });
}

Deno.test("doctor --repair moves crate files that no line names aside, and none over another", async () => {
  await using it = await aPatient();
  await it.close();
  for (const text of ["first", "second"]) {
    await Deno.mkdir(it.path("crates/ghost"), { mode: 0o700 });
    const path = it.path("crates/ghost/ghost-1.0.0.crate");
    await Deno.writeTextFile(path, text, { mode: 0o600 });
    const [found] = await examine(it, { isRepair: true });
    assertEquals(found?.outcome, "mended");
    assertTold(await examine(it), []);
  }
  const moved = ["ghost-1.0.0.crate", "ghost-1.0.0.crate.1"]
    .map((name) => Deno.readTextFileSync(it.path("lost+found", name)));
  assertEquals(moved, ["first", "second"]);
});

Deno.test("doctor leaves a crate file to the copy that is being made of it", async () => {
  await using it = await aPatient();
  using copier = FileLock.open(it.path("backup"), FIXED_CLOCK);
  copier.tryAcquire();
  await it.registry.remove(the("foo", "1.0.0"));
  await it.registry.remove({ ...the("Bar-x", "0.1.0"), version: null });
  assertTold(await examine(it, { isRepair: true }), []);
  await Deno.stat(it.path(FOO_FILE));
  await Deno.stat(it.path("crates/Bar-x/Bar-x-0.1.0.crate"));
});

Deno.test("doctor --repair ends what a dead process's git may still do before it moves a crate file", async () => {
  await using it = await aPatient();
  await it.close();
  await Deno.mkdir(it.path("crates/ghost"), { mode: 0o700 });
  const path = it.path("crates/ghost/ghost-1.0.0.crate");
  await Deno.writeTextFile(path, "orphan", { mode: 0o600 });
  const [holder] = await OtherProcess.start("lock_holder.ts", it.path("lock"));
  await using _ = holder;
  await holder.kill();
  const tip = () => it.git.run(["rev-parse", "master"]);
  const before = await tip();
  const [found] = await examine(it, { isRepair: true });
  assertEquals(found?.outcome, "mended");
  const { stdout } = await it.git.run([
    "rev-list",
    "--parents",
    "-1",
    "master",
  ]);
  assertEquals(stdout.trim().split(" ")[1], before.stdout.trim());
  assertTold(await examine(it), []);
});

testDamage("what is none of ours among crate files", {
  what: "a file beside the folders, and one in a folder",
  act: async (it) => {
    for (const path of ["crates/notes.txt", "crates/foo/notes.txt"]) {
      await Deno.writeTextFile(it.path(path), "", { mode: 0o600 });
    }
  },
  found: [
    ["stray_file", { path: "crates/foo/notes.txt" }],
    ["stray_file", { path: "crates/notes.txt" }],
  ],
  left: [["stray_file", {}], ["stray_file", {}]],
});

testDamage("what is none of ours among crate files", {
  what: "an empty folder",
  act: (it) => Deno.mkdir(it.path("crates/ghost"), { mode: 0o700 }),
  found: [["empty_folder", { path: "crates/ghost" }]],
});
