import type { ServedRegistry } from "../../../server/context.ts";
import { aRegistry } from "../../support/a_registry.ts";
import { anApp } from "../../support/an_app.ts";
import { assertEquals } from "../../support/assert.ts";

const DL = "/crates/{crate}/{crate}-{version}.crate";

Deno.test("config.json of the sparse index is made for the listener that is asked", async () => {
  await using it = await aRegistry();
  const url = "https://other.example.com/rust";
  const answer = await anApp(it.registry, { listener: { url } })
    .get("/rust/index/config.json");
  assertEquals(answer.status, 200);
  assertEquals(answer.headers.get("content-type"), "application/json");
  assertEquals(answer.headers.get("cache-control"), "no-cache, no-transform");
  assertEquals(JSON.parse(answer.text), { dl: `${url}${DL}`, api: url });
});

Deno.test("config.json names the `dl` that was chosen, at every listener", async () => {
  await using it = await aRegistry();
  const dl = "https://static.example.com/{crate}-{version}.crate";
  const registry: ServedRegistry = Object.create(it.registry, {
    config: { value: { ...it.config, dl } },
  });
  const url = "https://other.example.com";
  const answer = await anApp(registry, { listener: { url } })
    .get("/index/config.json");
  assertEquals(JSON.parse(answer.text), { dl, api: url });
});

Deno.test("config.json is not sent again to those who have it", async () => {
  await using it = await aRegistry();
  const app = anApp(it.registry);
  const { headers } = await app.get("/index/config.json");
  const etag = headers.get("etag") ?? "";
  const known = { "if-none-match": etag };
  assertEquals((await app.get("/index/config.json", known)).status, 304);
  const elsewhere = anApp(it.registry, { listener: { url: "http://other" } });
  assertEquals((await elsewhere.get("/index/config.json", known)).status, 200);
});
