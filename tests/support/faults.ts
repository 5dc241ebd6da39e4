/**
 * Faults of what the registry stands on, at a chosen call: git, the store of
 * crate files, staging, the branch, SQLite.
 *
 * ```ts
 * using faults = new Faults(SEAMS.git);
 * faults.arm(3, "dies"); // the third call from now on
 * await act();
 * const happened = faults.disarm();
 * ```
 *
 * @module
 */

import { DatabaseSync, StatementSync } from "node:sqlite";
import { DiffTree } from "../../lib/git/diff_tree.ts";
import { GitChild, GitFailure } from "../../lib/git/child.ts";
import { Git } from "../../lib/git/command.ts";
import { IndexRef } from "../../lib/git/ref.ts";
import { Refusal } from "../../lib/refusal.ts";
import { FileCrateStore } from "../../lib/storage/file_crate_store.ts";
import { Staging } from "../../lib/storage/staging.ts";

/** A call that is to fail: who was called, what it was to do. */
interface Call {
  readonly self: unknown;
  readonly method: string;
  readonly act: () => unknown;
}

/** In which way a call fails. */
type Way = (call: Call) => unknown;

/** Methods through which everything goes, and the ways in which they fail. */
export interface Seam {
  /** The objects that have the methods, and their names. */
  readonly methods: readonly [prototype: object, names: readonly string[]][];
  /** The ways, by what one says of them. */
  readonly ways: Readonly<Record<string, Way>>;
}

const AT_ONCE = (error: () => unknown): Way => () => {
  throw error();
};
const BEFORE = (error: () => unknown): Way => () => Promise.reject(error());
const AFTER = (error: () => unknown): Way => async ({ act }) => {
  await act();
  throw error();
};

const diskFull = () => new Refusal("disk_full", { path: "simulated" });
const denied = () => new Refusal("permission_denied", { path: "simulated" });
const unexpected = () => new Error("simulated, and unexpected");

const FILE_WAYS: Seam["ways"] = {
  "is without space": BEFORE(diskFull),
  "is denied": BEFORE(denied),
  "fails unexpectedly": BEFORE(unexpected),
  "is without space at its end": AFTER(diskFull),
  "fails unexpectedly at its end": AFTER(unexpected),
};

const sqlite = (message: string) => AT_ONCE(() => new Error(message));

/** All seams, by what is behind them. */
export const SEAMS = {
  git: {
    methods: [
      [GitChild.prototype, ["write", "readLine", "readBytes", "readRest"]],
      [Git.prototype, ["start"]],
    ],
    ways: {
      "fails": ({ method }) => {
        const error = new GitFailure("simulated");
        if (method === "start") throw error;
        return Promise.reject(error);
      },
      "dies": ({ self, act, method }) => {
        if (!(self instanceof GitChild)) throw new GitFailure("simulated");
        const died = self.kill();
        if (method === "readRest") return died.then(() => new Uint8Array(0));
        return died.then(act);
      },
      "answers garbage": ({ act, method }) => {
        if (method === "start") throw new GitFailure("simulated");
        if (method !== "readLine") {
          return Promise.reject(new GitFailure("simulated"));
        }
        return Promise.resolve(act()).then(() => "garbage");
      },
      "is not heard": ({ act, method }) => {
        if (method === "start") throw new GitFailure("simulated");
        return AFTER(() => new GitFailure("simulated"))({
          ...{ act, method, self: null },
        });
      },
    },
  },
  lateGit: {
    methods: [[GitChild.prototype, ["readLine", "readBytes", "readRest"]]],
    ways: {
      "answers late": async ({ act }) => {
        await new Promise((resolve) => setTimeout(resolve, 3));
        return await act();
      },
    },
  },
  comparer: {
    methods: [[DiffTree.prototype, ["changedPaths"]]],
    ways: { "fails": BEFORE(() => new GitFailure("simulated")) },
  },
  stamp: {
    methods: [[IndexRef.prototype, ["stamp"]]],
    ways: {
      "cannot be read": AT_ONCE(() =>
        new Deno.errors.PermissionDenied("simulated")
      ),
    },
  },
  branch: {
    methods: [[IndexRef.prototype, ["read"]]],
    ways: {
      "is damaged": BEFORE(() => new GitFailure("simulated")),
      "cannot be read": BEFORE(() =>
        new Deno.errors.PermissionDenied("simulated")
      ),
    },
  },
  crateStore: {
    methods: [[FileCrateStore.prototype, ["put", "takeBack", "delete"]]],
    ways: FILE_WAYS,
  },
  staging: {
    methods: [[Staging.prototype, ["stage", "name", "discard"]]],
    ways: FILE_WAYS,
  },
  databases: {
    methods: [
      [StatementSync.prototype, ["get", "all", "run"]],
      [Object.getPrototypeOf(DatabaseSync.prototype) as object, ["exec"]],
      [DatabaseSync.prototype, ["exec"]],
    ],
    ways: {
      "is busy": sqlite("database is locked"),
      "is full": sqlite("database or disk is full"),
      "is damaged": sqlite("database disk image is malformed"),
      "fails unexpectedly": sqlite("simulated, and unexpected"),
    },
  },
} as const satisfies Record<string, Seam>;

