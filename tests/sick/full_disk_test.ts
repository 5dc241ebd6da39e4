/**
 * A disk that is full at each of the writes of a change: with a little more
 * space from time to time, another one is the first to fail.
 */

import { aCrate } from "../support/a_crate.ts";
import { aRegistry } from "../support/a_registry.ts";
import { anApp } from "../support/an_app.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { assertFsckClean } from "../support/git.ts";
import { CHANGES } from "./changes.ts";
import { canMount, SmallDisk } from "./small_disk.ts";

/** How much space is left at most, and the step in which it grows, in bytes. */
const LEFT_BYTES_MAX = 96 * 1024;
const STEP_BYTES = 4096;

const ignore = !await canMount();
for (const { what, prepare, ask } of CHANGES) {
  Deno.test({
    ...{ ignore, name: `${what} on a full disk is refused, and made later` },
    async fn() {
      await using disk = await SmallDisk.mount();
      await using it = await aRegistry({ parent: disk.path });
      const app = anApp(it.registry);
      await it.add(aCrate("foo"));
      const seen = new Set<number>();
      for (let left = 0; left <= LEFT_BYTES_MAX; left += STEP_BYTES) {
        await prepare?.(it, left);
        const before = await it.stored();
        disk.fill(left);
        const status = await ask(it, left);
        seen.add(status);
        assertEquals((await app.ask("/index/3/f/foo")).status, 200, "reads");
        disk.free();
        assertTrue([200, 503, 507].includes(status), `${left}: ${status}`);
        if (status === 200) continue;
        assertEquals(await it.stored(), before);
        assertEquals(await ask(it, left), 200, `${left}: with space again`);
      }
      assertTrue(seen.has(507) && seen.has(200), [...seen].join());
      await assertFsckClean(it.path("index.git"));
    },
  });
}
