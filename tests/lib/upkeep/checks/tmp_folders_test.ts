import {
  aPatient,
  assertTold,
  examine,
  testDamage,
} from "../../../support/a_patient.ts";
import { FolderLock } from "../../../../lib/storage/folder_lock.ts";
import { assertEquals, assertTrue } from "../../../support/assert.ts";

async function aDeadFolder(path: string): Promise<void> {
  await Deno.mkdir(path, { mode: 0o700 });
  await Deno.writeTextFile(`${path}/1`, "half a crate file", { mode: 0o600 });
}

testDamage("what dead processes left", {
  what: "a folder in tmp/",
  act: (it) => aDeadFolder(it.path("tmp/4321-abc")),
  found: [["tmp_left", { path: "tmp/4321-abc" }]],
});

testDamage("what dead processes left", {
  what: "a crate file that was linked and not published, with its record",
  act: async (it) => {
    const folder = it.path("tmp/4321-abc");
    await aDeadFolder(folder);
    await Deno.rename(`${folder}/1`, `${folder}/1~foo~3.0.0.crate`);
    const path = it.path("crates/foo/foo-3.0.0.crate");
    await Deno.link(`${folder}/1~foo~3.0.0.crate`, path);
  },
  found: [
    ["tmp_left", { path: "tmp/4321-abc" }],
    ["crate_file_orphan", { path: "crates/foo/foo-3.0.0.crate" }],
  ],
});

testDamage("what dead processes left", {
  what: "a file in tmp/ that is nobody's",
  act: (it) => Deno.writeTextFile(it.path("tmp/notes"), "", { mode: 0o600 }),
  found: [["stray_file", { path: "tmp/notes" }]],
  left: [["stray_file", { path: "tmp/notes" }]],
});

Deno.test("doctor leaves what living processes have in progress alone", async () => {
  await using it = await aPatient();
  await aDeadFolder(it.path("tmp/1-living"));
  using lock = FolderLock.tryAcquire(it.path("tmp/1-living"));
  assertTrue(lock !== null, "it is locked");
  assertTold(await examine(it, { isRepair: true }), []);
  assertEquals(Array.from(Deno.readDirSync(it.path("tmp/1-living"))).length, 1);
});
