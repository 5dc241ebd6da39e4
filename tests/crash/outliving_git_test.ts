/**
 * What git may still do for a process that is dead, and what is left of git when
 * it is killed itself.
 */

import { createHash } from "node:crypto";
import type { ChangeStep } from "../../lib/mod.ts";
import { aCrate } from "../support/a_crate.ts";
import { aLine, commitAtOnce } from "../support/a_push.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { git, tipOf } from "../support/git.ts";
import { programAndFlags } from "../support/palletizer.ts";
import { CrashSite } from "./crash_site.ts";
import { childrenOf } from "../support/processes.ts";

const FOO = aCrate("foo");

/** The line that the process which died had handed to its git. */
const LINE = aLine("foo", "1.0.0", {
  cksum: createHash("sha256").update(FOO.bytes()).digest("hex"),
});

for (const step of ["edited", "prepared"] as const) {
  for (const next of [aCrate("bar"), FOO.withFile("other.txt", "other")]) {
    Deno.test(`a git that outlives its process publishes nothing when the next change, of ${next.fileName}, is ${step}`, async () => {
      const outliving = { parent: "", hasMoved: false };
      await using site = await CrashSite.make((reached) => {
        if (reached !== step || outliving.parent === "") return;
        const { parent } = outliving;
        outliving.parent = "";
        outliving.hasMoved = commitAtOnce(
          ...[site.repository, "3/f/foo", LINE, parent] as const,
        );
      });
      await site.add(aCrate("old"));
      const tip = await tipOf(site.repository);
      const folder = await site.write(FOO);
      await site.killedAt("prepared", "crate", "add", folder);
      outliving.parent = tip;
      await site.add(next);
      assertEquals(outliving, { parent: "", hasMoved: false });
      await site.assertTidy();
      assertEquals((await site.versions()).length, 2);
    });
  }
}

Deno.test("what the git of a dead process has published before anybody looked stays, with its crate file", async () => {
  await using site = await CrashSite.make();
  await site.add(aCrate("old"));
  const folder = await site.write(FOO);
  await site.killedAt("prepared", "crate", "add", folder);
  assertTrue(
    commitAtOnce(site.repository, "3/f/foo", LINE),
    "the branch can be moved",
  );
  await site.add(aCrate("bar"));
  await site.assertTidy();
  assertEquals(await site.versions(), ["bar 1.0.0", "foo 1.0.0", "old 1.0.0"]);
});

for (const ref of ["refs/heads/master", "HEAD"]) {
  Deno.test(`a lock of ${ref} that a killed git has just left holds up a change, and no more`, async () => {
    await using site = await CrashSite.make();
    await site.add(aCrate("foo"));
    await Deno.writeTextFile(site.path(`index.git/${ref}.lock`), "");
    await site.add(aCrate("bar"));
    await site.assertTidy();
  });
}

const onLinux = { ignore: Deno.build.os !== "linux" }; // it has /proc

for (const step of ["locked", "edited", "prepared", "committed"] as const) {
  Deno.test({
    ...onLinux,
    name:
      `a change whose git is killed when it is ${step} is made all the same, and once`,
    async fn() {
      let dying: ChangeStep | null = null;
      let killed = 0;
      await using site = await CrashSite.make((reached) => {
        if (reached !== dying) return;
        dying = null;
        for (const pid of childrenOf(Deno.pid, "fast-import")) {
          Deno.kill(pid, "SIGKILL");
          killed++;
        }
      });
      await site.add(aCrate("foo")); // git is running since
      dying = step;
      await site.add(aCrate("foo", "1.1.0"));
      assertEquals(killed, 1);
      await site.add(aCrate("foo", "1.2.0"));
      await site.assertTidy();
      const log = await git(site.repository, ["log", "--format=%s", "HEAD"]);
      const lines = log.split("\n").filter((line) =>
        line.startsWith("publish")
      );
      assertEquals(lines.map((line) => line.split(" ")[2]), [
        "1.2.0",
        "1.1.0",
        "1.0.0",
      ]);
    },
  });
}

Deno.test({
  ...onLinux,
  name:
    "crate add whose gits are killed again and again loses nothing that it says",
  async fn() {
    await using site = await CrashSite.make();
    const crates = Array.from(
      { length: 300 },
      (_, count) => aCrate(`crate-${count % 10}`, `1.${count}.0`),
    );
    const folder = await site.write(...crates);
    const [program, ...first] = programAndFlags();
    const child = new Deno.Command(program, {
      args: [...first, "crate", "add", folder],
      cwd: site.folder,
      ...{ stdin: "null", stdout: "piped", stderr: "piped" },
    }).spawn();
    let killed = 0;
    const killing = setInterval(() => {
      for (const pid of childrenOf(child.pid, "fast-import")) {
        if (killed === 3) return; // so often a batch is tried and more
        Deno.kill(pid, "SIGKILL");
        killed++;
      }
    }, 2);
    const { code, stdout, stderr } = await child.output();
    clearInterval(killing);
    const text = new TextDecoder();
    assertEquals(code, 0, text.decode(stderr));
    assertTrue(killed > 0, "git was not seen");
    site.told.heard(text.decode(stdout));
    assertEquals((await site.versions()).length, 300);
    await site.act("yank", "crate-0", "1.0.0");
    await site.assertTidy();
  },
});
