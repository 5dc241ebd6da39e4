/**
 * Two processes change one registry, and one of them is killed at a random
 * moment, over and over.
 *
 * The one that lives is this process, which has the registry open all the time
 * like a server. The other is the program.
 */

import { aCrate } from "../support/a_crate.ts";
import { assertTrue } from "../support/assert.ts";
import { palletizerDone, programAndFlags } from "../support/palletizer.ts";
import { childrenOf } from "../support/processes.ts";
import { CrashSite } from "./crash_site.ts";
import { KILLS } from "./kills.ts";

const HERE = { registryIndex: "sparse+http://127.0.0.1:7171/index/" };

/** How long a program may be at work before it is killed, in ms. */
const START_MS = 500;
/** How long after it was seen to have the write lock, in ms. */
const LOCKED_MS = 12;

const random = (below: number) => Math.floor(Math.random() * below);

Deno.test(`${KILLS} kills at random moments lose nothing that was told, and leave nothing behind`, async () => {
  await using site = await CrashSite.make();
  await site.add(aCrate("base"));
  let kills = 0;
  for (let round = 1; kills < KILLS; round++) {
    assertTrue(round <= 3 * KILLS, "the program ends before it can be killed");
    const run = new Round(site, round);
    try {
      if (await run.play()) kills++;
    } catch (cause) {
      throw new Error(`round ${round}: ${run.story.join(", ")}`, { cause });
    }
  }
});

/** One kill, with what comes before and after it. */
class Round {
  readonly #site: CrashSite;
  readonly #names: readonly [shared: string, own: string];
  #isOver = false;

  /** What was done, to be told when something is wrong. */
  readonly story: string[] = [];

  constructor(site: CrashSite, round: number) {
    this.#site = site;
    this.#names = [`shared-${round}`, `own-${round}`];
  }

  /** Plays it; answers whether the program was killed before its end. */
  async play(): Promise<boolean> {
    const [shared] = this.#names;
    await this.#site.add(
      aCrate(shared, "0.1.0").withDependency("base", "^1", HERE),
      aCrate(shared, "0.2.0"),
    );
    const args = await this.#chooseCommand();
    const living = this.#live();
    const wasKilled = await this.#runAndKill(args);
    this.#isOver = true;
    await living;
    await this.#site.assertNothingLost();
    await this.#changeSomething();
    await this.#site.assertTidy();
    await this.#removeAll();
    return wasKilled;
  }

  /** What the program is told to do. */
  async #chooseCommand(): Promise<string[]> {
    const [shared, own] = this.#names;
    const command = await this.#anyCommand(shared, own);
    this.story.push(command.slice(0, 2).join(" "));
    return command;
  }

  async #anyCommand(shared: string, own: string): Promise<string[]> {
    const choice = random(6);
    if (choice === 0) {
      this.#site.told.forget(shared, "0.1.0"); // what becomes of it is open
      return ["crate", "yank", shared, "0.1.0"];
    }
    if (choice === 1) {
      this.#site.told.forget(shared, "0.1.0");
      return ["crate", "remove", `${shared}@0.1.0`, "--yes"];
    }
    const crates = Array.from(
      { length: 12 },
      (_, count) =>
        count % 3 === 0
          ? aCrate(shared, `1.${count}.0`).withDependency("base", "^1", HERE)
          : aCrate(count % 3 === 1 ? own : `${own}-${count}`, `1.${count}.0`),
    );
    return ["crate", "add", await this.#site.write(...crates)];
  }

  /** What this process does all the while. */
  async #live(): Promise<void> {
    const [shared] = this.#names;
    for (let count = 0; !this.#isOver; count++) {
      const version = `2.${count}.0`;
      await this.#site.add(aCrate(shared, version));
      if (count % 4 === 1) await this.#site.act("yank", shared, version);
      if (count % 4 === 2) await this.#site.act("remove", shared, version);
      await pause(random(30));
    }
  }

  async #runAndKill(args: readonly string[]): Promise<boolean> {
    const [program, ...first] = programAndFlags();
    const child = new Deno.Command(program, {
      args: [...first, ...args],
      cwd: this.#site.folder,
      ...{ stdin: "null", stdout: "piped", stderr: "null" },
    }).spawn();
    const output = child.output();
    let hasEnded = false;
    child.status.then(() => hasEnded = true);
    await this.#waitForTheMoment(child.pid, () => hasEnded);
    this.#kill(child, hasEnded);
    const { signal, stdout } = await output;
    this.#site.told.heard(new TextDecoder().decode(stdout));
    return signal === "SIGKILL";
  }

  /** Any moment, but more often one at which the program has the write lock. */
  async #waitForTheMoment(pid: number, isOver: () => boolean): Promise<void> {
    const lock = this.#site.path("lock");
    if (random(4) === 0) return await pause(random(START_MS));
    while (!isOver()) {
      if (Deno.readTextFileSync(lock).includes(`"pid":${pid},`)) {
        const delayMs = random(LOCKED_MS);
        this.story.push(`killed ${delayMs} ms after it had the lock`);
        return await pause(delayMs);
      }
      await pause(0);
    }
  }

  #kill(child: Deno.ChildProcess, hasEnded: boolean): void {
    if (hasEnded) return;
    const gits = random(2) === 0 ? childrenOf(child.pid, "git") : [];
    this.story.push(`killed with ${gits.length} gits`);
    for (const pid of [...gits, child.pid]) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }

  /** The change after which all must be tidy: of any process. */
  async #changeSomething(): Promise<void> {
    const [, own] = this.#names;
    const crate = aCrate(own, "3.0.0");
    if (random(4) > 0) return await this.#site.add(crate);
    const args = ["crate", "add", await this.#site.write(crate)];
    this.story.push("next is another program");
    this.#site.told.heard(
      await palletizerDone(args, { cwd: this.#site.folder }),
    );
  }

  /** So that a later round has not more to look at than this one. */
  async #removeAll(): Promise<void> {
    for (const line of await this.#site.versions()) {
      const [name = "", version = ""] = line.split(" ");
      if (name !== "base") await this.#site.act("remove", name, version);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
