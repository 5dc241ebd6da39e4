import { parseCrateName, parseUserName } from "../../lib/mod.ts";
import { aCrate } from "../support/a_crate.ts";
import { ALICE, BOB } from "../support/a_registry.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { palletizerDone } from "../support/palletizer.ts";
import { aRequest } from "../support/publishing.ts";
import { CrashSite } from "./crash_site.ts";

const foo = parseCrateName("foo");

const NEXT: [who: string, act: (site: CrashSite) => Promise<unknown>][] = [
  [
    "a publish",
    (site) => site.registry.publish(aRequest(aCrate("foo", "1.1.0"), ALICE)),
  ],
  [
    "a change of owners",
    (site) =>
      site.registry.addOwners({
        ...{ by: ALICE, crate: foo, users: [parseUserName("alice")] },
      }),
  ],
  ["a look", (site) => site.registry.owners({ crate: foo })],
  [
    "a command",
    ({ folder }) => palletizerDone(["owner", "list", "foo"], { cwd: folder }),
  ],
];

for (const [who, act] of NEXT) {
  Deno.test(`a crate whose publisher was killed before the owner's row belongs to the owner at ${who}`, async () => {
    await using site = await CrashSite.make();
    const folder = await site.write(aCrate("foo"));
    const args = ["crate", "add", "--owner", "alice", folder];
    await site.killedAt("committed", ...args);
    await act(site);
    const { users } = await site.registry.owners({ crate: foo });
    assertEquals(users, [{ id: 1, login: "alice" }]);
    await assertRejects(
      () => site.registry.publish(aRequest(aCrate("foo", "9.0.0"), BOB)),
      "not_permitted",
    );
  });
}

Deno.test("a user is not removed while a crate that was published before a kill would be left alone", async () => {
  await using site = await CrashSite.make();
  const folder = await site.write(aCrate("foo"));
  await site.killedAt("committed", "crate", "add", "--owner", "alice", folder);
  const alice = parseUserName("alice");
  await assertRejects(
    () =>
      site.registry.removeUser({
        ...{ by: { kind: "operator" }, user: alice, transferTo: null },
      }),
    "user_owns_crates",
    { user: "alice", crates: "`foo`" },
  );
});
