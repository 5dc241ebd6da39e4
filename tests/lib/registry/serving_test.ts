import { DatabaseSync } from "node:sqlite";
import { openRegistry } from "../../../lib/mod.ts";
import { FileLock } from "../../../lib/storage/lock.ts";
import { aRegistry, type TestRegistry } from "../../support/a_registry.ts";
import {
  assertEquals,
  assertRefuses,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";
import { FIXED_CLOCK } from "../../support/fixed_clock.ts";

Deno.test("claimServing() lets one registry of a data folder be served, and names it to others", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  it.registry.claimServing();
  assertRefuses(() => second.claimServing(), "already_serving", {
    path: it.data,
    pid: Deno.pid,
    since: "2026-01-02T03:04:05Z",
  });
  await it.close();
  await it.reopen();
  it.registry.claimServing();
});

/** Makes the database what it was before there were users. */
function makeOld(it: TestRegistry): void {
  using handle = new DatabaseSync(it.path("palletizer.db"));
  handle.exec("DROP TABLE tokens; DROP TABLE users; DROP INDEX owners_by_user");
  handle.exec("PRAGMA user_version = 1");
}

function formatOf(it: TestRegistry): unknown {
  using handle = new DatabaseSync(it.path("palletizer.db"), { readOnly: true });
  return handle.prepare("PRAGMA user_version").get()?.user_version;
}

Deno.test("openRegistry() changes no data format under a server, and does once it has stopped", async () => {
  await using it = await aRegistry();
  await it.close();
  makeOld(it);
  using serving = FileLock.open(it.path("serving"), FIXED_CLOCK);
  assertTrue(serving.tryAcquire(), "nobody else serves");
  await assertRejects(
    () => openRegistry(it.config, it.options),
    "already_serving",
  );
  assertEquals(formatOf(it), 1);
  serving.release();

  const registry = await it.reopen();
  assertEquals([formatOf(it), registry.users()], [2, []]);
  registry.claimServing(); // which the change of the format has let go of
});
