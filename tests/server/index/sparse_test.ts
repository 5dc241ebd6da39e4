import { parseCrateName } from "../../../lib/mod.ts";
import type { ServedRegistry } from "../../../server/context.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aRegistry, the } from "../../support/a_registry.ts";
import { anApp } from "../../support/an_app.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";

Deno.test("the sparse index answers with the very bytes of the git index", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("Foo-Bar", "1.0.0"), aCrate("a", "0.1.0"));
  const app = anApp(it.registry);
  for (const path of ["fo/o-/foo-bar", "1/a"]) {
    const answer = await app.get(`/index/${path}`);
    assertEquals(answer.status, 200);
    assertEquals(answer.text, await it.indexFile(path));
    const { stdout } = await it.git.run(["rev-parse", `HEAD:${path}`]);
    assertEquals(
      ["content-type", "etag", "cache-control"].map((name) =>
        answer.headers.get(name)
      ),
      ["text/plain", `"${stdout.trim()}"`, "no-cache, no-transform"],
    );
  }
});

Deno.test("the sparse index tells who has the file already, and who has an old one", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo", "1.0.0"));
  const app = anApp(it.registry);
  const { headers } = await app.get("/index/3/f/foo");
  const etag = headers.get("etag") ?? "";
  for (const known of [etag, `W/${etag}`, `"x", ${etag}`]) {
    const again = await app.get("/index/3/f/foo", { "if-none-match": known });
    assertEquals([again.status, again.text], [304, ""], known);
    assertEquals(again.headers.get("etag"), etag);
    assertEquals(again.headers.get("cache-control"), "no-cache, no-transform");
  }
  await it.registry.yank(the("foo", "1.0.0"));
  const after = await app.get("/index/3/f/foo", { "if-none-match": etag });
  assertEquals(after.status, 200);
  assertTrue(after.text.includes('"yanked":true'), after.text);
  assertTrue(after.headers.get("etag") !== etag, "another tag");
});

Deno.test("the sparse index shows at once what another process changed", async () => {
  await using it = await aRegistry();
  const app = anApp(it.registry);
  assertEquals((await app.get("/index/3/f/foo")).status, 404);
  await it.add(aCrate("foo", "1.0.0"));
  assertEquals((await app.get("/index/3/f/foo")).status, 200);
  const line = (await app.get("/index/3/f/foo")).text;
  await it.commit({ "3/f/foo": `${line}{}\n` });
  assertEquals((await app.get("/index/3/f/foo")).text, `${line}{}\n`);
  await it.commit({ "3/f/foo": null });
  assertEquals((await app.get("/index/3/f/foo")).status, 404);
});

/** Paths at which there is nothing, though something like it is there. */
const MISSING: [path: string, why: string][] = [
  ["/index/3/b/bar", "no such crate"],
  ["/index/3/f/FOO", "upper case"],
  ["/index/3/F/foo", "upper case in the folder"],
  ["/index/fo/o/foo", "the folder of a longer name"],
  ["/index/foo", "no folder"],
  ["/index/x/f/foo", "another folder"],
  ["/index/3/f/foo/", "a final slash"],
  ["/index/3/f/f%6fo", "an escape that cargo would not make"],
  ["/index/3/f/foo/bar", "a path below a file"],
  ["/index/", "the index itself"],
  ["/index/3/f", "a folder"],
  ["/index/HEAD", "a file of a git repository"],
  ["/index/objects/info/packs", "another one"],
  [`/index/aa/aa/${"a".repeat(65)}`, "a name that is too long"],
  ["/index/1/1", "a name that no crate has"],
];
Deno.test("the sparse index knows one path of a crate, and no 404 is kept", async (t) => {
  await using it = await aRegistry();
  await it.add(aCrate("foo", "1.0.0"));
  const app = anApp(it.registry);
  for (const [path, why] of MISSING) {
    await t.step(`${path.slice(0, 40)} is missing (${why})`, async () => {
      const answer = await app.get(path, { "if-none-match": "*" });
      assertEquals(answer.status, 404);
      assertEquals(answer.headers.get("cache-control"), "no-store");
      assertEquals(answer.headers.get("content-type"), "text/plain");
      assertTrue(answer.text.length > 0, "cargo prints the text");
    });
  }
});

Deno.test("the sparse index answers HEAD like GET", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo", "1.0.0"));
  const app = anApp(it.registry);
  const head = await app.fetch("/index/3/f/foo", { method: "HEAD" });
  const get = await app.get("/index/3/f/foo");
  assertEquals(head.status, 200);
  assertEquals(head.headers.get("etag"), get.headers.get("etag"));
  await head.body?.cancel();
});

Deno.test("the sparse index answers what is in memory without waiting", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo", "1.0.0"));
  const app = anApp(it.registry);
  await app.get("/index/3/f/foo");
  const { registry } = it;
  const asked = registry.indexFile(parseCrateName("foo"));
  assertTrue(!(asked instanceof Promise), "in memory");
});

Deno.test("the sparse index answers a failure with 500, plain, and logs it once", async () => {
  await using it = await aRegistry();
  const broken: ServedRegistry = Object.create(it.registry, {
    config: { value: it.config },
    indexFile: {
      value: () => Promise.reject(new Error("secret words of the machine")),
    },
  });
  const app = anApp(broken);
  const answer = await app.get("/index/3/f/foo");
  assertEquals(answer.status, 500);
  assertEquals(answer.headers.get("cache-control"), "no-store");
  const id = answer.headers.get("x-request-id") ?? "none";
  assertTrue(answer.text.includes(id), answer.text);
  assertTrue(!answer.text.includes("secret"), answer.text);
  assertEquals(app.lines.length, 1);
  assertTrue(app.lines[0]?.includes("secret words") ?? false, "the log knows");
  assertTrue(app.lines[0]?.includes(`request_id=${id}`) ?? false, "and which");
});
