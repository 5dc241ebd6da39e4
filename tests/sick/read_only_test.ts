/**
 * Parts of the data folder that cannot be written to for a while.
 */

import { aCrate } from "../support/a_crate.ts";
import { aRegistry, type TestRegistry } from "../support/a_registry.ts";
import { anApp } from "../support/an_app.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { palletizer } from "../support/palletizer.ts";
import { CHANGES } from "./changes.ts";
import { canMakeImmutable, makeImmutable } from "./immutable.ts";

const PARTS: readonly (readonly string[])[] = [
  ["."],
  ["crates"],
  ["tmp"],
  ["index.git/objects/pack", "index.git/refs/heads"],
  ["palletizer.db", "palletizer.db-wal"],
  ["derived.db", "derived.db-wal"],
  ["lock"],
];

const ignore = !await canMakeImmutable();
for (const parts of PARTS) {
  Deno.test({
    ...{ ignore, name: `changes wait until ${parts.join()} can be written to` },
    async fn() {
      await using it = await aRegistry();
      await it.add(aCrate("foo"));
      const app = anApp(it.registry);
      for (const [round, { what, prepare, ask }] of CHANGES.entries()) {
        await prepare?.(it, round);
        const before = await it.stored();
        const status = await askReadOnly(it, parts, () => ask(it, round));
        assertTrue([200, 503].includes(status), `${what}: ${status}`);
        assertEquals((await app.ask("/index/3/f/foo")).status, 200);
        if (status === 200) continue;
        assertEquals(await it.stored(), before);
        assertEquals(await ask(it, round), 200, what);
      }
    },
  });
}

async function askReadOnly(
  it: TestRegistry,
  parts: readonly string[],
  ask: () => Promise<number>,
): Promise<number> {
  await using _locked = await makeImmutable(
    ...parts.map((part) => it.path(part)),
  );
  return await ask();
}

Deno.test({
  ignore,
  name: "commands say that a folder cannot be written to, and exit with 1",
  async fn() {
    await using it = await aRegistry();
    await it.add(aCrate("foo"));
    await it.close();
    const options = { cwd: it.folder };
    {
      const part = it.path("index.git/objects/pack");
      await using _locked = await makeImmutable(part);
      const args = ["crate", "yank", "foo", "1.0.0"];
      const { code, stderr } = await palletizer(args, options);
      assertEquals(code, 1, stderr);
      assertTrue(stderr.startsWith("error: "), stderr);
    }
    const { code, stderr } = await palletizer(["crate", "list"], options);
    assertEquals(code, 0, stderr);
    await it.reopen();
    assertEquals(await it.versions(), ["foo 1.0.0"]);
  },
});
