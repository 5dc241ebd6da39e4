import {
  type Identity,
  NOBODY,
  OPERATOR,
  parseCrateName,
  parseUserName,
  type RefusalCode,
  type Registry,
} from "../../../lib/mod.ts";
import { FileLock } from "../../../lib/storage/lock.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aLine } from "../../support/a_push.ts";
import {
  addTo,
  ALICE,
  aRegistry,
  BOB,
  outcomesOf,
  the,
} from "../../support/a_registry.ts";
import {
  assertEquals,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";
import { FIXED_CLOCK } from "../../support/fixed_clock.ts";
import { aRequest, assertStoresNothing } from "../../support/publishing.ts";

const by = OPERATOR;
const foo = parseCrateName("foo");
const [alice, bob] = [parseUserName("alice"), parseUserName("bob")];

/** The owners of `foo` by name; `anyone` when it is everybody's. */
async function ownersOf(registry: Registry, crate = foo): Promise<string[]> {
  const { users, isOpen } = await registry.owners({ crate });
  return isOpen ? ["anyone"] : users.map(({ login }) => login);
}

const FIRST: [by: Identity, owners: string[]][] = [
  [ALICE, ["alice"]],
  [NOBODY, ["anyone"]],
  [OPERATOR, []],
];
for (const [first, owners] of FIRST) {
  Deno.test(`owners() of what ${first.kind} published first: [${owners}]`, async () => {
    await using it = await aRegistry();
    await it.addBy(first, aCrate("foo-bar"));
    for (const spelling of ["foo-bar", "Foo_Bar"]) {
      const crate = parseCrateName(spelling);
      assertEquals(await ownersOf(it.registry, crate), owners);
    }
  });
}

Deno.test("addOwners() lets others publish, removeOwners() ends that, in every process at once", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  await it.addBy(ALICE, aCrate("foo"));
  const publish = (version: string) =>
    second.publish(aRequest(aCrate("foo", version), BOB));
  await assertRejects(() => publish("1.1.0"), "not_permitted");

  const request = { by: ALICE, crate: foo, users: [bob] };
  assertEquals(await it.registry.addOwners(request), foo);
  await publish("1.1.0");
  assertEquals(await ownersOf(second), ["alice", "bob"]);

  // Bob is an owner like any other now.
  await second.removeOwners({ by: BOB, crate: foo, users: [alice] });
  assertEquals(await ownersOf(it.registry), ["bob"]);
  await assertRejects(
    () => it.registry.publish(aRequest(aCrate("foo", "1.2.0"), ALICE)),
    "not_permitted",
  );
  await publish("1.2.0");
});

Deno.test("addOwners() and removeOwners() say what has changed, and nothing else", async () => {
  await using it = await aRegistry();
  await it.addBy(ALICE, aCrate("foo"));
  it.events.length = 0;
  const crate = parseCrateName("FOO");
  const users = [bob, alice, bob];
  for (let times = 0; times < 2; times++) {
    await it.registry.addOwners({ by, crate, users });
  }
  await it.registry.removeOwners({ by, crate, users: [alice, alice] });
  assertEquals(it.events, [
    { kind: "owner_added", by, crate: foo, user: bob, userId: 2 },
    { kind: "owner_removed", by, crate: foo, user: alice, userId: 1 },
  ]);
});

Deno.test("addOwners() puts users in the place of anyone", async () => {
  await using it = await aRegistry();
  await it.addBy(NOBODY, aCrate("foo"));
  await it.registry.addOwners({ by: BOB, crate: foo, users: [] });
  assertEquals(await ownersOf(it.registry), ["anyone"]);
  await it.registry.addOwners({ by: BOB, crate: foo, users: [bob] });
  assertEquals(await ownersOf(it.registry), ["bob"]);
  for (const by of [NOBODY, ALICE]) {
    const outcomes = await it.tryToAdd([aCrate("foo", "2.0.0")], { by });
    assertEquals(outcomesOf(outcomes), { "foo-2.0.0.crate": "not_permitted" });
  }
});

