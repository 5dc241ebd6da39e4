import {
  type Identity,
  NOBODY,
  OPERATOR,
  parseCrateName,
  parseUserName,
  type RefusalCode,
  type UserName,
} from "../../../lib/mod.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aLine } from "../../support/a_push.ts";
import { ALICE, aRegistry, BOB, the } from "../../support/a_registry.ts";
import {
  assertEquals,
  assertRefuses,
  assertRejects,
} from "../../support/assert.ts";
import { aRequest, assertStoresNothing } from "../../support/publishing.ts";

const alice = parseUserName("alice");
const bob = parseUserName("bob");
const carl = parseUserName("carl");

const by = OPERATOR;
const AT = "2026-01-02T03:04:05Z";

Deno.test("addUser() makes a user, and users() lists all by name", async () => {
  await using it = await aRegistry();
  const user = it.registry.addUser({ by, name: carl, isAdmin: true });
  assertEquals(user, {
    ...{ id: 3, name: carl, isAdmin: true, created: AT, disabled: null },
  });
  const second = await it.second();
  for (const registry of [it.registry, second]) {
    assertEquals(registry.users().map(({ name }) => name), [alice, bob, carl]);
  }
  assertEquals(it.events, [
    { kind: "user_added", by, user: carl, userId: 3, isAdmin: true },
  ]);
});

Deno.test("addUser() refuses a name that is in use, and stores nothing", async () => {
  await using it = await aRegistry();
  await assertStoresNothing(it, () => {
    const act = () => it.registry.addUser({ by, name: alice, isAdmin: false });
    assertRefuses(act, "user_exists", { user: alice });
    return Promise.resolve();
  });
});

/** What only admins and the operator may do, to users and tokens. */
Deno.test("users and tokens are changed by admins and the operator alone", async () => {
  await using it = await aRegistry();
  const { registry } = it;
  const admin = registry.addUser({ by, name: carl, isAdmin: true });
  const { token } = registry.createToken({ by, user: bob, label: "" });
  const verbs = (by: Identity) => [
    () => registry.addUser({ by, name: parseUserName("dora"), isAdmin: true }),
    () => registry.disableUser({ by, user: bob }),
    () => registry.enableUser({ by, user: bob }),
    () => registry.removeUser({ by, user: bob, transferTo: null }),
    () => registry.createToken({ by, user: alice, label: "" }),
    () => registry.revokeToken({ by, id: token.id }),
  ];
  for (const by of [NOBODY, ALICE]) {
    for (const verb of verbs(by)) {
      await assertStoresNothing(
        it,
        () => assertRejects(async () => await verb(), "admin_needed"),
      );
    }
  }
  const gone: Identity = { kind: "user", id: 99 };
  for (const verb of verbs(gone)) {
    await assertStoresNothing(
      it,
      () => assertRejects(async () => await verb(), "token_invalid"),
    );
  }
  const [, , , , create, revoke] = verbs({ kind: "user", id: admin.id });
  await create?.();
  await revoke?.();
  assertEquals(registry.tokens().map(({ flaw }) => flaw), ["revoked", null]);
});

Deno.test("disableUser() makes nobody of a user, in every process and until it is taken back", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  const { secret } = second.createToken({ by, user: alice, label: "" });
  const text = secret.reveal();
  await it.addBy(ALICE, aCrate("foo"));
  assertEquals(second.authenticate(text), ALICE);

  it.registry.disableUser({ by, user: alice });
  assertRefuses(() => second.authenticate(text), "token_invalid");
  await assertStoresNothing(it, () =>
    // Who was known before, and is still uploading.
    assertRejects(
      () => second.publish(aRequest(aCrate("foo", "1.1.0"), ALICE)),
      "token_invalid",
    ));
  await assertStoresNothing(it, () =>
    assertRejects(
      () => second.publish(aRequest(aCrate("new"), ALICE)),
      "token_invalid",
    ));
  const { users } = await second.owners(the("foo", "1.0.0"));
  assertEquals(users, [{ id: 1, login: "alice" }]);

  it.registry.enableUser({ by, user: alice });
  assertEquals(second.authenticate(text), ALICE);
  await second.publish(aRequest(aCrate("foo", "1.1.0"), ALICE));
});

Deno.test("disableUser() and enableUser() done again change nothing and say nothing", async () => {
  await using it = await aRegistry();
  const { registry } = it;
  const act = [registry.disableUser, registry.enableUser];
  for (const verb of act.map((it) => it.bind(registry))) {
    verb({ by, user: alice });
    const before = await it.stored();
    verb({ by, user: alice });
    assertEquals(await it.stored(), before);
  }
  const about = { by, user: alice, userId: 1 };
  assertEquals(it.events, [
    { kind: "user_disabled", ...about },
    { kind: "user_enabled", ...about },
  ]);
});

