import {
  aPatient,
  assertTold,
  examine,
  testDamage,
} from "../../../support/a_patient.ts";
import { examineRegistry } from "../../../../lib/mod.ts";
import { assertEquals } from "../../../support/assert.ts";
import type { TestRegistry } from "../../../support/a_registry.ts";

/** Commits as a process does that lets rows follow. */
async function commit(it: TestRegistry, text: string | null): Promise<void> {
  await it.commit({ "config.json": text });
  await (await it.reopen()).catchUp();
  await it.close();
}

testDamage("config.json", {
  what: "it is missing from the index",
  act: (it) => commit(it, null),
  found: [["config_json_missing", { path: "config.json" }]],
});

testDamage("config.json", {
  what: "it says something else than the configuration",
  act: (it) => commit(it, '{"dl":"http://127.0.0.1:1"}\n'),
  found: [["config_json_differs", { found: '{"dl":"http://127.0.0.1:1"}\n' }]],
});

Deno.test("doctor tells that a configuration has changed since the last start", async () => {
  await using it = await aPatient();
  await it.close();
  const config = { ...it.config, authRequired: true };
  const found = await Array.fromAsync(examineRegistry(config));
  assertEquals(found.map(({ code }) => code), ["config_json_differs"]);
  assertTold(await examine(it), []);
});
