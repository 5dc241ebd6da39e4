/**
 * The doctor as a whole: what it leaves alone, and that no damage stops it.
 */

import {
  examineRegistry,
  FINDING_CODES,
  type FindingCode,
  isRefusal,
} from "../../../lib/mod.ts";
import { aPatient, assertTold, examine } from "../../support/a_patient.ts";
import { OtherProcess } from "../../support/other_process.ts";
import {
  assertEquals,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";

Deno.test("doctor finds nothing in a whole registry, open or not, and changes nothing", async () => {
  await using it = await aPatient();
  const before = await it.stored();
  for (const isRepair of [false, true]) {
    for (const isQuick of [false, true]) {
      assertTold(await examine(it, { isRepair, isQuick }), []);
    }
  }
  assertEquals(await it.stored(), before);
  await it.close();
  assertTold(await examine(it), []);
  await it.reopen();
  assertEquals(await it.stored(), before);
});

Deno.test("doctor tells how far it is, to the end", async () => {
  await using it = await aPatient();
  const told: string[] = [];
  await examine(it, {
    progress: ({ done, total }) => told.push(`${done}/${total}`),
  });
  assertEquals(told, ["1/4", "2/4", "3/4", "4/4"]);
});

Deno.test("doctor finds each of many damages at once", async () => {
  await using it = await aPatient();
  await it.close();
  await Deno.chmod(it.path("crates"), 0o755);
  await it.git.run(["config", "core.fsync", "none"]);
  await Deno.remove(it.path("crates/foo/foo-1.0.0.crate"));
  await Deno.remove(it.path("derived.db"));
  await Deno.mkdir(it.path("tmp/dead"), { mode: 0o700 });
  const expected: FindingCode[] = [
    ...["mode_open", "git_setting_unsafe", "derived_missing"],
    ...["tmp_left", "crate_file_missing"],
  ] as FindingCode[];
  const found = await examine(it);
  assertEquals(found.map(({ code }) => code), expected);
  const repaired = await examine(it, { isRepair: true });
  assertEquals(repaired.map(({ outcome }) => outcome), [
    ...["mended", "mended", "mended", "mended", "found"],
  ] as typeof repaired[0]["outcome"][]);
  assertTold(await examine(it), [["crate_file_missing", {}]]);
});

/** Damages of one file or folder each, at which nobody may crash. */
const RUINS: readonly string[] = [
  ...["index.git/HEAD", "index.git/config", "index.git/refs/heads/master"],
  ...["palletizer.db", "derived.db", "lock", "generation", "maintenance"],
  ...["crates", "tmp", "index.git", "index.git/objects/pack", "index.git/refs"],
];

for (const path of RUINS) {
  Deno.test(`doctor ends in findings when ${path} is ruined`, async (t) => {
    await using it = await aPatient();
    await it.close();
    const ruins: [how: string, ruin: () => Promise<void>][] = [
      ["other bytes", async () => {
        const { isFile } = await Deno.stat(it.path(path));
        if (isFile) await Deno.writeTextFile(it.path(path), "ruined\n");
      }],
      ["missing", () => Deno.remove(it.path(path), { recursive: true })],
      ["a folder in its place", async () => {
        await Deno.remove(it.path(path)).catch(() => {}); // it was made again
        await Deno.mkdir(it.path(path));
      }],
    ];
    for (const [how, ruin] of ruins) {
      await t.step(how, async () => {
        await ruin();
        try {
          for (const { code } of await examine(it)) {
            assertTrue(FINDING_CODES.includes(code), code);
          }
        } catch (error) {
          assertTrue(isRefusal(error), `${error}`);
        }
      });
    }
  });
}

Deno.test("doctor waits for the write lock, and says who has it", async () => {
  await using it = await aPatient();
  await it.close();
  await Deno.mkdir(it.path("crates/ghost"), { mode: 0o700 });
  const config = {
    ...it.config,
    limits: { ...it.config.limits, lockWaitMsMax: 50 },
  };
  const [holder] = await OtherProcess.start("lock_holder.ts", it.path("lock"));
  await using _ = holder;
  await assertRejects(
    () => Array.fromAsync(examineRegistry(config)),
    "index_busy",
  );
});
