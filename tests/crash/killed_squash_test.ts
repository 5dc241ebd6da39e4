/**
 * `index squash` is killed at each step: nothing is lost, owners least of all,
 * whoever goes on, and the command done again finishes.
 */

import { parseCrateName } from "../../lib/mod.ts";
import { aCrate } from "../support/a_crate.ts";
import { BOB } from "../support/a_registry.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { commitCount, git, tipOf } from "../support/git.ts";
import { palletizerDone } from "../support/palletizer.ts";
import { aRequest } from "../support/publishing.ts";
import { CrashSite } from "./crash_site.ts";

/** Each step of a squash, and whether the history is cut by then. */
const STEPS: [step: string, isCut: boolean][] = [
  ["locked", false],
  ["history_kept", false],
  ["squashed", true],
  ["followed", true],
  ["repacked", true],
];

/** Who goes on after the kill. */
const NEXT: [who: string, act: (site: CrashSite) => Promise<unknown>][] = [
  ["this process, which was open", (site) => site.add(aCrate("next"))],
  ["a process of its own", async (site) => {
    const args = ["crate", "add", await site.write(aCrate("next"))];
    site.told.heard(await palletizerDone(args, { cwd: site.folder }));
  }],
];

const SQUASH = ["index", "squash", "--yes"];

for (const [who, goOn] of NEXT) {
  Deno.test(`index squash that is killed at a step loses nothing, when next comes ${who}`, async (t) => {
    for (const [step, isCut] of STEPS) {
      await t.step(`${step}: it is${isCut ? "" : " not"} cut`, async () => {
        await using site = await CrashSite.make();
        await site.add(aCrate("foo"), aCrate("foo", "1.1.0"), aCrate("bar"));
        await site.act("yank", "foo", "1.0.0");
        await site.act("remove", "bar", "1.0.0");
        // Its owner has no row yet: only the commit that is to go tells of him.
        const folder = await site.write(aCrate("owned"));
        const args = ["crate", "add", "--owner", "alice", folder];
        await site.killedAt("committed", ...args);
        const old = await tipOf(site.repository);
        const versions = await site.versions();

        await site.killedAt(step, ...SQUASH);
        assertEquals(await tipOf(site.repository) !== old || !isCut, true);
        assertEquals(await site.versions(), versions);
        await site.assertNothingLost();

        await goOn(site);
        await site.assertTidy();
        assertEquals(await ownersOf(site, "owned"), ["alice"]);
        await assertRejects(
          () => site.registry.publish(aRequest(aCrate("owned", "2.0.0"), BOB)),
          "not_permitted",
        );
        // The old history is there as long as a client may want it.
        await git(site.repository, ["cat-file", "-e", `${old}^{tree}`]);

        await palletizerDone(SQUASH, { cwd: site.folder });
        assertEquals(await commitCount(site.repository), 1);
        await site.add(aCrate("last"));
        await site.assertTidy();
        assertEquals(await ownersOf(site, "owned"), ["alice"]);
      });
    }
  });
}

async function ownersOf({ registry }: CrashSite, crate: string) {
  const { users } = await registry.owners({ crate: parseCrateName(crate) });
  return users.map(({ login }) => login);
}
