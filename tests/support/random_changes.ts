/**
 * Changes of a registry that can be drawn by chance, foretold by a model, and
 * made by any process.
 *
 * @module
 */

import {
  isRefusal,
  OPERATOR,
  parseUserName,
  type Registry,
} from "../../lib/mod.ts";
import { aCrate, type CrateBuilder } from "./a_crate.ts";
import { ALICE, the } from "./a_registry.ts";
import { aRequest } from "./publishing.ts";
import type { RegistryModel } from "./registry_model.ts";

/** A change: plain values, so that it can be told to another process. */
export interface RandomChange {
  readonly verb:
    | "publish"
    | "yank"
    | "unyank"
    | "remove"
    | "remove all"
    | "add owner"
    | "remove owner";
  readonly name: string;
  readonly version: string;
  /** Publishes: whether by alice, who may less than the operator. */
  readonly isByAlice: boolean;
  /** Publishes: whether the crate file is not the one that others publish. */
  readonly isOther: boolean;
}

const ALICE_ID = 1;
const BOB_ID = 2;
const VERBS: readonly RandomChange["verb"][] = [
  ...["publish", "publish", "publish", "publish"] as const,
  ...["yank", "unyank", "remove", "remove all"] as const,
  ...["add owner", "remove owner"] as const,
];

/** Numbers below a bound, always the same for the same seed. */
export class Chance {
  #state: number;

  /** @param seed 32 bits. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The next whole number from 0 up to `bound`, without it (mulberry32). */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }
}

/** A seed by chance, or `FUZZ_SEED` to play again what went wrong. */
export function aSeed(): number {
  const given = Deno.env.get("FUZZ_SEED");
  if (given !== undefined) return Number(given);
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

/** Draws a change of one crate. */
export function drawChange(chance: Chance, name: string): RandomChange {
  return {
    verb: VERBS[chance.below(VERBS.length)] ?? "publish",
    name,
    version: `1.${chance.below(3)}.0`,
    isByAlice: chance.below(4) > 0,
    isOther: chance.below(4) === 0,
  };
}

/** Makes a change; answers the code of the refusal, `null` when it was done. */
export async function make(
  registry: Registry,
  change: RandomChange,
): Promise<string | null> {
  try {
    await MAKERS[change.verb](registry, change);
    return null;
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
}

type Maker = (registry: Registry, change: RandomChange) => Promise<unknown>;

const BOB = [parseUserName("bob")];

const MAKERS: Readonly<Record<RandomChange["verb"], Maker>> = {
  "publish": (registry, change) =>
    registry.publish(
      aRequest(crateOf(change), change.isByAlice ? ALICE : OPERATOR),
    ),
  "yank": (registry, { name, version }) => registry.yank(the(name, version)),
  "unyank": (registry, { name, version }) =>
    registry.unyank(the(name, version)),
  "remove": (registry, { name, version }) =>
    registry.remove(the(name, version)),
  "remove all": (registry, { name, version }) =>
    registry.remove({ ...the(name, version), version: null }),
  "add owner": (registry, { name, version }) =>
    registry.addOwners({ ...the(name, version), users: BOB }),
  "remove owner": (registry, { name, version }) =>
    registry.removeOwners({ ...the(name, version), users: BOB }),
};

function crateOf({ name, version, isOther }: RandomChange): CrateBuilder {
  const crate = aCrate(name, version);
  return isOther ? crate.withFile("src/other.rs", "") : crate;
}

/** Makes a change in memory; answers as {@linkcode make} must. */
export function foretell(
  model: RegistryModel,
  change: RandomChange,
): string | null {
  const { verb, name, version } = change;
  if (verb === "publish") return foretellPublish(model, change);
  if (!model.crates.has(name)) return "crate_not_found";
  if (verb === "add owner") model.addOwner(name, BOB_ID);
  else if (verb === "remove owner") {
    if (!model.ownersOf(name).has(BOB_ID)) return "owner_unknown";
    if (model.ownersOf(name).size === 1) return "last_owner";
    model.removeOwner(name, BOB_ID);
  } else if (verb === "remove all") model.remove(name, null);
  else if (!model.has(name, version)) return "version_not_found";
  else if (verb === "remove") model.remove(name, version);
  else model.yank(name, version, verb === "yank");
  return null;
}

function foretellPublish(
  model: RegistryModel,
  change: RandomChange,
): string | null {
  const { name, version, isByAlice } = change;
  const isThere = model.crates.has(name);
  if (isByAlice && isThere && !model.ownersOf(name).has(ALICE_ID)) {
    return "not_permitted";
  }
  const wasThere = model.known.includes(name);
  if (isByAlice && !isThere && wasThere) return "crate_name_removed";
  if (model.has(name, version)) return "version_exists";
  const removed = model.removedAs(name, version);
  const crate = crateOf(change);
  if (removed !== undefined && removed !== model.checksumOf(crate)) {
    return "version_removed";
  }
  model.publish(name, version, crate, isByAlice ? ALICE_ID : null);
  return null;
}
