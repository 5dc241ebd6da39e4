/**
 * Parts of the data folder that are damaged or gone for a while.
 */

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { listFolder } from "../../lib/storage/file_names.ts";
import { fileFacts } from "../../lib/storage/file_system.ts";
import { runProgram } from "../support/palletizer.ts";
import { aCrate } from "../support/a_crate.ts";
import { aRegistry, type TestRegistry } from "../support/a_registry.ts";
import { anApp, type TestApp } from "../support/an_app.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CHANGES } from "./changes.ts";

/** What is wrong for a while; answers what mends it. */
type Break = (it: TestRegistry) => Promise<() => unknown>;

/** Moves something away; what is made in its place meanwhile is kept. */
function gone(part: string): Break {
  return async (it) => {
    const path = it.path(part);
    await Deno.rename(path, `${path}.gone`);
    return async () => {
      for (const name of await listFolder(path)) {
        const [from, to] = [join(path, name), join(`${path}.gone`, name)];
        const isNew = await fileFacts(to) === null;
        if (isNew) await Deno.rename(from, to);
        else await runProgram("cp", ["-a", `${from}/.`, to]);
      }
      if (await fileFacts(path)) await Deno.remove(path, { recursive: true });
      await Deno.rename(`${path}.gone`, path);
    };
  };
}

/** Overwrites a file in place. */
function overwritten(part: string, by: string): Break {
  return async (it) => {
    const path = it.path(part);
    const bytes = await Deno.readFile(path);
    await Deno.writeTextFile(path, by);
    return () => Deno.writeFile(path, bytes);
  };
}

const TROUBLES: readonly (readonly [what: string, act: Break])[] = [
  ["index.git is gone", gone("index.git")],
  ["the branch is empty", overwritten("index.git/refs/heads/master", "")],
  [
    "the branch is garbage",
    overwritten("index.git/refs/heads/master", "garbage\n"),
  ],
  [
    "the branch names a commit that is not there",
    overwritten("index.git/refs/heads/master", `${"1".repeat(40)}\n`),
  ],
  ["the objects are gone", gone("index.git/objects/pack")],
  ["HEAD is gone", gone("index.git/HEAD")],
  ["crates is gone", gone("crates")],
  ["tmp is gone", gone("tmp")],
];

for (const [what, act] of TROUBLES) {
  Deno.test(`while ${what}, changes are refused, and made when it is back`, async () => {
    await using it = await aRegistry();
    await it.add(aCrate("foo"));
    const app = anApp(it.registry);
    for (const [round, change] of CHANGES.entries()) {
      await change.prepare?.(it, round);
      const before = await it.stored();
      const mend = await act(it);
      const status = await change.ask(it, round);
      await assertAnswers(app);
      await mend();
      assertTrue([200, 503].includes(status), `${change.what}: ${status}`);
      if (status === 200) continue;
      assertEquals(await it.stored(), before, change.what);
      assertEquals(await change.ask(it, round), 200, `${change.what}, mended`);
    }
    assertEquals((await app.ask("/index/3/f/foo")).status, 200);
    assertEquals((await app.ask("/health/ready")).status, 200);
  });
}

/** Reads go on or say that they cannot; nothing is a bug, and nothing is absent. */
async function assertAnswers(app: TestApp): Promise<void> {
  const paths = [
    "/health/live",
    "/health/ready",
    "/index/config.json",
    "/index/3/f/foo",
    "/index/ba/r-/bar-baz",
    "/crates/foo/foo-1.0.0.crate",
    "/api/v1/crates?q=foo",
    "/api/v1/crates/foo",
    "/api/v1/crates/foo/owners",
  ];
  for (const path of paths) {
    const { status, text } = await app.ask(path);
    const isSure = status === 200 || status === 503 ||
      (status === 404 && path.endsWith("bar-baz"));
    assertTrue(isSure, `${path}: ${status} ${text}`);
  }
}

Deno.test("a database that another program locks holds up changes, and no reads", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  const app = anApp(it.registry);
  for (const [round, { what, prepare, ask }] of CHANGES.entries()) {
    await prepare?.(it, round);
    const before = await it.stored();
    const other = new DatabaseSync(it.path("palletizer.db"));
    other.exec("BEGIN IMMEDIATE");
    const status = await ask(it, round);
    assertEquals((await app.ask("/index/3/f/foo")).status, 200);
    assertEquals((await app.ask("/api/v1/crates/foo/owners")).status, 200);
    other.exec("ROLLBACK");
    other.close();
    assertTrue([200, 503].includes(status), `${what}: ${status}`);
    if (status === 200) continue;
    assertEquals(await it.stored(), before);
    assertEquals(await ask(it, round), 200, what);
  }
});

Deno.test("a damaged palletizer.db is refused, and used again when it is restored", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  const path = it.path("palletizer.db");
  const copy = `${path}.copy`;
  using keeper = new DatabaseSync(path);
  keeper.prepare("VACUUM INTO ?").run(copy);
  keeper.close();
  await it.reopen(); // without a log of what was changed
  const app = anApp(it.registry, { listener: { publish: "token" } });
  const bytes = await Deno.readFile(copy);
  await Deno.writeFile(path, new Uint8Array(bytes.length).fill(7));
  await Deno.writeFile(`${path}-wal`, new Uint8Array());
  const owners = await app.ask("/api/v1/crates/foo/owners");
  assertTrue([200, 503].includes(owners.status), owners.text);
  assertEquals((await app.ask("/index/3/f/foo")).status, 200);
  for (const end of ["-wal", "-shm"]) await Deno.remove(path + end);
  await Deno.writeFile(path, bytes);
  assertEquals((await app.ask("/api/v1/crates/foo/owners")).status, 200);
});
