/**
 * A clock that is set back again and again: time is told of what happens, and
 * nothing is put in order by it.
 */

import type { Clock } from "../../lib/clock.ts";
import { OPERATOR, parseCrateName, parseUserName } from "../../lib/mod.ts";
import { aCrate } from "../support/a_crate.ts";
import { assertTold, examine } from "../support/a_patient.ts";
import {
  addTo,
  ALICE,
  aRegistry,
  outcomesOf,
  the,
} from "../support/a_registry.ts";
import { assertEquals, assertRejects, assertTrue } from "../support/assert.ts";
import { FIXED_CLOCK } from "../support/fixed_clock.ts";
import { assertFsckClean } from "../support/git.ts";
import { aRequest } from "../support/publishing.ts";

const HOUR_MS = 3_600_000;

/** A clock that somebody sets back by an hour, whenever a test says so. */
class ClockSetBack implements Clock {
  #ms = FIXED_CLOCK.now().getTime();

  now(): Date {
    return new Date(this.#ms);
  }

  setBack(): void {
    this.#ms -= HOUR_MS;
  }
}

Deno.test("a registry whose clock is set back before each change works, and keeps their order", async () => {
  const clock = new ClockSetBack();
  await using it = await aRegistry({ clock });
  const { registry } = it;
  const bob = [parseUserName("bob")];
  const foo = parseCrateName("foo");
  const changes: [message: RegExp, change: () => unknown][] = [
    [/^publish foo 1\.0\.0/, () => it.addBy(ALICE, aCrate("foo"))],
    [/^publish foo 1\.1\.0/, () => it.addBy(ALICE, aCrate("foo", "1.1.0"))],
    [/^yank foo 1\.0\.0/, () => registry.yank(the("foo", "1.0.0"))],
    [/^unyank foo 1\.0\.0/, () => registry.unyank(the("foo", "1.0.0"))],
    [/^publish bar 1\.0\.0/, () => it.addBy(ALICE, aCrate("bar"))],
    [/^remove bar /, () => registry.remove(the("bar", "1.0.0"))],
    [/^publish foo 1\.2\.0/, () => it.addBy(ALICE, aCrate("foo", "1.2.0"))],
  ];
  const begun = (await it.messages()).length;
  const published: string[] = [];
  for (const [, change] of changes) {
    clock.setBack();
    await change();
    published.push(clock.now().toISOString().replace(".000Z", "Z"));
  }
  clock.setBack();
  registry.addOwners({ by: ALICE, crate: foo, users: bob });
  registry.createToken({ by: OPERATOR, user: bob[0]!, label: "late" });

  const messages = (await it.messages()).slice(begun);
  assertEquals(messages.length, changes.length);
  for (const [place, [message]] of changes.entries()) {
    assertTrue(message.test(messages[place] ?? ""), messages[place] ?? "");
  }
  const lines = (await it.indexFile("3/f/foo")).trimEnd().split("\n");
  assertEquals(lines.map((line) => JSON.parse(line).pubtime), [
    ...[published[0], published[1], published[6]],
  ]);

  // Another process takes in what it has not seen, and goes on from there.
  const second = await it.second();
  await second.catchUp();
  clock.setBack();
  const added = await addTo(second, [aCrate("foo", "1.3.0")], { by: ALICE });
  assertEquals(Object.values(outcomesOf(added)), ["added"]);
  await assertRejects(
    () => registry.publish(aRequest(aCrate("foo", "1.3.0"), ALICE)),
    "version_exists",
  );
  assertEquals(await it.versions(), [
    ...["foo 1.0.0", "foo 1.1.0", "foo 1.2.0", "foo 1.3.0"],
  ]);

  clock.setBack();
  await registry.squash(); // and with it a repack
  await it.addBy(ALICE, aCrate("foo", "1.4.0"));
  await assertFsckClean(it.path("index.git"));
  assertTold(await examine(it, { clock }), []);
});
