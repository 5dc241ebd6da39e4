/**
 * Rounds of faults: a change is asked for while one call below it fails, the
 * first at first, then the second, until there is no such call any more. What is
 * answered must be true, and the registry must go on as if nothing had been.
 *
 * @module
 */

import {
  examineRegistry,
  isRefusal,
  parseUserName,
  type Registry,
} from "../../../lib/mod.ts";
import { aCrate } from "../../support/a_crate.ts";
import {
  ALICE,
  aRegistry,
  BOB,
  type TestRegistry,
  the,
} from "../../support/a_registry.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { Faults, type Seam, withoutPauses } from "../../support/faults.ts";
import { aRequest, OWN } from "../../support/publishing.ts";
import {
  RegistryModel,
  type View,
  viewOf,
} from "../../support/registry_model.ts";

/** A change, asked for once a round, of a crate of that round's own. */
export interface Verb {
  readonly what: string;
  /** Whether the crate is there already, with the versions 1.0.0 and 1.1.0. */
  readonly isOfOld: boolean;
  /** Asks for it. */
  readonly ask: (registry: Registry, name: string) => Promise<unknown>;
  /** The same, in memory. */
  readonly note: (model: RegistryModel, name: string) => void;
}

/** One of each kind. */
export const VERBS: readonly Verb[] = [
  {
    what: "a publish of a new crate",
    isOfOld: false,
    ask: (registry, name) => registry.publish(aRequest(aNew(name), ALICE)),
    note: (model, name) => model.publish(name, "1.0.0", aNew(name), 1),
  },
  {
    what: "a publish of a new version",
    isOfOld: true,
    ask: (registry, name) =>
      registry.publish(aRequest(aCrate(name, "2.0.0"), ALICE)),
    note: (model, name) =>
      model.publish(name, "2.0.0", aCrate(name, "2.0.0"), 1),
  },
  {
    what: "a yank",
    isOfOld: true,
    ask: (registry, name) => registry.yank(the(name, "1.0.0")),
    note: (model, name) => model.yank(name, "1.0.0", true),
  },
  {
    what: "a removal of a version",
    isOfOld: true,
    ask: (registry, name) => registry.remove(the(name, "1.0.0")),
    note: (model, name) => model.remove(name, "1.0.0"),
  },
  {
    what: "a removal of a crate",
    isOfOld: true,
    ask: (registry, name) =>
      registry.remove({ ...the(name, "1.0.0"), version: null }),
    note: (model, name) => model.remove(name, null),
  },
  {
    what: "a new owner",
    isOfOld: true,
    ask: (registry, name) => {
      const { crate } = the(name, "1.0.0");
      const users = [parseUserName("bob")];
      return registry.addOwners({ by: ALICE, crate, users });
    },
    note: (model, name) => model.addOwner(name, (BOB as { id: number }).id),
  },
];

/** One with a dependency, which is looked for. */
function aNew(name: string) {
  return aCrate(name).withDependency("next", "^1", OWN);
}

/** How many calls fail, from the chosen one on. */
export type Lasting = "once" | "on";

/** What a run of rounds is about. */
export interface Rounds {
  readonly verb: Verb;
  readonly seam: Seam;
  /** The ways in which the calls fail, one of them a round. */
  readonly ways: readonly string[];
  readonly lasting: Lasting;
  /** Whether a call fails in each way, or just in one of them. */
  readonly isWhole: boolean;
  /** Whether each round is seen by a second process, and by one that is new. */
  readonly isThorough: boolean;
}

/** More calls than any change has: then it goes round in a circle. */
const CALLS_MAX = 2_000;

/** Plays rounds until every call has failed once in every way; answers how many. */
export async function playRounds(rounds: Rounds): Promise<number> {
  const { verb, seam, ways, lasting } = rounds;
  await using it = await aRegistry();
  const site = new Site(it, await it.second(), rounds.isThorough);
  using _pauses = withoutPauses();
  using faults = new Faults(seam);
  await site.warm();
  let count = 0;
  for (const [turn, way] of ways.entries()) {
    const step = rounds.isWhole ? 1 : ways.length;
    const start = rounds.isWhole ? 1 : 1 + turn;
    for (let call = start;; call += step) {
      assertTrue(call < CALLS_MAX, `${verb.what} has no end of calls`);
      const name = `c${++count}`;
      if (verb.isOfOld) await site.publishOld(name);
      faults.arm(call, way, lasting === "once" ? call : Infinity);
      const error = await errorOf(() => verb.ask(it.registry, name));
      const failed = [...faults.failed];
      const hasFailed = faults.disarm();
      try {
        await site.judge(error, verb, name, failed);
      } catch (cause) {
        const round = `${verb.what}, call ${call} (${
          failed[0]
        }) ${way} ${lasting}`;
        throw new Error(`${round}: ${error ?? "done"}`, { cause });
      }
      if (!hasFailed) break;
    }
  }
  await site.close();
  return count;
}

