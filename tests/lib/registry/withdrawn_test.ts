/** Every change is withdrawn without a trace when its turn does not come. */

import { parseUserName, type Registry } from "../../../lib/mod.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aRegistry, the } from "../../support/a_registry.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";
import { oddGit, SILENT } from "../../support/odd_git.ts";
import { OtherProcess } from "../../support/other_process.ts";
import { aRequest, assertStoresNothing } from "../../support/publishing.ts";

const FOO = the("foo", "1.0.0");
const OWNER = { ...FOO, users: [parseUserName("alice")] };

/** All that waits for the write lock, asked for by somebody who waits. */
const CHANGES: [what: string, ask: (registry: Registry) => Promise<unknown>][] =
  [
    ["a publish", (it) => it.publish(aRequest(aCrate("new")))],
    ["a yank", (it) => it.yank(FOO)],
    ["an unyank", (it) => it.unyank(the("foo", "1.1.0"))],
    ["a remove", (it) => it.remove(FOO)],
    ["the remove of a crate", (it) => it.remove({ ...FOO, version: null })],
    ["a new owner", (it) => it.addOwners(OWNER)],
    ["the end of an owner", (it) => it.removeOwners(OWNER)],
    [
      "the remove of a user",
      (it) =>
        it.removeUser({
          by: FOO.by,
          user: parseUserName("bob"),
          transferTo: null,
        }),
    ],
  ];

Deno.test("a change is withdrawn while another process writes, with nothing stored", async (t) => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"), aCrate("foo", "1.1.0"));
  await it.registry.yank(the("foo", "1.1.0"));
  await it.stored();
  const [holder] = await OtherProcess.start("lock_holder.ts", it.path("lock"));
  await using _ = holder;
  it.bound({ changeWaitMsMax: 60 });
  for (const [what, ask] of CHANGES) {
    await t.step(
      what,
      () =>
        assertStoresNothing(it, () =>
          assertRejects(
            () => ask(it.registry),
            "index_busy",
            {
              waited_ms: 60,
            },
          )),
    );
  }
  await holder.end();
  it.bound({ changeWaitMsMax: 20_000 });
  await it.registry.yank(FOO);
  assertEquals(await it.versions(), ["foo 1.0.0 yanked", "foo 1.1.0 yanked"]);
});

Deno.test("a publish that was withdrawn leaves the name to others", async () => {
  await using it = await aRegistry({ limits: { changeWaitMsMax: 60 } });
  const [holder] = await OtherProcess.start("lock_holder.ts", it.path("lock"));
  await using _ = holder;
  await assertStoresNothing(it, () =>
    assertRejects(
      () => it.registry.publish(aRequest(aCrate("foo-bar"))),
      "index_busy",
    ));
  await holder.end();
  await it.add(aCrate("foo_bar"));
  assertEquals(await it.versions(), ["foo_bar 1.0.0"]);
});

Deno.test("a publish of which nobody can tell keeps its crate file, and is found to be there", async () => {
  using odd = oddGit();
  const limits = {
    ...{ changeWaitMsMax: 1000, changeGitMsMax: 1100, changeMsMax: 1400 },
  };
  await using it = await aRegistry({ limits });
  await it.registry.catchUp();
  odd.make("fast-import", SILENT);
  odd.make("log", "sleep 1; exit 1");
  const { facts } = await assertRejects(
    () => it.registry.publish(aRequest(aCrate("foo"))),
    "index_write_unknown",
  );
  assertEquals((facts as { crate: string }).crate, "foo");
  odd.mend();
  await it.reopen();
  assertEquals(await it.versions(), ["foo 1.0.0"]);
  const { crateFiles, inProgress, owners } = await it.stored();
  assertEquals(Object.keys(crateFiles), ["foo/foo-1.0.0.crate"]);
  assertEquals([inProgress, owners.length], [[], 1]);
  await assertRejects(
    () => it.registry.publish(aRequest(aCrate("foo"))),
    "version_exists",
  );
});
