import type { ServedRegistry } from "../../server/context.ts";
import { aCrate } from "../support/a_crate.ts";
import { aRegistry } from "../support/a_registry.ts";
import { anApp } from "../support/an_app.ts";
import { assertEquals, assertMatch, assertTrue } from "../support/assert.ts";

const UNKNOWN: [method: string, path: string, why: string][] = [
  ["GET", "/nothing", "a name that is nowhere"],
  ["GET", "/health", "a folder"],
  ["GET", "/health/live/", "a final slash"],
  ["GET", "/index", "the base of the git index, where git asks for more"],
  ["GET", "/crates", "all crates"],
  ["GET", "/crates/", "no crate"],
  ["GET", "/api", "the API's own folder"],
  ["GET", "/api/v1", "the API's own folder"],
  ["GET", "/api/v2/crates", "another API"],
  ["GET", "/api/v1/nothing", "nothing of the API"],
  ["POST", "/api/v1/crates/foo/1.0.0/yank/more", "below something of the API"],
  ["DELETE", "/nothing", "another method"],
];
Deno.test("a path that there is not is a 404 in the shape of its place", async (t) => {
  await using it = await aRegistry();
  const app = anApp(it.registry);
  for (const [method, path, why] of UNKNOWN) {
    await t.step(`${method} ${path} (${why})`, async () => {
      const answer = await app.ask(path, { method });
      assertEquals(answer.status, 404, answer.text);
      assertShape(path, answer.text, answer.headers);
    });
  }
});

const READING = "GET, HEAD";

const METHODS: [method: string, path: string, allow: string, why: string][] = [
  ["POST", "/", READING, "a page"],
  ["PUT", "/me", READING, "a page"],
  ["DELETE", "/crates/foo", READING, "a crate's page"],
  ["PUT", "/crates/foo/foo-1.0.0.crate", READING, "a crate file"],
  ["POST", "/index/3/f/foo", READING, "an index file"],
  ["DELETE", "/index/config.json", READING, "config.json"],
  ["OPTIONS", "/health/live", READING, "health"],
  ["PATCH", "/api/v1/crates", READING, "search"],
  [
    "POST",
    "/api/v1/crates/new",
    "PUT, GET, HEAD",
    "publish; a crate may be so named",
  ],
  ["PUT", "/api/v1/crates/foo", READING, "a crate"],
  ["POST", "/api/v1/crates/foo/owners", "GET, HEAD, PUT, DELETE", "owners"],
  ["GET", "/index/git-upload-pack", "POST", "git"],
  ["FOO", "/", READING, "a method that nobody has"],
];
Deno.test("a method that a path does not know is a 405 that names those it does", async (t) => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  const app = anApp(it.registry);
  for (const [method, path, allow, why] of METHODS) {
    await t.step(`${method} ${path} allows ${allow} (${why})`, async () => {
      const answer = await app.ask(path, { method });
      assertEquals(answer.status, 405, answer.text);
      const allowed = answer.headers.get("allow")?.split(", ").sort();
      assertEquals(allowed, allow.split(", ").sort());
      assertShape(path, answer.text, answer.headers);
    });
  }
});

function assertShape(path: string, text: string, headers: Headers): void {
  const type = headers.get("content-type") ?? "";
  assertMatch(headers.get("x-request-id") ?? "", /^[0-9a-f]{16}$/);
  assertEquals(headers.get("cache-control"), "no-store");
  if (path.startsWith("/api/")) {
    assertEquals(type, "application/json");
    const { errors } = JSON.parse(text);
    assertTrue(errors[0].detail.length > 0, text);
  } else {
    assertTrue(type.startsWith("text/plain"), type);
    assertTrue(text.length > 1, "a text");
  }
}

Deno.test("what the gate refuses is told in the shape of its place", async () => {
  await using it = await aRegistry();
  const app = anApp(it.registry);
  for (const path of ["/index/a%2fb", "/api/v1/crates/a%00", "/a%5c"]) {
    const answer = await app.get(path);
    assertEquals(answer.status, 400);
    assertShape(path, answer.text, answer.headers);
  }
});

Deno.test("everything is served below the path of the listener's URL, and at the root", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  const url = "https://example.com/rust";
  const app = anApp(it.registry, { listener: { url } });
  for (
    const path of [
      "/",
      "/me",
      "/crates/foo",
      "/crates/foo/foo-1.0.0.crate",
      "/index/config.json",
      "/index/3/f/foo",
      "/index/info/refs?service=git-upload-pack",
      "/index.git/info/refs?service=git-upload-pack",
      "/api/v1/crates/foo/1.0.0/download",
      "/api/v1/crates?q=foo",
      "/health/ready",
    ]
  ) {
    for (const base of ["", "/rust"]) {
      const answer = await app.get(base + path);
      assertEquals(answer.status, 200, base + path);
    }
    assertEquals((await app.get(`/other${path}`)).status, 404, path);
  }
});

Deno.test("health is live always, and ready when the index can be read", async () => {
  await using it = await aRegistry();
  const app = anApp(it.registry);
  for (const path of ["/health/live", "/health/ready"]) {
    const answer = await app.get(path);
    assertEquals(answer.status, 200);
    assertEquals(answer.headers.get("cache-control"), "no-store");
  }
  const unready: ServedRegistry = Object.create(it.registry, {
    config: { value: it.config },
    isReady: { value: () => Promise.resolve(false) },
  });
  assertEquals((await anApp(unready).get("/health/ready")).status, 503);
  assertEquals((await anApp(unready).get("/health/live")).status, 200);
});
