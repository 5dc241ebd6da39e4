import {
  aPatient,
  assertTold,
  examine,
  testDamage,
} from "../../../support/a_patient.ts";
import { assertEquals } from "../../../support/assert.ts";

testDamage("rows that are behind", {
  what: "a yank by hand",
  act: async (it) => {
    const text = await it.indexFile("3/f/foo");
    await it.commit({ "3/f/foo": text.replace("false", "true") });
  },
  found: [["rows_behind", { path: "derived.db" }]],
  isHealed: false,
});

testDamage("rows that are behind", {
  what: "a process that died behind its commit",
  act: async (it) => {
    const line = "remove Bar-x * by operator id=00\n";
    await it.commit({ "ba/r-/bar-x": null }, line);
  },
  found: [
    ["rows_behind", { path: "palletizer.db" }],
    ["rows_behind", { path: "derived.db" }],
    ["crate_file_orphan", { path: "crates/Bar-x/Bar-x-0.1.0.crate" }],
  ],
  isHealed: false,
});

testDamage("rows that are behind", {
  what: "another history of the same index",
  act: (it) => it.cutHistory(),
  found: [
    ["rows_behind", { path: "palletizer.db" }],
    ["rows_behind", { path: "derived.db" }],
  ],
});

Deno.test("doctor that takes commits in keeps owners as they were", async () => {
  await using it = await aPatient();
  const { owners } = await it.stored();
  await it.close();
  await it.cutHistory();
  await examine(it, { isRepair: true });
  assertTold(await examine(it), []);
  await it.reopen();
  assertEquals((await it.stored()).owners, owners);
});
