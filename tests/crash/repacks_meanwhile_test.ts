/**
 * Full repacks, a squash and clones go on without a pause while processes write,
 * one of which is killed in the middle: nothing is lost.
 */

import { dirname, join } from "node:path";
import { Git } from "../../lib/git/command.ts";
import { repack } from "../../lib/git/repack.ts";
import { parseCrateName } from "../../lib/mod.ts";
import { aCrate } from "../support/a_crate.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { OtherProcess } from "../support/other_process.ts";
import { runProgram } from "../support/palletizer.ts";
import { CrashSite } from "./crash_site.ts";

/** What is published by a process while all else goes on. */
const VERSIONS = 60;
/** So many repacks at most, one behind the other: for a publisher that hangs. */
const REPACKS_MAX = 5_000;

/** A process that publishes, and what it said that it has done. */
class Publisher {
  readonly #process: OtherProcess;
  readonly #heard: Promise<void>;
  #isKilled = false;

  /** Versions that it was told are published, as `NAME VERSION`. */
  readonly acknowledged: string[] = [];

  private constructor(process: OtherProcess) {
    this.#process = process;
    this.#heard = this.#listen();
  }

  static async start(site: CrashSite, name: string): Promise<Publisher> {
    const folder = dirname(site.path());
    const [process] = await OtherProcess.start("publisher.ts", folder, name);
    return new Publisher(process);
  }

  async kill(): Promise<void> {
    this.#isKilled = true;
    await this.#process.kill();
    await this.#heard;
  }

  async end(): Promise<void> {
    if (!this.#isKilled) await this.#process.end();
    await this.#heard;
    await this.#process[Symbol.asyncDispose]();
  }

  async #listen(): Promise<void> {
    try {
      for (;;) {
        const line = await this.#process.line();
        if (line === "over") return;
        this.acknowledged.push(line.replace("added ", ""));
      }
    } catch (error) {
      if (!this.#isKilled) throw error;
    }
  }
}

Deno.test("full repacks and a squash lose nothing of what processes write meanwhile, nor hinder who reads", async () => {
  await using site = await CrashSite.make();
  await site.add(aCrate("here", "0.1.0"));
  const git = new Git(site.repository);
  const left = await Publisher.start(site, "left");
  const right = await Publisher.start(site, "right");
  let isOver = false;
  let [clones, repacks] = [0, 0];
  const repeat = async (act: (count: number) => Promise<unknown>) => {
    for (let count = 0; !isOver; count++) await act(count);
  };
  const work = Promise.all([
    repeat((count) => site.add(aCrate("here", `1.0.${count}`))),
    repeat(async () => {
      const file = await site.registry.indexFile(parseCrateName("here"));
      assertTrue(file !== null, "the index is read all the while");
      await new Promise((resolve) => setTimeout(resolve, 0));
    }),
    repeat(async () => {
      const clone = join(site.folder, "clone");
      const args = ["clone", "-q", "--bare", `file://${site.repository}`];
      const { code, stderr } = await runProgram("git", [...args, clone]);
      assertEquals(code, 0, stderr);
      await Deno.remove(clone, { recursive: true });
      clones++;
    }),
  ]);
  const repackUntil = async (versions: number) => {
    while (right.acknowledged.length < versions) {
      await repack(git, "full");
      assertTrue(++repacks < REPACKS_MAX, "the publisher goes on");
    }
  };
  await repackUntil(VERSIONS / 3);
  await left.kill();
  await repackUntil(2 * VERSIONS / 3);
  await site.registry.squash();
  await repackUntil(VERSIONS);
  isOver = true;
  await work;
  for (const publisher of [left, right]) await publisher.end();

  await repack(git, "full");
  await site.assertNothingLost();
  const versions = new Set(await site.versions());
  const acknowledged = [...left.acknowledged, ...right.acknowledged];
  assertEquals(acknowledged.filter((it) => !versions.has(it)), []);
  assertTrue(clones > 1 && repacks > 5, `${clones} clones, ${repacks} repacks`);
  await site.add(aCrate("last"));
  await site.assertTidy();
});
