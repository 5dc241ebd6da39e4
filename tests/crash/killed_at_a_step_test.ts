import { aCrate } from "../support/a_crate.ts";
import { assertEquals } from "../support/assert.ts";
import { palletizerDone } from "../support/palletizer.ts";
import { CrashSite } from "./crash_site.ts";

/** Each step of a change, and whether it has happened by then. */
const STEPS: [step: string, hasHappened: boolean][] = [
  ["locked", false],
  ["edited", false],
  ["prepared", false],
  ["committed", true],
  ["followed", true],
];

const HERE = { registryIndex: "sparse+http://127.0.0.1:7171/index/" };

/** What is done to `foo` 1.0.0, and what there is then. */
const VERBS: [what: string, args: string[], then: string[]][] = [
  ["crate yank", ["crate", "yank", "foo", "1.0.0"], [
    "foo 1.0.0 yanked",
    "foo 1.1.0",
  ]],
  ["crate remove of a version", ["crate", "remove", "foo@1.0.0", "--yes"], [
    "foo 1.1.0",
  ]],
  ["crate remove of a crate", ["crate", "remove", "foo", "--yes"], []],
];

const START = ["foo 1.0.0", "foo 1.1.0"];

for (const [what, args, then] of VERBS) {
  Deno.test(`${what} that is killed at a step has happened or not, and the next change tidies`, async (t) => {
    for (const [step, hasHappened] of STEPS) {
      await t.step(`${step}: it has${hasHappened ? "" : " not"}`, async () => {
        await using site = await CrashSite.make();
        await site.add(
          aCrate("foo").withDependency("base", "^1", HERE),
          aCrate("foo", "1.1.0"),
        );
        if (hasHappened) site.told.forget("foo", "1.0.0");
        if (hasHappened) site.told.forget("foo", "1.1.0");
        await site.killedAt(step, ...args);
        assertEquals(await site.versions(), hasHappened ? then : START);
        await site.assertNothingLost();
        await site.assertNothingSerious();
        await site.add(aCrate("elsewhere"));
        await site.assertTidy();
        await site.assertSound();
      });
    }
  });
}

for (const next of ["this process, which was open", "a process of its own"]) {
  Deno.test(`crate add that is killed at a step has happened or not, and the next change tidies: of ${next}`, async (t) => {
    await using site = await CrashSite.make();
    await site.add(aCrate("old"));
    const there = ["old 1.0.0"];
    for (const [count, [step, hasHappened]] of STEPS.entries()) {
      await t.step(`${step}: it has${hasHappened ? "" : " not"}`, async () => {
        const added = [aCrate("old", `1.1.${count}`), aCrate(`new-${count}`)];
        const folder = await site.write(...added);
        await site.killedAt(step, "crate", "add", folder);
        if (hasHappened) there.push(`old 1.1.${count}`, `new-${count} 1.0.0`);
        assertEquals(await site.versions(), there.toSorted());
        await site.assertNothingLost();
        await site.assertNothingSerious();
        const other = aCrate(`next-${count}`);
        if (next.startsWith("this")) await site.add(other);
        else {
          const args = ["crate", "add", await site.write(other)];
          site.told.heard(await palletizerDone(args, { cwd: site.folder }));
        }
        there.push(`next-${count} 1.0.0`);
        await site.assertTidy();
        await site.assertSound();
        if (!hasHappened) { // What did not happen can be done now.
          await site.add(...added);
          there.push(`old 1.1.${count}`, `new-${count} 1.0.0`);
        }
        assertEquals(await site.versions(), there.toSorted());
      });
    }
  });
}

for (const [step, kept] of [["edited:2", 256], ["followed:2", 300]] as const) {
  Deno.test(`crate add of 300 files that is killed when its second commit is ${step.slice(0, -2)} has ${kept} of them`, async () => {
    await using site = await CrashSite.make();
    const folder = await site.write(
      ...Array.from(
        { length: 300 },
        (_, count) => aCrate(`crate-${count % 10}`, `1.${count}.0`),
      ),
    );
    const { stdout } = await site.killedAt(step, "crate", "add", folder);
    assertEquals(stdout.split("\n").length - 1, 256); // those were told
    assertEquals((await site.versions()).length, kept);
    await site.assertNothingLost();
    await site.assertNothingSerious();
    await site.act("yank", "crate-0", "1.0.0");
    await site.assertTidy();
    await site.assertSound();
    const args = ["crate", "add", "--skip-existing", folder];
    site.told.heard(await palletizerDone(args, { cwd: site.folder }));
    assertEquals((await site.versions()).length, 300);
    await site.assertTidy();
    await site.assertSound();
  });
}