Deno.test("addOwners() opens a closed crate, by the operator or an admin", async () => {
  await using it = await aRegistry();
  const carl = parseUserName("carl");
  const { id } = it.registry.addUser({ by, name: carl, isAdmin: true });
  const admin: Identity = { kind: "user", id };
  await it.add(aCrate("foo"), aCrate("bar"));
  await it.registry.addOwners({ by: admin, crate: foo, users: [alice] });
  await it.registry.addOwners({
    ...{ by: OPERATOR, crate: parseCrateName("bar"), users: [alice] },
  });
  await it.addBy(ALICE, aCrate("foo", "1.1.0"), aCrate("bar", "1.1.0"));
  // An admin may publish without being an owner, and does not become one.
  await it.addBy(admin, aCrate("foo", "1.2.0"));
  assertEquals(await ownersOf(it.registry), ["alice"]);
});

const REFUSED: [
  verb: "addOwners" | "removeOwners",
  code: RefusalCode,
  by: Identity,
  crate: string,
  users: string[],
  why: string,
][] = [
  ["addOwners", "crate_not_found", by, "none", ["bob"], "there is none"],
  ["addOwners", "user_unknown", by, "foo", ["bob", "carl"], "one is nobody"],
  ["addOwners", "user_disabled", by, "foo", ["bob", "eve"], "one is disabled"],
  ["addOwners", "not_permitted", BOB, "foo", ["bob"], "he is no owner"],
  ["addOwners", "not_permitted", NOBODY, "foo", ["bob"], "nobody asks"],
  ["addOwners", "not_permitted", NOBODY, "open", ["bob"], "even where all may"],
  ["addOwners", "not_permitted", ALICE, "closed", ["alice"], "nobody owns it"],
  ["addOwners", "not_permitted", BOB, "foo", ["carl"], "before users are told"],
  [
    ...["addOwners", "too_many_owners", by, "foo"] as const,
    Array<string>(101).fill("bob"),
    "a request names 100",
  ],
  ["removeOwners", "crate_not_found", by, "none", ["bob"], "there is none"],
  ["removeOwners", "user_unknown", by, "foo", ["carl"], "a typing error"],
  ["removeOwners", "owner_unknown", by, "foo", ["alice", "bob"], "he is none"],
  ["removeOwners", "owner_unknown", by, "open", ["bob"], "everybody is none"],
  ["removeOwners", "last_owner", ALICE, "foo", ["alice"], "the last one stays"],
  ["removeOwners", "last_owner", by, "foo", ["alice"], "for the operator too"],
  ["removeOwners", "not_permitted", BOB, "foo", ["alice"], "he is no owner"],
  ["removeOwners", "not_permitted", NOBODY, "foo", ["alice"], "nobody asks"],
];

Deno.test("changes of owners are refused whole, and nothing is stored", async (t) => {
  await using it = await aRegistry();
  await it.addBy(ALICE, aCrate("foo"));
  await it.addBy(NOBODY, aCrate("open"));
  await it.add(aCrate("closed"));
  const eve = parseUserName("eve");
  it.registry.addUser({ by, name: eve, isAdmin: false });
  it.registry.disableUser({ by, user: eve });
  for (const [verb, code, by, crate, users, why] of REFUSED) {
    const who = by.kind === "user" ? `user ${by.id}` : by.kind;
    await t.step(
      `${verb}() of ${who}: ${code} (${why})`,
      () =>
        assertStoresNothing(it, () => {
          const request = {
            by,
            crate: parseCrateName(crate),
            users: users.map(parseUserName),
          };
          return assertRejects(() => it.registry[verb](request), code);
        }),
    );
  }
});

Deno.test("an owner who was removed is not brought back by a process that catches up later", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  await it.add(aCrate("one"));
  await addTo(second, [aCrate("two")]); // each has seen a tip of its own
  await it.commit(
    { "3/f/foo": aLine("foo") },
    "publish foo 1.0.0 by user:1 owner=1 id=0123456789abcdef\n",
  );
  // The owner counts although the row was not written when its process died.
  await it.registry.addOwners({ by: ALICE, crate: foo, users: [bob] });
  await it.registry.removeOwners({ by: ALICE, crate: foo, users: [alice] });
  await addTo(second, [aCrate("three")]);
  await it.reopen();
  await it.add(aCrate("four"));
  assertEquals(await ownersOf(it.registry), ["bob"]);
});

