import { aCrate } from "../../support/a_crate.ts";
import { aRegistry } from "../../support/a_registry.ts";
import { ApiClient } from "../../support/api_client.ts";
import { assertEquals } from "../../support/assert.ts";
import { assertStoresNothing } from "../../support/publishing.ts";

const SPELLINGS: [path: string, why: string][] = [
  ["/crates/Foo-Bar/1.0.0+x.1", "as published"],
  ["/crates/foo_bar/1.0.0+x.1", "another spelling of the name"],
  ["/crates/FOO-BAR/1.0.0%2Bx.1", "a plus sign that is escaped"],
  ["/crates/Foo%2DBar/1.0.0%2bx.1", "more that is escaped"],
  ["/crates/Foo-Bar/1.0.0", "without the build metadata, as cargo asks"],
];
for (const [path, why] of SPELLINGS) {
  Deno.test(`DELETE ${path}/yank yanks and PUT …/unyank takes it back (${why})`, async () => {
    await using it = await aRegistry();
    const client = new ApiClient(it);
    await client.publish(aCrate("Foo-Bar", "1.0.0+x.1"));
    for (const _ of ["once", "again"]) {
      const { status, json } = await client.ask("DELETE", `${path}/yank`);
      assertEquals([status, json], [200, { ok: true }]);
      assertEquals(await it.versions(), ["Foo-Bar 1.0.0+x.1 yanked"]);
    }
    for (const _ of ["once", "again"]) {
      const { status, json } = await client.ask("PUT", `${path}/unyank`, {
        headers: { "content-type": "application/json", "content-length": "0" },
      });
      assertEquals([status, json], [200, { ok: true }]);
      assertEquals(await it.versions(), ["Foo-Bar 1.0.0+x.1"]);
    }
    const kinds = it.events.map(({ kind }) => kind);
    assertEquals(kinds, ["published", "yanked", "unyanked"]);
  });
}

const REFUSED: [method: string, path: string, status: number, why: string][] = [
  ["DELETE", "/crates/bar/1.0.0/yank", 404, "no such crate"],
  ["DELETE", "/crates/foo/2.0.0/yank", 404, "no such version"],
  ["DELETE", "/crates/foo/1.0.0+y/yank", 404, "no such build metadata"],
  ["PUT", "/crates/foo/2.0.0/unyank", 404, "no such version"],
  ["DELETE", "/crates/foo/1.0/yank", 400, "no version"],
  ["DELETE", "/crates/f.o/1.0.0/yank", 400, "no name"],
  ["DELETE", "/crates/f%c3%b6/1.0.0/yank", 400, "a name beyond ASCII"],
  ["DELETE", "/crates/%ff/1.0.0/yank", 400, "no text"],
  ["DELETE", "/crates/..%2f/1.0.0/yank", 400, "a path in the name"],
  ["DELETE", "/crates/foo/1.0.0%00/yank", 400, "a control character"],
  ["PUT", "/crates/foo/1.0.0/yank", 405, "the other method"],
  ["GET", "/crates/foo/1.0.0/yank", 405, "a method that changes nothing"],
  ["DELETE", "/crates/foo/1.0.0/unyank", 405, "the other method"],
];
Deno.test("what cannot be yanked is refused and changes nothing", async (t) => {
  await using it = await aRegistry();
  const client = new ApiClient(it);
  await client.publish(aCrate("foo"));
  for (const [method, path, status, why] of REFUSED) {
    await t.step(`${method} ${path} is a ${status} (${why})`, async () => {
      await assertStoresNothing(it, async () => {
        await client.assertRefused([method, path], status);
      });
    });
  }
});

Deno.test("yank and unyank are refused where nobody may publish, and on closed crates", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("closed"));
  await new ApiClient(it).publish(aCrate("open"));
  const anywhere = new ApiClient(it);
  const closed = new ApiClient(it, { publish: "nobody" });
  await assertStoresNothing(it, async () => {
    for (const client of [anywhere, closed]) {
      const path = "/crates/closed/1.0.0";
      await client.assertRefused(["DELETE", `${path}/yank`], 403);
      await client.assertRefused(["PUT", `${path}/unyank`], 403);
    }
    await closed.assertRefused(["DELETE", "/crates/open/1.0.0/yank"], 403);
  });
});
