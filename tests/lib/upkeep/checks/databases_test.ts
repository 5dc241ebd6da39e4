import {
  aPatient,
  assertTold,
  changeRows,
  examine,
  scribble,
  testDamage,
} from "../../../support/a_patient.ts";
import type { TestRegistry } from "../../../support/a_registry.ts";
import { assertEquals } from "../../../support/assert.ts";

async function remove(it: TestRegistry, database: string): Promise<void> {
  for (const end of ["", "-wal", "-shm"]) {
    await Deno.remove(it.path(database + end)).catch(() => {});
  }
}

testDamage("derived.db", {
  what: "it is missing",
  act: (it) => remove(it, "derived.db"),
  found: [["derived_missing", { path: "derived.db" }]],
});

testDamage("derived.db", {
  what: "it is no database",
  act: async (it) => {
    await remove(it, "derived.db");
    const text = "x".repeat(9_000);
    await Deno.writeTextFile(it.path("derived.db"), text, { mode: 0o600 });
  },
  found: [["derived_damaged", { path: "derived.db" }]],
});

testDamage("derived.db", {
  what: "a page of it is damaged",
  act: async (it) => {
    for (const start of [4096, 8192, 12_288]) {
      await scribble(it, "derived.db", start);
    }
  },
  found: [["derived_damaged", { path: "derived.db" }]],
});

testDamage("derived.db", {
  what: "it was written by a newer program",
  act: (it) => changeRows(it, "derived.db", "PRAGMA user_version = 99"),
  found: [["format_newer", { path: "derived.db", found: 99 }]],
  left: [["format_newer", { path: "derived.db", found: 99 }]],
});

testDamage("palletizer.db", {
  what: "it was written by a newer program",
  act: (it) => changeRows(it, "palletizer.db", "PRAGMA user_version = 99"),
  found: [["format_newer", { path: "palletizer.db", found: 99 }]],
  left: [["format_newer", { path: "palletizer.db", found: 99 }]],
});

testDamage("palletizer.db", {
  what: "it was written by an older program",
  act: (it) => changeRows(it, "palletizer.db", "PRAGMA user_version = 1"),
  found: [["format_older", { path: "palletizer.db", found: 1, known: 2 }]],
  left: [["format_older", { path: "palletizer.db" }]],
});

testDamage("palletizer.db", {
  what: "it is damaged in its middle",
  act: (it) => scribble(it, "palletizer.db", 4096),
  found: [["database_damaged", { path: "palletizer.db" }]],
  left: [["database_damaged", { path: "palletizer.db" }]],
});

testDamage("palletizer.db", {
  what: "it is empty",
  act: async (it) => {
    await remove(it, "palletizer.db");
    await Deno.writeTextFile(it.path("palletizer.db"), "", { mode: 0o600 });
  },
  found: [["database_damaged", { path: "palletizer.db" }]],
  left: [["database_damaged", { path: "palletizer.db" }]],
});

Deno.test("doctor makes no empty palletizer.db where it is missing, whatever else it mends", async () => {
  await using it = await aPatient();
  await it.close();
  await remove(it, "palletizer.db");
  await remove(it, "derived.db");
  await Deno.chmod(it.path("crates"), 0o755);
  const found = await examine(it, { isRepair: true });
  assertEquals(found.map(({ code, outcome }) => [code, outcome]), [
    ["mode_open", "mended"],
    ["database_missing", "found"],
    ["derived_missing", "not_mended"],
  ]);
  assertTold(await examine(it), [
    ["database_missing", { path: "palletizer.db" }],
    ["derived_missing", { path: "derived.db" }],
  ]);
});