Deno.test("a publish that is in flight is judged by the owners at its turn", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  await it.addBy(ALICE, aCrate("foo"));
  await it.registry.addOwners({ by, crate: foo, users: [bob] });
  for (let count = 1; count < 6; count++) {
    const crate = aCrate("foo", `1.${count}.0`);
    const [published] = await Promise.allSettled([
      second.publish(aRequest(crate, BOB)),
      it.registry.removeOwners({ by, crate: foo, users: [bob] }),
    ]);
    // Before or behind the removal, never a bit of both.
    const isThere = (await it.versions()).includes(`foo 1.${count}.0`);
    assertEquals(published.status === "fulfilled", isThere);
    await assertRejects(
      () => second.publish(aRequest(aCrate("foo", "9.0.0"), BOB)),
      "not_permitted",
    );
    await it.registry.addOwners({ by, crate: foo, users: [bob] });
  }
});

Deno.test("a change of owners is judged again when its turn has come", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  await it.addBy(ALICE, aCrate("foo"));
  using lock = FileLock.open(it.path("lock"), FIXED_CLOCK);
  assertTrue(lock.tryAcquire(), "nobody else writes");
  const change = it.registry.addOwners({
    ...{ by: ALICE, crate: foo, users: [bob] },
  });
  // It waits for the lock by now, and whoever asks was an owner until then.
  await new Promise((resolve) => setTimeout(resolve, 200));
  second.disableUser({ by, user: alice });
  lock.release();
  await assertRejects(() => change, "token_invalid");
  assertEquals(await ownersOf(second), ["alice"]);
});

Deno.test("the owners of a crate go with it", async () => {
  await using it = await aRegistry();
  await it.addBy(ALICE, aCrate("foo"));
  await it.registry.remove({ ...the("foo", "1.0.0"), version: null });
  await assertRejects(
    () => it.registry.owners({ crate: foo }),
    "crate_not_found",
  );
  await it.add(aCrate("foo", "2.0.0"));
  assertEquals(await ownersOf(it.registry), []);
});

Deno.test("the name of a removed crate is free for admins, who own it then", async () => {
  await using it = await aRegistry();
  const name = parseUserName("carl");
  const { id } = it.registry.addUser({ by, name, isAdmin: true });
  await it.addBy(ALICE, aCrate("foo"));
  await it.registry.remove({ ...the("foo", "1.0.0"), version: null });
  await assertStoresNothing(it, () =>
    assertRejects(
      () => it.registry.publish(aRequest(aCrate("foo", "2.0.0"), ALICE)),
      "crate_name_removed",
    ));
  await it.addBy({ kind: "user", id }, aCrate("foo", "2.0.0"));
  assertEquals(await ownersOf(it.registry), ["carl"]);
});

Deno.test("addCrateFiles() with an owner gives new crates to that user, and no others", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  const crates = [
    ...[aCrate("foo", "1.1.0"), aCrate("bar"), aCrate("bar", "1.1.0")],
  ];
  const outcomes = await it.tryToAdd(crates, { owner: bob });
  assertEquals(
    outcomes.map((it) => "isNewCrate" in it && it.isNewCrate),
    [false, true, false],
  );
  assertEquals(await ownersOf(it.registry), []);
  assertEquals(await ownersOf(it.registry, parseCrateName("bar")), ["bob"]);
  const [, line = ""] = (await it.messages()).slice(1);
  assertEquals(line.includes("publish bar 1.0.0 by operator owner=2"), true);
});

const NO_OWNERS: [by: Identity, owner: string, code: RefusalCode][] = [
  [OPERATOR, "carl", "user_unknown"],
  [OPERATOR, "bob", "user_disabled"],
  [ALICE, "alice", "admin_needed"],
];
for (const [by, name, code] of NO_OWNERS) {
  Deno.test(`addCrateFiles() of ${by.kind} refuses ${name} as the owner: ${code}`, async () => {
    await using it = await aRegistry();
    it.registry.disableUser({ by: OPERATOR, user: bob });
    await assertStoresNothing(it, () => {
      const owner = parseUserName(name);
      return assertRejects(
        () => it.tryToAdd([aCrate("foo")], { by, owner }),
        code,
      );
    });
  });
}

Deno.test("addCrateFiles() gives nothing to a user who is disabled meanwhile", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  const outcomes = await addTo(second, [aCrate("foo")], {
    owner: bob,
    // The file is checked by now, and the lock not taken yet.
    checked: () => it.registry.disableUser({ by, user: bob }),
  });
  assertEquals(outcomesOf(outcomes), { "foo-1.0.0.crate": "user_disabled" });
  assertEquals((await it.stored()).owners, []);
  assertEquals(await it.versions(), []);
});
