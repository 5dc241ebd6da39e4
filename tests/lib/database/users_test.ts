import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeToken } from "../../../lib/auth/token.ts";
import { parseUserName } from "../../../lib/auth/user_name.ts";
import { canonicalCrateName, parseCrateName } from "../../../lib/crate/name.ts";
import { PEOPLE_MIGRATIONS } from "../../../lib/database/migrations.ts";
import { PeopleDatabase } from "../../../lib/database/people.ts";
import type { User } from "../../../lib/database/users.ts";
import { Generation } from "../../../lib/storage/generation.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const AT = "2026-01-02T03:04:05Z";
const LATER = "2026-02-02T03:04:05Z";
const ANNA = parseUserName("anna");
const BEN = parseUserName("ben");
const FOO = canonicalCrateName(parseCrateName("foo"));
const BAR = canonicalCrateName(parseCrateName("bar"));

function testPeople(
  sentence: string,
  act: (people: PeopleDatabase, path: string) => void,
): void {
  Deno.test(sentence, async () => {
    await using temp = await tempFolder();
    using generation = Generation.open(join(temp.path, "generation"));
    const path = join(temp.path, "palletizer.db");
    using people = PeopleDatabase.open(path, generation);
    act(people, path);
  });
}

function addUser(people: PeopleDatabase, name = ANNA, isAdmin = false): User {
  return people.transaction(() =>
    people.users.add({ name, isAdmin, created: AT })
  );
}

function addToken(people: PeopleDatabase, user: User, label = "") {
  const secret = makeToken();
  const hash = secret.hash();
  const id = people.transaction(() =>
    people.tokens.add({ user: user.id, label, hash, created: AT })
  );
  return { id, hash, secret };
}

testPeople(
  "users are found by name and by number, and listed by name",
  (people) => {
    assertEquals([people.users.all(), people.users.isEmpty()], [[], true]);
    const ben = addUser(people, BEN, true);
    const anna = addUser(people);
    assertEquals(ben, {
      ...{ id: 1, name: BEN, isAdmin: true, created: AT, disabled: null },
    });
    assertEquals(people.users.all(), [anna, ben]);
    assertEquals(people.users.isEmpty(), false);
    assertEquals(people.users.named(ANNA), anna);
    assertEquals(people.users.withId(1), ben);
    assertEquals(people.users.named(parseUserName("carl")), null);
    assertEquals(people.users.withId(3), null);
  },
);

testPeople("a user counts for what the row says at this moment", (people) => {
  const [anna, ben] = [addUser(people), addUser(people, BEN, true)];
  const standings = () =>
    [anna, ben].map(({ id }) => people.users.standingOf(id));
  assertEquals(standings(), ["user", "admin"]);
  people.transaction(() => {
    for (const { id } of [anna, ben]) people.users.setDisabled(id, LATER);
  });
  assertEquals(standings(), [null, null]);
  assertEquals(people.users.named(BEN)?.disabled, LATER);
  people.transaction(() => people.users.setDisabled(ben.id, null));
  assertEquals(standings(), [null, "admin"]);
  people.transaction(() => people.users.remove(ben.id));
  assertEquals(standings(), [null, null]);
});

testPeople(
  "numbers of users and tokens are never given twice, whatever is removed",
  (people) => {
    const numbers: [user: number, token: number][] = [];
    for (let times = 0; times < 4; times++) {
      const user = addUser(people);
      numbers.push([user.id, addToken(people, user).id]);
      people.transaction(() => people.users.remove(user.id));
    }
    assertEquals(numbers, [[1, 1], [2, 2], [3, 3], [4, 4]]);
  },
);

testPeople("a user's number has 32 bits, as cargo reads it", (people, path) => {
  addUser(people);
  using handle = new DatabaseSync(path);
  handle.exec(
    "UPDATE sqlite_sequence SET seq = 4294967294 WHERE name = 'users'",
  );
  assertEquals(addUser(people, BEN).id, 4294967295);
  let error: unknown = null;
  try {
    addUser(people, parseUserName("carl"));
  } catch (it) {
    error = it;
  }
  assertTrue(error instanceof Error, "there is no such number");
});

