/**
 * The doctor as a whole: what it leaves alone, and that no damage stops it.
 */

import {
  examineRegistry,
  type Finding,
  FINDING_CODES,
  type FindingCode,
  isFinding,
  isRefusal,
} from "../../../lib/mod.ts";
import { isThere } from "../../../lib/storage/file_system.ts";
import { backUp, configIn, restoreTo } from "../../support/a_backup.ts";
import {
  aPatient,
  assertTold,
  examine,
  type Told,
} from "../../support/a_patient.ts";
import { the } from "../../support/a_registry.ts";
import { FIXED_CLOCK } from "../../support/fixed_clock.ts";
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

Deno.test("doctor leaves crate files alone whose deletion waits for a backup, made or killed", async () => {
  await using it = await aPatient();
  const [copying] = await OtherProcess.start(
    "lock_holder.ts",
    it.path("backup"),
  );
  await using _ = copying;
  await it.registry.remove(the("foo", "1.0.0"));
  await it.registry.remove({ ...the("part", "2.0.0"), version: null });
  const waiting = [
    "crates/foo/foo-1.0.0.crate",
    "crates/part/part-2.0.0.crate",
  ];
  const look = async () => {
    for (const isRepair of [false, true]) {
      assertTold(await examine(it, { isRepair }), []);
    }
    for (const path of waiting) await Deno.stat(it.path(path));
  };
  await look();
  await it.close();
  await look();
  await copying.kill();
  await look();
  await it.reopen();
  await it.registry.catchUp();
  assertEquals(isThere(it.path("postponed-deletions")), false);
  assertTold(await examine(it), []);
});

Deno.test("doctor moves crate files of nobody aside beside those whose deletion waits", async () => {
  await using it = await aPatient();
  const [copying] = await OtherProcess.start(
    "lock_holder.ts",
    it.path("backup"),
  );
  await using _ = copying;
  await it.registry.remove(the("foo", "1.0.0"));
  const path = "crates/foo/foo-9.0.0.crate";
  await Deno.writeTextFile(it.path(path), "orphan", { mode: 0o600 });
  const told: Told = ["crate_file_orphan", { path }];
  assertTold(await examine(it, { isRepair: true }), [told]);
  assertTold(await examine(it), []);
  await Deno.stat(it.path("crates/foo/foo-1.0.0.crate"));
});

Deno.test("doctor finds nothing while a backup is made, nor behind it", async () => {
  await using it = await aPatient();
  const found: Finding[] = [];
  const backup = backUp(it, "backup.tar");
  const removal = it.registry.remove(the("foo", "1.0.0"));
  for (let isMade = false; !isMade;) {
    const ended = backup.then(() => true);
    found.push(...await examine(it, { isRepair: true }));
    isMade = await Promise.race([ended, Promise.resolve(false)]);
  }
  await removal;
  found.push(...await examine(it));
  assertTold(found.filter((it) => !isFinding(it, "rows_behind")), []);
});

Deno.test("doctor finds nothing in a registry that was just restored", async () => {
  await using it = await aPatient();
  await backUp(it, "backup.tar");
  await restoreTo(it, "other", "backup.tar");
  const config = configIn(it, "other");
  const look = (isRepair: boolean) =>
    Array.fromAsync(examineRegistry(config, { clock: FIXED_CLOCK, isRepair }));
  const isOfSpace = ({ code }: Finding) => /^space_|^files_/.test(code);
  const found = (await look(false)).filter((it) => !isOfSpace(it));
  assertTold(found, [["derived_missing", {}]]);
  await look(true);
  assertTold((await look(false)).filter((it) => !isOfSpace(it)), []);
});

Deno.test("doctor finds nothing behind a squash, and nothing in what that keeps", async () => {
  await using it = await aPatient();
  await it.registry.squash();
  const { stdout } = await it.git.run(["for-each-ref", "refs/squashed/"]);
  assertTrue(stdout !== "", "the history is kept");
  for (const isQuick of [true, false]) {
    assertTold(await examine(it, { isQuick }), []);
  }
});
