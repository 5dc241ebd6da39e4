/**
 * Many crate files, and several processes at once: what was acknowledged is in
 * the index, and nothing else.
 *
 * @module
 */

import { aCrate } from "../support/a_crate.ts";
import { assertEquals } from "../support/assert.ts";
import { addedBy, FileRegistry } from "../support/file_registry.ts";
import { commitCount } from "../support/git.ts";

Deno.test("crate add of a folder of 1,000 files takes few commits, and seconds", async () => {
  await using registry = await FileRegistry.make();
  // Each depends on the one after it, so the order of their names is wrong.
  const chain = Array.from({ length: 1000 }, (_, it) => {
    const crate = aCrate(`crate-${it}`);
    const next = `crate-${it + 1}`;
    return it === 999
      ? crate
      : crate.withDependency(next, "^1", { registryIndex: registry.indexUrl });
  });
  await registry.write("chain", chain);
  const before = await commitCount(registry.repository);
  const start = Date.now();
  const result = await registry.run("crate", "add", "chain");
  const seconds = (Date.now() - start) / 1000;
  assertEquals(result.code, 0, result.stderr);
  assertEquals(addedBy(result).length, 1000);
  assertEquals(await commitCount(registry.repository) - before, 4);
  assertEquals(seconds < 60, true, `it took ${seconds} seconds`);
  assertEquals((await registry.crateFiles()).length, 1000);

  const again = await registry.run("crate", "add", "--skip-existing", "chain");
  assertEquals([again.code, addedBy(again)], [0, []]);
  assertEquals(await commitCount(registry.repository) - before, 4);
  await registry.assertWhole();
});

Deno.test("two processes that add at once lose nothing and never both win", async () => {
  await using registry = await FileRegistry.make();
  const numbers = Array.from({ length: 40 }, (_, it) => it);
  for (const side of ["left", "right"]) {
    await registry.write(side, [
      ...numbers.map((it) => aCrate(`${side}-${it}`)),
      // The same names and versions on both sides, with other contents.
      ...numbers.map((it) => aCrate(`both-${it}`).withLibrary(`// ${side}`)),
      // Names that may not both be there.
      ...numbers.map((it) => aCrate(side === "left" ? `n-${it}` : `N_${it}`)),
    ]);
  }
  const results = await Promise.all(
    ["left", "right"].map((side) => registry.run("crate", "add", side)),
  );
  const acknowledged = results.flatMap(addedBy).sort();
  assertEquals(acknowledged.length, 40 + 40 + 40 + 40);
  assertEquals(await registry.versions(), acknowledged);
  const canonical = acknowledged.map((it) =>
    it.toLowerCase().replaceAll("-", "_")
  );
  assertEquals(new Set(canonical).size, canonical.length, "doubled");
  await registry.assertWhole();
});

Deno.test("processes that add, yank and remove at once end in agreement", async () => {
  await using registry = await FileRegistry.make();
  const all = Array.from({ length: 12 }, (_, it) => `1.${it}.0`);
  const files = await registry.write(
    "made",
    all.map((version) => aCrate("busy", version)),
  );
  await registry.done("crate", "add", ...files.slice(0, 8));

  const results = await Promise.all([
    ...files.slice(8).map((file) => registry.run("crate", "add", file)),
    ...all.slice(0, 4).map((it) => registry.run("crate", "yank", "busy", it)),
    ...all.slice(4, 8).map((it) =>
      registry.run("crate", "remove", "busy", it, "--yes")
    ),
  ]);
  assertEquals(results.filter(({ code }) => code !== 0), []);
  const lines = await registry.lines("bu/sy/busy");
  assertEquals(
    lines.map(({ vers, yanked }) => [vers, yanked]).sort(),
    [
      ...all.slice(0, 4).map((it) => [it, true]),
      ...all.slice(8).map((it) => [it, false]),
    ]
      .sort(),
  );
  await registry.assertWhole();
});
