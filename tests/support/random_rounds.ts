/**
 * Rounds of changes drawn by chance and made by several processes, with what
 * else happens to a registry in between.
 *
 * Changes of one round are made at once and are of one crate each, so that the
 * model can foretell every one of them.
 *
 * @module
 */

import { join } from "node:path";
import { examineRegistry, type Registry } from "../../lib/mod.ts";
import { indexPath } from "../../lib/index/path.ts";
import { parseCrateName } from "../../lib/crate/name.ts";
import { aRegistry, type TestRegistry } from "./a_registry.ts";
import { assertEquals } from "./assert.ts";
import {
  Chance,
  drawChange,
  foretell,
  make,
  type RandomChange,
} from "./random_changes.ts";
import { RegistryModel, viewOf } from "./registry_model.ts";

/** Who makes changes: a registry of this process, or another process. */
export type Maker = (change: RandomChange) => Promise<string | null>;

const NAMES = ["a0", "b1", "c2", "d3", "e4"];

/** What happens beside changes, all the processes being at rest or at work. */
const EVENTS = ["squash", "backup", "push", "lose derived.db"] as const;

/** How rounds are played. */
export interface RandomRounds {
  /** By what everything is drawn: told when something is wrong. */
  readonly seed: number;
  readonly rounds: number;
  /** Another process, beside the two registries that this process has open. */
  readonly other?: (it: TestRegistry) => Promise<Maker>;
}

/** Plays rounds, each checked against the model, and the doctor at the end. */
export async function playRandomRounds(options: RandomRounds): Promise<void> {
  const story: string[] = [];
  try {
    await play(options, story);
  } catch (cause) {
    const { seed } = options;
    throw new Error(`FUZZ_SEED=${seed}:\n${story.join("\n")}`, { cause });
  }
}

async function play(options: RandomRounds, story: string[]): Promise<void> {
  const chance = new Chance(options.seed);
  await using it = await aRegistry();
  let second = await it.second();
  const other = await options.other?.(it);
  const model = new RegistryModel();
  for (let round = 0; round < options.rounds; round++) {
    const event = chance.below(3) === 0
      ? EVENTS[chance.below(EVENTS.length)]
      : undefined;
    const makers = [
      by(it.registry),
      by(second),
      ...(other === undefined ? [] : [other]),
    ];
    const acts: Promise<unknown>[] = [];
    if (event === "squash") acts.push(second.squash());
    if (event === "backup") {
      acts.push(it.registry.backup({
        ...{ path: join(it.folder, `backup-${round}`), program: "test" },
        ...{ isCompressed: false, since: null },
      }));
    }
    if (event !== undefined) story.push(event);
    const names = NAMES.filter(() => chance.below(2) === 0);
    for (const name of names) {
      const change = drawChange(chance, name);
      const at = chance.below(makers.length);
      story.push(`${round} by ${at}: ${JSON.stringify(change)}`);
      const expected = foretell(model, change);
      acts.push(
        (makers[at] as Maker)(change).then((code) =>
          assertEquals(code, expected, JSON.stringify(change))
        ),
      );
    }
    await allDone(acts);
    if (event === "backup") await second.catchUp(); // what had to wait for it
    if (event === "push") await pushByHand(it, model, chance);
    if (event === "lose derived.db" && other === undefined) {
      await it.reopen(() => loseDerived(it));
      second = await it.second();
    }
    const looking = chance.below(2) === 0 ? it.registry : second;
    assertEquals(await viewOf(it, model.known, looking), model.view());
  }
  await it.registry.catchUp();
  for (const registry of [it.registry, second, await it.second()]) {
    assertEquals(await viewOf(it, model.known, registry), model.view());
  }
  const readSpace = () => Promise.resolve({ bytes: 1e12, files: 1e6 });
  const found = await Array.fromAsync(
    examineRegistry(it.config, { readSpace }),
  );
  assertEquals(found.filter(({ severity }) => severity === "serious"), []);
}

/** Waits for all, also when one fails: nothing may go on in a folder that goes. */
async function allDone(acts: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(acts)) {
    if (outcome.status === "rejected") throw outcome.reason;
  }
}

function by(registry: Registry): Maker {
  return (change) => make(registry, change);
}

/** Yanks all versions of a crate by a push of its index file. */
async function pushByHand(
  it: TestRegistry,
  model: RegistryModel,
  chance: Chance,
): Promise<void> {
  const names = [...model.crates.keys()];
  const name = names[chance.below(Math.max(1, names.length))];
  if (name === undefined) return;
  const path = indexPath(parseCrateName(name));
  const text = await it.indexFile(path);
  const pushed = text.replaceAll('"yanked":false', '"yanked":true');
  if (pushed === text) return;
  await it.commit({ [path]: pushed });
  for (const version of model.crates.get(name)?.keys() ?? []) {
    model.yank(name, version, true);
  }
}

function loseDerived(it: TestRegistry): void {
  for (const end of ["", "-wal", "-shm"]) {
    try {
      Deno.removeSync(it.path(`derived.db${end}`));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
