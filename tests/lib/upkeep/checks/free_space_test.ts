import {
  aPatient,
  assertTold,
  examine,
  type Told,
} from "../../../support/a_patient.ts";
import { readFreeSpace } from "../../../../lib/upkeep/free_space.ts";
import { assertTrue } from "../../../support/assert.ts";

const MIB = 1024 * 1024;

const SPACES: readonly [bytes: number, files: number | null, found: Told[]][] =
  [
    [2048 * MIB, 1_000_000, []],
    [2048 * MIB, null, []],
    [1000 * MIB, 10_000, [["space_low", { free_bytes: 1000 * MIB }]]],
    [10 * MIB, 10_000, [["space_gone", { free_bytes: 10 * MIB }]]],
    [2048 * MIB, 99, [["files_low", { free_files: 99 }]]],
  ];

Deno.test("doctor tells when little room is left, and when few more files fit", async (t) => {
  await using it = await aPatient();
  for (const [bytes, files, found] of SPACES) {
    await t.step(`${bytes} bytes and ${files} files`, async () => {
      const readSpace = () => Promise.resolve({ bytes, files });
      assertTold(await examine(it, { readSpace }), found);
    });
  }
});

Deno.test("readFreeSpace() reads the room of the file system that a path is on", async () => {
  const { bytes, files } = await readFreeSpace(Deno.cwd());
  assertTrue(bytes > 0, "there is room");
  assertTrue(files === null || files > 0, "files fit");
});
