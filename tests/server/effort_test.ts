/**
 * What an answer costs, in effects instead of ms: the same on every machine.
 *
 * @module
 */

import { OPERATOR, parseUserName } from "../../lib/mod.ts";
import { aCrate } from "../support/a_crate.ts";
import { aPublishFrame, requestOf } from "../support/a_publish_request.ts";
import { aRegistry, type TestRegistry } from "../support/a_registry.ts";
import { anApp } from "../support/an_app.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { effectsOf } from "../support/effects.ts";

Deno.test("a lookup of a known crate looks at the branch once and does nothing else", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo", "1.0.0"));
  const app = anApp(it.registry);
  const { headers } = await app.get("/index/3/f/foo");
  const etag = headers.get("etag") ?? "";
  const effects = await effectsOf(async () => {
    for (let time = 0; time < 10; time++) {
      assertEquals((await app.get("/index/3/f/foo")).status, 200);
      const again = await app.get("/index/3/f/foo", { "if-none-match": etag });
      assertEquals(again.status, 304);
    }
  });
  assertEquals(effects, { "Deno.statSync": 20 });
});

Deno.test("a lookup of an absent crate that was asked for before does no more", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo", "1.0.0"));
  const app = anApp(it.registry);
  await app.get("/index/3/b/bar");
  const effects = await effectsOf(async () => {
    assertEquals((await app.get("/index/3/b/bar")).status, 404);
  });
  assertEquals(effects, { "Deno.statSync": 1 });
});

Deno.test("a lookup with a known token reads the generation besides, and no database", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo", "1.0.0"));
  const token = secretOfAlice(it);
  const app = anApp(it.registry, { listener: { read: "token" } });
  const headers = { authorization: token };
  await app.get("/index/3/f/foo", headers);
  const effects = await effectsOf(async () => {
    assertEquals((await app.get("/index/3/f/foo", headers)).status, 200);
  });
  const { "file.seekSync": seeks, "file.readSync": reads, ...others } = effects;
  assertTrue(seeks === reads && (reads ?? 0) > 0, JSON.stringify(effects));
  assertEquals(others, { "Deno.statSync": 1 });
});

Deno.test("a lookup of a crate that is not in memory starts no process if git answers already", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo", "1.0.0"), aCrate("bar", "1.0.0"));
  const app = anApp(it.registry);
  await app.get("/index/3/f/foo");
  const effects = await effectsOf(async () => {
    assertEquals((await app.get("/index/3/b/bar")).status, 200);
  });
  assertNone(effects, /Command|spawn|^SQL|readDir/);
});

Deno.test("a download looks the version up in memory, and walks no folder", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo", "1.0.0"));
  const app = anApp(it.registry);
  const path = "/crates/foo/foo-1.0.0.crate";
  await app.get(path);
  const effects = await effectsOf(async () => {
    assertEquals((await app.get(path)).status, 200);
  });
  assertNone(effects, /Command|spawn|^SQL|readDir/);
});

Deno.test("a publish starts no process while git is there from the one before, and fsyncs all it must", async () => {
  await using it = await aRegistry();
  const app = anApp(it.registry);
  const publish = async (name: string) => {
    const crate = aCrate(name, "1.0.0");
    const body = aPublishFrame(requestOf(crate), crate.bytes());
    const answer = await app.ask("/api/v1/crates/new", {
      method: "PUT",
      headers: { "content-length": String(body.length) },
      body: body as BodyInit,
    });
    assertEquals(answer.status, 200, answer.text);
  };
  await publish("foo");
  const effects = await effectsOf(() => publish("bar"));
  assertNone(effects, /Command|spawn/);
  // The staged file, its crate's folder, the folder of all crates, git's packs
  // and the branch, with the branch itself; what git and SQLite fsync comes to that.
  assertEquals(effects["file.sync"], 6);
});

function secretOfAlice({ registry }: TestRegistry): string {
  const user = parseUserName("alice");
  const request = { by: OPERATOR, user, label: "it" };
  return registry.createToken(request).secret.reveal();
}

/** Fails if there is an effect whose name is like this. */
function assertNone(effects: Readonly<Record<string, number>>, like: RegExp) {
  assertTrue(Object.keys(effects).length > 0, "nothing was watched");
  const found = Object.keys(effects).filter((name) => like.test(name));
  assertEquals(found, [], JSON.stringify(effects));
}
