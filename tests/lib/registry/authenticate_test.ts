import { DatabaseSync } from "node:sqlite";
import { makeToken } from "../../../lib/auth/token.ts";
import { OPERATOR, parseUserName, type Registry } from "../../../lib/mod.ts";
import { Generation } from "../../../lib/storage/generation.ts";
import {
  ALICE,
  aRegistry,
  type TestRegistry,
} from "../../support/a_registry.ts";
import { assertEquals, assertRefuses } from "../../support/assert.ts";

const by = OPERATOR;
const alice = parseUserName("alice");

function aToken(registry: Registry): string {
  return registry.createToken({ by, user: alice, label: "" }).secret.reveal();
}

/** Changes a row behind the registry's back: only who asks again sees it. */
function revokeUnseen(it: TestRegistry): void {
  using handle = new DatabaseSync(it.path("palletizer.db"));
  handle.exec("UPDATE tokens SET revoked_at = '2026-01-01T00:00:00Z'");
}

const WRONG: [text: string, why: string][] = [
  ["", "nothing"],
  ["anyone", "another word"],
  ["plt_mistyped", "a typing error"],
  [makeToken().reveal(), "a token of another registry"],
  [`Bearer ${makeToken().reveal()}`, "a scheme in front"],
];
for (const [text, why] of WRONG) {
  Deno.test(`authenticate() refuses ${why}`, async () => {
    await using it = await aRegistry();
    aToken(it.registry);
    assertRefuses(() => it.registry.authenticate(text), "token_invalid");
  });
}

Deno.test("authenticate() asks the database once, as long as nothing changes there", async () => {
  await using it = await aRegistry();
  const text = aToken(it.registry);
  assertEquals(it.registry.authenticate(text), ALICE);
  revokeUnseen(it);
  assertEquals(it.registry.authenticate(text), ALICE);
  // Any change at all, by anybody, and it is asked again.
  const second = await it.second();
  second.addUser({ by, name: parseUserName("carl"), isAdmin: false });
  assertRefuses(() => it.registry.authenticate(text), "token_invalid");
});

Deno.test("authenticate() remembers nothing while a change is under way, or its process died", async () => {
  await using it = await aRegistry();
  const text = aToken(it.registry);
  using generation = Generation.open(it.path("generation"));
  assertEquals(it.registry.authenticate(text), ALICE);
  generation.beginChange();
  assertEquals(it.registry.authenticate(text), ALICE);
  revokeUnseen(it);
  assertRefuses(() => it.registry.authenticate(text), "token_invalid");
  generation.endChange();
  assertRefuses(() => it.registry.authenticate(text), "token_invalid");
});

Deno.test("authenticate() remembers no refusal", async () => {
  await using it = await aRegistry();
  const text = aToken(it.registry);
  it.registry.disableUser({ by, user: alice });
  assertRefuses(() => it.registry.authenticate(text), "token_invalid");
  using handle = new DatabaseSync(it.path("palletizer.db"));
  handle.exec("UPDATE users SET disabled_at = NULL"); // unseen
  assertEquals(it.registry.authenticate(text), ALICE);
});

Deno.test("authenticate() notes the last use without a write for each", async () => {
  await using it = await aRegistry();
  const used = aToken(it.registry);
  aToken(it.registry);
  using generation = Generation.open(it.path("generation"));
  const before = generation.read();
  for (let times = 0; times < 1_000; times++) it.registry.authenticate(used);
  assertEquals(generation.read(), before);
  await it.reopen();
  assertEquals(it.registry.tokens().map(({ lastUsed }) => lastUsed), [
    "2026-01-02T03:04:05Z",
    null,
  ]);
});
