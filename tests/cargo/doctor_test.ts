/**
 * `palletizer doctor` as a process of its own, beside a server that is at work:
 * what others do meanwhile is never taken for damage, and what is damaged is
 * found all the same.
 *
 * @module
 */

import { join } from "node:path";
import { aCrate } from "../support/a_crate.ts";
import { aPublishFrame, requestOf } from "../support/a_publish_request.ts";
import { linesOf } from "../support/a_shelf.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { ServedRegistry } from "../support/served_registry.ts";

/** Publishes as cargo does, but at any pace. */
async function publish(
  it: ServedRegistry,
  name: string,
  version: string,
): Promise<void> {
  const crate = aCrate(name, version);
  const answer = await fetch(`${it.url}/api/v1/crates/new`, {
    method: "PUT",
    body: aPublishFrame(requestOf(crate), crate.bytes()) as BodyInit,
  });
  assertEquals([answer.status, await answer.text()].slice(0, 1), [200]);
}

async function yank(it: ServedRegistry, name: string): Promise<void> {
  const path = `api/v1/crates/${name}/1.0.0/yank`;
  const answer = await fetch(`${it.url}/${path}`, { method: "DELETE" });
  await answer.text();
}

/** What a doctor tells, without what is the machine's own matter. */
async function doctor(
  it: ServedRegistry,
  ...args: string[]
): Promise<{ code: number; found: string[] }> {
  const { code, stdout, stderr } = await it.run("doctor", "--json", ...args);
  assertTrue(code <= 1, `${stdout}${stderr}`);
  const found = linesOf(stdout).map((line) => `${line["message"]}`);
  const codes = linesOf(stdout).map((line) => `${line["code"]}`);
  const isOurs = (_: unknown, at: number) =>
    !/^space_|^files_|^rows_behind$/.test(codes[at] ?? "");
  return { code, found: found.filter(isOurs) };
}

Deno.test("doctor beside a server finds nothing while versions are published, yanked and removed", async () => {
  await using it = await ServedRegistry.make();
  for (let at = 0; at < 30; at++) await publish(it, `old-${at}`, "1.0.0");
  let isOver = false;
  let published = 0;
  const work = [1, 2, 3].map(async (who) => {
    for (let at = 0; !isOver; at++) {
      await publish(it, `new-${who}-${at}`, "1.0.0");
      await publish(it, `old-${at % 30}`, `2.${who}.${at}`);
      published += 2;
      if (at % 5 === 0) await yank(it, `new-${who}-${at}`);
    }
  });
  const removing = (async () => {
    for (let at = 0; !isOver && at < 6; at++) {
      await it.done("crate", "remove", `old-${at}`, "1.0.0", "--yes");
    }
  })();
  const results = [];
  for (const args of [[], ["--quick"], ["--repair"], []]) {
    results.push(await doctor(it, ...args));
  }
  isOver = true;
  await Promise.all([...work, removing]);
  assertTrue(published > 20, `only ${published} versions were published`);
  for (const result of results) assertEquals(result, { code: 0, found: [] });
  assertEquals(await doctor(it), { code: 0, found: [] });
});

Deno.test("doctor beside a server finds and repairs damage, and the server goes on", async () => {
  await using it = await ServedRegistry.make();
  for (let at = 0; at < 5; at++) await publish(it, `old-${at}`, "1.0.0");
  const data = join(it.folder, "data");
  const orphan = join(data, "crates/old-0/old-0-9.0.0.crate");
  await Deno.writeTextFile(orphan, "orphan", { mode: 0o644 });
  await Deno.remove(join(data, "derived.db"));
  const before = await it.run("doctor", "--json");
  const codes = linesOf(before.stdout).map(({ code }) => `${code}`)
    .filter((code) => !/^space_|^files_/.test(code));
  assertEquals(codes, ["mode_open", "derived_missing", "crate_file_orphan"]);
  const repaired = await it.run("doctor", "--repair");
  assertEquals(repaired.code, 0, repaired.stdout + repaired.stderr);
  assertEquals(await doctor(it), { code: 0, found: [] });
  assertEquals(
    await Deno.readTextFile(join(data, "lost+found/old-0-9.0.0.crate")),
    "orphan",
  );
  await publish(it, "old-0", "9.0.0");
  assertEquals(await doctor(it), { code: 0, found: [] });
  await Deno.remove(join(data, "crates/old-3/old-3-1.0.0.crate"));
  assertEquals((await doctor(it, "--quick")).code, 1);
  const { stdout } = await it.run("crate", "list", "--json");
  assertEquals(linesOf(stdout).length, 5);
});
