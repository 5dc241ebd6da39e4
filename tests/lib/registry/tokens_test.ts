import { DatabaseSync } from "node:sqlite";
import { makeToken } from "../../../lib/auth/token.ts";
import { OPERATOR, parseUserName, type RefusalCode } from "../../../lib/mod.ts";
import { ALICE, aRegistry, BOB } from "../../support/a_registry.ts";
import {
  assertEquals,
  assertRefuses,
  assertTrue,
} from "../../support/assert.ts";
import { assertStoresNothing } from "../../support/publishing.ts";

const by = OPERATOR;
const alice = parseUserName("alice");
const bob = parseUserName("bob");
const AT = "2026-01-02T03:04:05Z";

Deno.test("createToken() makes a token that stands for its user, in every process", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  const made = it.registry.createToken({ by, user: bob, label: "my laptop" });
  assertEquals(made.token, {
    ...{ id: 1, label: "my laptop", user: bob, userId: 2, created: AT },
    ...{ lastUsed: null, flaw: null },
  });
  for (const registry of [it.registry, second]) {
    assertEquals(registry.authenticate(made.secret.reveal()), BOB);
    assertEquals(registry.tokens(), [made.token]);
  }
  const about = { token: 1, label: "my laptop", user: bob, userId: 2 };
  assertEquals(it.events, [{ kind: "token_created", by, ...about }]);
});

const REFUSED: [
  code: RefusalCode,
  user: string,
  label: string,
  why: string,
][] = [
  ["user_unknown", "carl", "", "there is no such user"],
  ["user_disabled", "bob", "", "the user is nobody at present"],
  ["token_label_invalid", "alice", "a".repeat(101), "the label is too long"],
  ["token_label_invalid", "alice", "a\nb", "the label has two lines"],
  ["token_label_invalid", "alice", "a\u202eb", "the label is turned around"],
];
for (const [code, user, label, why] of REFUSED) {
  Deno.test(`createToken() refuses ${code} (${why}), and stores nothing`, async () => {
    await using it = await aRegistry();
    it.registry.disableUser({ by, user: bob });
    await assertStoresNothing(it, () => {
      const request = { by, user: parseUserName(user), label };
      assertRefuses(() => it.registry.createToken(request), code);
      return Promise.resolve();
    });
  });
}

Deno.test("revokeToken() makes a token worthless at the very next request of every process", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  const texts = [1, 2].map((id) => {
    const made = it.registry.createToken({ by, user: alice, label: "" });
    assertEquals(made.token.id, id);
    return made.secret.reveal();
  });
  const whoIs = () =>
    texts.map((text) => {
      try {
        return second.authenticate(text);
      } catch (error) {
        return (error as Error).message.includes("revoked") ? "revoked" : error;
      }
    });
  assertEquals(whoIs(), [ALICE, ALICE]);
  it.registry.revokeToken({ by, id: 1 });
  assertEquals(whoIs(), ["revoked", ALICE]);
  assertEquals(second.tokens().map(({ flaw }) => flaw), ["revoked", null]);
});

Deno.test("revokeToken() done again changes nothing and says nothing", async () => {
  await using it = await aRegistry();
  it.registry.createToken({ by, user: alice, label: "ci" });
  const revoked = it.registry.revokeToken({ by, id: 1 });
  assertEquals(revoked.flaw, "revoked");
  assertEquals(it.events.at(-1), {
    ...{ kind: "token_revoked", by, token: 1, label: "ci" },
    ...{ user: alice, userId: 1 },
  });
  await assertStoresNothing(it, () => {
    assertEquals(it.registry.revokeToken({ by, id: 1 }), revoked);
    return Promise.resolve();
  });
});

Deno.test("revokeToken() refuses a number that no token has", async () => {
  await using it = await aRegistry();
  await assertStoresNothing(it, () => {
    const act = () => it.registry.revokeToken({ by, id: 1 });
    assertRefuses(act, "token_unknown", { id: 1 });
    return Promise.resolve();
  });
});

Deno.test("the secret of a token is in no file, no event and no list", async () => {
  await using it = await aRegistry();
  const { registry } = it;
  const made = registry.createToken({ by, user: alice, label: "ci" });
  const text = made.secret.reveal();
  registry.authenticate(text);
  registry.revokeToken({ by, id: made.token.id });
  const { message, stack } = assertRefuses(
    () => registry.authenticate(text),
    "token_invalid",
  );
  const told = [
    message,
    stack ?? "",
    Deno.inspect(made),
    JSON.stringify(made),
    Deno.inspect(registry, { depth: 20, showHidden: true }),
    JSON.stringify([it.events, registry.tokens(), await it.stored()]),
  ];
  await it.close();
  const bytes = await allBytes(it.data);
  // The hash shows that the files were looked at, and is what is kept.
  assertTrue(bytes.includes(made.secret.hash()), "the hash is stored");
  for (const it of [...told, bytes]) {
    for (const part of [text, text.slice(0, 20), text.slice(4, 36)]) {
      assertTrue(!it.includes(part), `the secret is in ${it.slice(0, 200)}`);
    }
  }
});

/** All that is in the files of a folder, as text. */
async function allBytes(folder: string): Promise<string> {
  let text = "";
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) text += await allBytes(path);
    else text += new TextDecoder("latin1").decode(await Deno.readFile(path));
  }
  return text;
}

Deno.test("two tokens never share a secret, even if the machine made it twice", async () => {
  await using it = await aRegistry();
  const { token, secret } = it.registry.createToken({
    ...{ by, user: alice, label: "" },
  });
  using handle = new DatabaseSync(it.path("palletizer.db"));
  const insert = handle.prepare(
    "INSERT INTO tokens (user, label, hash, created_at) VALUES (2, '', ?, '')",
  );
  insert.run(makeToken().hash());
  let error: unknown = null;
  try {
    insert.run(secret.hash());
  } catch (it) {
    error = it;
  }
  assertTrue(error instanceof Error, `token ${token.id} has a twin`);
});