/** What is behind a seam. */
export type SeamName = keyof typeof SEAMS;

/** Makes calls fail; all is as it was at the end of the scope. */
export class Faults implements Disposable {
  readonly #seam: Seam;
  readonly #patched = new DisposableStack();
  #way: Way | null = null;
  #first = 0;
  #last = 0;
  #calls = 0;
  /** The calls that failed since the last arming, by the method's name. */
  readonly failed: string[] = [];

  /** @param seam what may fail. */
  constructor(seam: Seam) {
    this.#seam = seam;
    for (const [prototype, names] of seam.methods) {
      for (const name of names) this.#patch(prototype, name);
    }
  }

  /**
   * From now on the calls `first` to `last` fail, where 1 is the next one.
   *
   * @param way one of the seam's ways.
   */
  arm(first: number, way: string, last = first): void {
    const found = this.#seam.ways[way];
    if (found === undefined) throw new Error(`there is no way \`${way}\``);
    [this.#way, this.#first, this.#last] = [found, first, last];
    this.#calls = 0;
    this.failed.length = 0;
  }

  /** Ends it; answers whether any call failed. */
  disarm(): boolean {
    this.#way = null;
    return this.failed.length > 0;
  }

  [Symbol.dispose](): void {
    this.#patched.dispose();
  }

  #patch(prototype: object, method: string): void {
    const property = Object.getOwnPropertyDescriptor(prototype, method);
    if (typeof property?.value !== "function") return;
    const value = new Proxy(property.value, {
      apply: (target: () => unknown, self, values) => {
        const act = () => Reflect.apply(target, self, values);
        return this.#meet({ self, method, act }, String(values[0]));
      },
    });
    Object.defineProperty(prototype, method, { ...property, value });
    this.#patched.defer(() =>
      Object.defineProperty(prototype, method, property)
    );
  }

  #meet(call: Call, first: string): unknown {
    const way = this.#way;
    // SQLite rolls back in memory; that it could not is no fault that happens.
    if (way === null || first === "ROLLBACK") return call.act();
    this.#calls++;
    if (this.#calls < this.#first || this.#calls > this.#last) {
      return call.act();
    }
    this.failed.push(call.method);
    return way(call);
  }
}

/** Lets pauses before a new try take no time; all others stay as they are. */
export function withoutPauses(): Disposable {
  const real = globalThis.setTimeout;
  const pauses = new Set([20, 40, 80, 160, 320, 640, 1280]);
  const quick = (act: () => void, ms = 0) => real(act, pauses.has(ms) ? 0 : ms);
  globalThis.setTimeout = quick as typeof setTimeout;
  return { [Symbol.dispose]: () => void (globalThis.setTimeout = real) };
}
