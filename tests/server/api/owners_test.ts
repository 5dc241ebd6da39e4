import { aCrate } from "../../support/a_crate.ts";
import { aRegistry } from "../../support/a_registry.ts";
import { ApiClient } from "../../support/api_client.ts";
import { assertEquals, assertIncludes } from "../../support/assert.ts";
import { assertStoresNothing } from "../../support/publishing.ts";

Deno.test("GET owners is empty for crates of everybody and of nobody", async () => {
  await using it = await aRegistry();
  const client = new ApiClient(it);
  await it.add(aCrate("closed"));
  await client.publish(aCrate("Open-One"));
  for (const name of ["closed", "Open-One", "open_one", "OPEN%2DONE"]) {
    assertEquals(await client.get(`/crates/${name}/owners`), { users: [] });
  }
});

Deno.test("GET owners of a crate that is not there is a 404", async () => {
  await using it = await aRegistry();
  const client = new ApiClient(it);
  await client.assertRefused(["GET", "/crates/foo/owners"], 404);
});

for (const method of ["PUT", "DELETE"]) {
  const body = '{"users":["bob"]}';
  const headers = { "content-type": "application/json" };

  Deno.test(`${method} owners is not for nobody, whoever owns the crate`, async () => {
    await using it = await aRegistry();
    const client = new ApiClient(it);
    await it.add(aCrate("closed"));
    await client.publish(aCrate("open"));
    await assertStoresNothing(it, async () => {
      for (const name of ["closed", "open"]) {
        const path = `/crates/${name}/owners`;
        const request = { body, headers };
        const detail = await client.assertRefused([method, path, request], 403);
        assertIncludes(detail, "owners");
      }
      const path = "/crates/none/owners";
      await client.assertRefused([method, path, { body, headers }], 404);
    });
  });

  Deno.test(`${method} owners is refused where nobody may publish`, async () => {
    await using it = await aRegistry();
    const client = new ApiClient(it, { publish: "nobody" });
    await it.add(aCrate("foo"));
    const path = "/crates/foo/owners";
    await client.assertRefused([method, path, { body, headers }], 403);
  });
}