testPeople(
  "a token is found by the hash of its secret, and by its number",
  (people) => {
    const anna = addUser(people);
    const ci = addToken(people, anna, "ci");
    const other = addToken(people, addUser(people, BEN));
    assertEquals(people.tokens.holderOf(ci.hash), {
      ...{ id: ci.id, user: anna.id, flaw: null },
    });
    assertEquals(people.tokens.holderOf(makeToken().hash()), null);
    assertEquals(people.tokens.withId(ci.id), {
      ...{ id: ci.id, label: "ci", user: ANNA, userId: anna.id, created: AT },
      ...{ lastUsed: null, flaw: null },
    });
    assertEquals(people.tokens.withId(99), null);
    assertEquals(people.tokens.all().map(({ id }) => id), [ci.id, other.id]);
  },
);

testPeople(
  "a token is worth nothing once it is revoked or its user is disabled",
  (people) => {
    const anna = addUser(people);
    const tokens = [addToken(people, anna), addToken(people, anna)];
    const flaws = () =>
      tokens.map(({ hash }) => people.tokens.holderOf(hash)?.flaw);
    people.transaction(() => people.tokens.revoke(1, AT));
    assertEquals(flaws(), ["revoked", null]);
    people.transaction(() => people.users.setDisabled(anna.id, LATER));
    assertEquals(flaws(), ["revoked", "disabled"]);
    people.transaction(() => people.users.setDisabled(anna.id, null));
    assertEquals(flaws(), ["revoked", null]);
    assertEquals(people.tokens.all().map(({ flaw }) => flaw), [
      "revoked",
      null,
    ]);
    people.transaction(() => people.users.remove(anna.id));
    assertEquals(flaws(), [undefined, undefined]);
    assertEquals(people.tokens.all(), []);
  },
);

testPeople("a token's last use is noted", (people) => {
  const { id } = addToken(people, addUser(people));
  for (const at of [AT, LATER]) {
    people.transaction(() => people.tokens.setLastUsed(id, at));
    assertEquals(people.tokens.withId(id)?.lastUsed, at);
  }
});

testPeople(
  "what a user owns alone is told apart from what others own too",
  (people) => {
    const [anna, ben] = [addUser(people), addUser(people, BEN)];
    people.transaction(() => {
      for (const crate of [FOO, BAR]) people.addOwner(crate, anna.id);
      people.addOwner(BAR, ben.id);
    });
    assertEquals(people.ownedAloneBy(anna.id), [FOO]);
    assertEquals(people.ownedAloneBy(ben.id), []);
    people.transaction(() => people.removeOwnerEverywhere(anna.id));
    assertEquals([people.ownersOf(FOO), people.ownersOf(BAR)], [[], [ben.id]]);
    assertEquals(people.ownedAloneBy(ben.id), [BAR]);
  },
);

testPeople("users and tokens are changed in a transaction alone", (people) => {
  const user = addUser(people);
  const { id, hash } = addToken(people, user);
  const before = [people.users.all(), people.tokens.all()];
  const changes = [
    () => people.users.add({ name: BEN, isAdmin: false, created: AT }),
    () => people.users.setDisabled(user.id, AT),
    () => people.users.remove(user.id),
    () => people.tokens.add({ user: user.id, label: "", hash, created: AT }),
    () => people.tokens.revoke(id, AT),
    () => people.tokens.setLastUsed(id, AT),
    () => people.removeOwnerEverywhere(user.id),
  ];
  for (const change of changes) {
    let error: unknown = null;
    try {
      change();
    } catch (it) {
      error = it;
    }
    assertTrue(error instanceof Error, `${change} went through`);
  }
  assertEquals([people.users.all(), people.tokens.all()], before);
});

Deno.test("a database from before there were users keeps what it has", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "palletizer.db");
  {
    using old = new DatabaseSync(path);
    old.exec(PEOPLE_MIGRATIONS[0] ?? "");
    old.exec("INSERT INTO owners VALUES ('foo', 0); PRAGMA user_version = 1");
  }
  using generation = Generation.open(join(temp.path, "generation"));
  using people = PeopleDatabase.open(path, generation);
  assertEquals(people.ownersOf(FOO), ["anyone"]);
  assertEquals(addUser(people).id, 1);
  const names = Array.from(Deno.readDirSync(temp.path), ({ name }) => name);
  assertTrue(names.includes("palletizer.db.format-1"), names.join(" "));
});
