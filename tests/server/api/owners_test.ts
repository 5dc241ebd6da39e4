import { OPERATOR, parseUserName } from "../../../lib/mod.ts";
import { aCrate } from "../../support/a_crate.ts";
import { ALICE, aRegistry } from "../../support/a_registry.ts";
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

/** A crate of alice's, and a way to ask as her or as bob. */
async function aCrateOfAlices() {
  const it = await aRegistry();
  await it.addBy(ALICE, aCrate("foo-bar"));
  const client = new ApiClient(it, { publish: "token" });
  const tokenOf = (user: string) =>
    it.registry.createToken({
      ...{ by: OPERATOR, user: parseUserName(user), label: "" },
    }).secret.reveal();
  const tokens = { alice: tokenOf("alice"), bob: tokenOf("bob") };
  const ask = (by: "alice" | "bob", method: string, body: unknown) => {
    const headers = { authorization: tokens[by] };
    const request = { headers, body: JSON.stringify(body) };
    return [method, "/crates/Foo_Bar/owners", request] as const;
  };
  return Object.assign(it, { client, as: ask });
}

Deno.test("PUT and DELETE owners change who owns a crate, and say so in a sentence", async () => {
  await using it = await aCrateOfAlices();
  const owners = () => it.client.get("/crates/foo-bar/owners");
  assertEquals(await owners(), { users: [{ id: 1, login: "alice" }] });
  const added = await it.client.ask(
    ...it.as("alice", "PUT", { users: ["bob"] }),
  );
  assertEquals([added.status, added.json], [200, {
    ok: true,
    msg: "`bob` added to the owners of foo-bar",
  }]);
  assertEquals(await owners(), {
    users: [{ id: 1, login: "alice" }, { id: 2, login: "bob" }],
  });
  const removed = await it.client.ask(
    ...it.as("bob", "DELETE", { owners: ["alice"] }),
  );
  assertEquals([removed.status, removed.json], [200, {
    ok: true,
    msg: "`alice` removed from the owners of foo-bar",
  }]);
  assertEquals(await owners(), { users: [{ id: 2, login: "bob" }] });
});

const REFUSED: [
  status: number,
  by: "alice" | "bob",
  method: string,
  body: unknown,
  why: string,
][] = [
  [403, "bob", "PUT", { users: ["bob"] }, "he is no owner"],
  [404, "alice", "PUT", { users: ["bob", "carl"] }, "one is nobody"],
  [400, "alice", "PUT", { users: ["github:org:team"] }, "a team is no user"],
  [400, "alice", "PUT", { users: [] }, "nobody is named"],
  [400, "alice", "PUT", { users: "bob" }, "no list"],
  [400, "alice", "PUT", { users: [1] }, "no names"],
  [400, "alice", "PUT", ["bob"], "no object"],
  [400, "alice", "PUT", null, "nothing"],
  [400, "alice", "PUT", { users: Array(101).fill("bob") }, "too many"],
  [413, "alice", "PUT", { users: ["x".repeat(70_000)] }, "too much"],
  [409, "alice", "DELETE", { users: ["alice"] }, "the last owner stays"],
  [404, "alice", "DELETE", { users: ["bob"] }, "he is none"],
];

Deno.test("PUT and DELETE owners are refused whole, and store nothing", async (t) => {
  await using it = await aCrateOfAlices();
  for (const [status, by, method, body, why] of REFUSED) {
    await t.step(
      `${method} by ${by} is a ${status} (${why})`,
      () =>
        assertStoresNothing(
          it,
          () => it.client.assertRefused([...it.as(by, method, body)], status),
        ),
    );
  }
  const headers = { authorization: "x" };
  for (const body of ["", "{", "\xff", '{"users":["bob"]}x']) {
    const path = "/crates/foo-bar/owners";
    await it.client.assertRefused(["PUT", path, { headers, body }], 403);
    const [, , request] = it.as("alice", "PUT", {});
    const broken = { ...request, body };
    await it.client.assertRefused(["PUT", path, broken], 400);
  }
});