async function errorOf(act: () => Promise<unknown>): Promise<unknown> {
  try {
    await act();
    return null;
  } catch (error) {
    return error ?? "nothing";
  }
}

class Site {
  readonly #it: TestRegistry;
  readonly #second: Registry;
  readonly #isThorough: boolean;
  #model = new RegistryModel();
  #changes = 0;
  /**
   * Whether a staged file could not be let go, or is kept as the record of a
   * change of which nobody knows: it goes with its process.
   */
  #mayLeaveStaged = false;
  /** Whether a crate file could not be taken back: no line names it. */
  #mayLeaveFiles = false;

  constructor(it: TestRegistry, second: Registry, isThorough: boolean) {
    this.#it = it;
    this.#second = second;
    this.#isThorough = isThorough;
  }

  async warm(): Promise<void> {
    await this.#change();
  }

  async publishOld(name: string): Promise<void> {
    for (const version of ["1.0.0", "1.1.0"]) {
      const crate = aCrate(name, version);
      await this.#it.registry.publish(aRequest(crate, ALICE));
      this.#model.publish(name, version, crate, 1);
    }
  }

  /** Fails unless what was answered is true and the registry works on. */
  async judge(
    error: unknown,
    verb: Verb,
    name: string,
    failed: readonly string[],
  ): Promise<void> {
    const isUnknown = isRefusal(error, "index_write_unknown");
    this.#mayLeaveStaged ||= isUnknown || failed.includes("discard");
    this.#mayLeaveFiles ||= failed.includes("takeBack");
    const done = this.#model.copy();
    verb.note(done, name);
    if (error === null) this.#model = done;
    else {
      const seen = await this.#view(this.#it.registry, done.known);
      if (isUnknown && isSame(seen.git, done.view().git)) this.#model = done;
    }
    await this.#mustBeSame(this.#it.registry, done.known, false);
    await this.#change(); // by the same registry, and nothing is wrong with it
    await this.#mustBeSame(this.#it.registry, done.known);
    if (!this.#isThorough) return;
    await this.#mustBeSame(this.#second, done.known);
    const anew = await this.#it.second();
    await this.#mustBeSame(anew, done.known);
    await anew.close();
  }

  /** Fails unless a second process and the doctor agree in the end. */
  async close(): Promise<void> {
    await this.#mustBeSame(this.#second, this.#model.known);
    await this.#it.close();
    await this.#it.reopen();
    this.#mayLeaveStaged = false;
    await this.#mustBeSame(this.#it.registry, this.#model.known);
    const readSpace = () => Promise.resolve({ bytes: 1e12, files: 1e6 });
    const found = await Array.fromAsync(
      examineRegistry(this.#it.config, { readSpace }),
    );
    assertEquals(found.filter(({ severity }) => severity === "serious"), []);
  }

  async #change(): Promise<void> {
    const crate = aCrate("next", `1.${++this.#changes}.0`);
    await this.#it.registry.publish(aRequest(crate, ALICE));
    this.#model.publish("next", `1.${this.#changes}.0`, crate, 1);
  }

  #view(registry: Registry, known: readonly string[]): Promise<View> {
    return viewOf(this.#it, known, registry);
  }

  /** @param isSettled whether there was a change since, which settles all. */
  async #mustBeSame(
    registry: Registry,
    known: readonly string[],
    isSettled = true,
  ): Promise<void> {
    const { crateFiles, inProgress, ...seen } = await this.#view(
      registry,
      known,
    );
    const { crateFiles: named, inProgress: none, ...expected } = this.#model
      .view();
    assertEquals(seen, expected);
    const mayLeave = !isSettled || this.#mayLeaveFiles;
    const kept = mayLeave
      ? crateFiles.filter((file) => named.includes(file))
      : crateFiles;
    assertEquals(kept, named);
    if (isSettled && !this.#mayLeaveStaged) assertEquals(inProgress, none);
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.join("\n") === other.join("\n");
}
