import { OPERATOR, parseUserName, type TokenSecret } from "../../../lib/mod.ts";
import {
  ALICE,
  aRegistry,
  type TestRegistry,
} from "../../support/a_registry.ts";
import {
  assertEquals,
  assertRefuses,
  assertTrue,
} from "../../support/assert.ts";
import { assertStoresNothing } from "../../support/publishing.ts";

const admin = parseUserName("admin");

/** A registry as it is before its first start. */
async function aNewRegistry(): Promise<TestRegistry> {
  const it = await aRegistry();
  for (const user of ["alice", "bob"].map(parseUserName)) {
    await it.registry.removeUser({ by: OPERATOR, user, transferTo: null });
  }
  it.events.length = 0;
  return it;
}

Deno.test("createFirstUser() makes the admin `admin` with one token", async () => {
  await using it = await aNewRegistry();
  const secrets: TokenSecret[] = [];
  const made = it.registry.createFirstUser(({ secret, token }) => {
    assertEquals(token, 1);
    secrets.push(secret);
  });
  assertEquals([made, secrets.length], [true, 1]);
  const [user] = it.registry.users();
  assertEquals([user?.name, user?.isAdmin], [admin, true]);
  const [token] = it.registry.tokens();
  assertEquals([token?.user, token?.label], [admin, "first start"]);
  const text = secrets[0]?.reveal() ?? "";
  const id = user?.id ?? 0;
  assertEquals(it.registry.authenticate(text), { kind: "user", id });
  assertEquals(it.events.map(({ kind }) => kind), [
    "user_added",
    "token_created",
  ]);
});

Deno.test("createFirstUser() makes nobody where there is anybody, or one who is disabled", async () => {
  await using it = await aRegistry();
  const user = parseUserName("alice");
  it.registry.disableUser({ by: OPERATOR, user });
  await it.registry.removeUser({
    ...{ by: OPERATOR, user: parseUserName("bob"), transferTo: null },
  });
  await assertStoresNothing(it, () => {
    const made = it.registry.createFirstUser(() => {
      throw new Error("nothing is to be handed over");
    });
    assertEquals(made, false);
    return Promise.resolve();
  });
  assertEquals(ALICE, { kind: "user", id: 1 });
});

Deno.test("createFirstUser() makes nothing if the token cannot be handed over", async () => {
  await using it = await aNewRegistry();
  const secrets: TokenSecret[] = [];
  await assertStoresNothing(it, () => {
    let error: unknown = null;
    try {
      it.registry.createFirstUser(({ secret }) => {
        secrets.push(secret);
        throw new Error("the disk is full");
      });
    } catch (it) {
      error = it;
    }
    assertTrue(error instanceof Error, "it was told");
    return Promise.resolve();
  });
  const text = secrets[0]?.reveal() ?? "";
  assertRefuses(() => it.registry.authenticate(text), "token_invalid");
  assertEquals(it.registry.createFirstUser(() => {}), true, "the next time");
});

Deno.test("two processes at their first start make one user", async () => {
  await using it = await aNewRegistry();
  const second = await it.second();
  const made = [it.registry, second].map((registry) =>
    registry.createFirstUser(() => {})
  );
  assertEquals(made, [true, false]);
  assertEquals(second.users().length, 1);
});

Deno.test("keepFirstToken() writes a file that its owner alone can read, anew each time", async () => {
  await using it = await aNewRegistry();
  const texts: string[] = [];
  it.registry.createFirstUser(({ secret }) => {
    for (const mode of [0o644, 0o600]) {
      const path = it.registry.keepFirstToken(secret);
      assertEquals(path, it.path("first-token"));
      assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
      assertEquals(Deno.readTextFileSync(path), `${secret.reveal()}\n`);
      Deno.chmodSync(path, mode); // as an older one may be
      texts.push(path);
    }
  });
  assertEquals(texts.length, 2);
});
