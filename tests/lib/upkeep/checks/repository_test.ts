import {
  anOldFile,
  aPatient,
  assertTold,
  examine,
  testDamage,
} from "../../../support/a_patient.ts";
import { assertEquals } from "../../../support/assert.ts";

testDamage("settings of index.git", {
  what: "one that durability hangs on",
  act: (it) => it.git.run(["config", "core.fsync", "none"]),
  found: [["git_setting_unsafe", {
    ...{ key: "core.fsync", expected: "all", found: "none" },
  }]],
});

testDamage("settings of index.git", {
  what: "others",
  act: async (it) => {
    await it.git.run(["config", "gc.auto", "1"]);
    await it.git.run(["config", "--unset", "pack.threads"]);
  },
  found: [
    ["git_setting_changed", { key: "gc.auto", found: "1" }],
    ["git_setting_changed", { key: "pack.threads", found: "not set" }],
  ],
});

testDamage("what killed gits left", {
  what: "locks, marks, packs and reports that are old",
  act: async (it) => {
    for (
      const path of [
        "fast_import_crash_12",
        "refs/heads/master.lock",
        "objects/pack/pack-1.keep",
        "objects/pack/tmp_pack_x",
      ]
    ) {
      await anOldFile(it, `index.git/${path}`);
    }
  },
  found: [
    ["git_left_over", { path: "index.git/fast_import_crash_12" }],
    ["git_left_over", { path: "index.git/objects/pack/pack-1.keep" }],
    ["git_left_over", { path: "index.git/objects/pack/tmp_pack_x" }],
    ["git_left_over", { path: "index.git/refs/heads/master.lock" }],
  ],
});

Deno.test("doctor leaves young locks and marks of gits alone", async () => {
  await using it = await aPatient();
  const paths = ["refs/heads/master.lock", "objects/pack/pack-1.keep"]
    .map((path) => it.path("index.git", path));
  for (const path of paths) {
    await Deno.writeTextFile(path, "", { mode: 0o600 });
  }
  assertTold(await examine(it, { isRepair: true }), []);
  for (const path of paths) assertEquals((await Deno.stat(path)).size, 0);
});

testDamage("damage that git finds", {
  what: "an object that is none",
  act: async (it) => {
    const folder = it.path("index.git/objects/ab");
    await Deno.mkdir(folder, { mode: 0o700 });
    const path = `${folder}/${"c".repeat(38)}`;
    await Deno.writeTextFile(path, "no object", { mode: 0o400 });
  },
  found: [["git_damaged", {}], ["git_damaged", {}], ["git_damaged", {}]],
  left: [["git_damaged", {}], ["git_damaged", {}], ["git_damaged", {}]],
});

Deno.test("doctor goes on when index.git is no repository, and mends nothing of it", async () => {
  await using it = await aPatient();
  await it.close();
  await Deno.remove(it.path("index.git/HEAD"));
  await Deno.chmod(it.path("crates"), 0o755);
  for (const isRepair of [false, true]) {
    // A repair mends the mode, and goes on to what it cannot mend.
    assertTold(await examine(it, { isRepair }), [
      ["mode_open", { path: "crates" }],
      ["index_repository_unusable", { path: "index.git" }],
    ]);
  }
  assertTold(await examine(it), [["index_repository_unusable", {}]]);
});

Deno.test("doctor tells of an index without a branch, and claims nothing about crates", async () => {
  await using it = await aPatient();
  await it.close();
  await it.git.run(["update-ref", "-d", "refs/heads/master"]);
  const [first, ...others] = await examine(it);
  assertTold(first === undefined ? [] : [first], [[
    "index_branch_missing",
    {},
  ]]);
  assertEquals(
    others.filter(({ code }) =>
      code.startsWith("crate") || code === "rows_behind"
    )
      .map(({ code }) => code),
    ["rows_behind"],
  );
});