Deno.test("removeUser() removes a user with all tokens, and the number is never used again", async () => {
  await using it = await aRegistry();
  const { registry } = it;
  const second = await it.second();
  const { secret } = registry.createToken({ by, user: bob, label: "" });
  assertEquals(second.authenticate(secret.reveal()), BOB);
  const removed = await registry.removeUser({
    by,
    user: bob,
    transferTo: null,
  });
  assertEquals(removed, { transferred: [] });
  assertRefuses(() => second.authenticate(secret.reveal()), "token_invalid");
  assertEquals([registry.users().length, registry.tokens()], [1, []]);
  assertEquals(it.events.at(-1), {
    ...{ kind: "user_removed", by, user: bob, userId: 2 },
  });
  await it.reopen();
  const again = it.registry.addUser({ by, name: bob, isAdmin: false });
  assertEquals(again.id, 3);
  await assertRejects(
    () => it.registry.publish(aRequest(aCrate("foo"), BOB)),
    "token_invalid",
  );
});

Deno.test("removeUser() refuses while crates would be left without an owner, and names them", async () => {
  await using it = await aRegistry();
  await it.addBy(ALICE, aCrate("foo-bar"), aCrate("Alone"), aCrate("shared"));
  const shared = parseCrateName("shared");
  await it.registry.addOwners({ by, crate: shared, users: [bob] });
  const { registry } = it;
  registry.disableUser({ by, user: bob });
  const REFUSED: [UserName, UserName | null, RefusalCode, object][] = [
    [alice, null, "user_owns_crates", { crates: "`Alone`, `foo-bar`" }],
    [alice, alice, "user_owns_crates", { user: alice }],
    [alice, carl, "user_unknown", { user: carl }],
    [alice, bob, "user_disabled", { user: bob }],
    [carl, null, "user_unknown", { user: carl }],
  ];
  for (const [user, transferTo, code, facts] of REFUSED) {
    await assertStoresNothing(it, () => {
      const request = { by, user, transferTo };
      return assertRejects(() => registry.removeUser(request), code, facts);
    });
  }
});

Deno.test("removeUser() names ten crates and counts the rest", async () => {
  await using it = await aRegistry();
  const crates = Array.from({ length: 12 }, (_, at) => aCrate(`crate-${at}`));
  await it.addBy(ALICE, ...crates);
  const { facts } = await assertRejects(
    () => it.registry.removeUser({ by, user: alice, transferTo: null }),
    "user_owns_crates",
  );
  assertEquals(facts.crates.split(", ").length, 10);
  assertEquals(facts.crates.endsWith(" and 2 more crates"), true);
});

Deno.test("removeUser() transfers the crates that nobody else owns, and those alone", async () => {
  await using it = await aRegistry();
  const { registry } = it;
  await it.addBy(ALICE, aCrate("foo-bar"), aCrate("shared"));
  const carlId = registry.addUser({ by, name: carl, isAdmin: false }).id;
  const shared = parseCrateName("shared");
  await registry.addOwners({ by, crate: shared, users: [carl] });
  it.events.length = 0;

  const request = { by, user: alice, transferTo: bob };
  assertEquals(await registry.removeUser(request), {
    transferred: [parseCrateName("foo-bar")],
  });
  const ownersOf = async (name: string) =>
    (await registry.owners({ crate: parseCrateName(name) })).users;
  assertEquals(await ownersOf("foo-bar"), [{ id: 2, login: "bob" }]);
  assertEquals(await ownersOf("shared"), [{ id: carlId, login: "carl" }]);
  assertEquals(it.events, [
    {
      ...{ kind: "owner_added", by, crate: parseCrateName("foo-bar") },
      ...{ user: bob, userId: 2 },
    },
    { kind: "user_removed", by, user: alice, userId: 1 },
  ]);
  await registry.publish(aRequest(aCrate("foo-bar", "1.1.0"), BOB));
});

Deno.test("removeUser() takes in first what a process did that died", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  await it.commit(
    { "3/f/foo": aLine("foo") },
    "publish foo 1.0.0 by user:1 owner=1 id=0123456789abcdef\n",
  );
  await assertRejects(
    () => second.removeUser({ by, user: alice, transferTo: null }),
    "user_owns_crates",
    { crates: "`foo`" },
  );
});
