/**
 * An index repository of its own for a test, with a follower that keeps its
 * rows in memory.
 *
 * @module
 */

import type { Identity } from "../../lib/auth/identity.ts";
import type { Checksum } from "../../lib/crate/checksum.ts";
import {
  type CanonicalCrateName,
  canonicalCrateName,
  type CrateName,
  parseCrateName,
} from "../../lib/crate/name.ts";
import { parseCrateVersion } from "../../lib/crate/version.ts";
import { CatFile } from "../../lib/git/cat_file.ts";
import { Git } from "../../lib/git/command.ts";
import { DiffTree } from "../../lib/git/diff_tree.ts";
import { IndexCache } from "../../lib/index/cache.ts";
import type { IndexChange, MadeChange } from "../../lib/index/change.ts";
import type { IndexEntryJson } from "../../lib/index/entry.ts";
import { IndexPacks } from "../../lib/index/packs.ts";
import { IndexRepository } from "../../lib/index/repository.ts";
import { DEFAULT_LIMITS, type Limits } from "../../lib/limits.ts";
import { FileLock } from "../../lib/storage/lock.ts";
import { aRepository, type TestRepository } from "./a_repository.ts";
import { FIXED_CLOCK } from "./fixed_clock.ts";

const OPERATOR: Identity = { kind: "operator" };

/** An index repository, closed at the end of the scope. */
export interface TestIndex extends AsyncDisposable {
  readonly repository: TestRepository;
  readonly index: IndexRepository;
  /** Commits that the follower was told of. */
  readonly followed: { commit: string; made: readonly MadeChange[] }[];
  /** What failed without failing anybody's change. */
  readonly failures: unknown[];
  /** The files of the index now. */
  files(): Promise<Record<string, string>>;
}

/** What a test may set otherwise. */
export interface TestIndexOptions {
  /** An index that is there already, to be opened by a second process, as it were. */
  repository?: TestRepository;
  /** Bounds that are not the usual ones. */
  limits?: Partial<Limits>;
  /** How long git may take over one question, in ms. */
  answerMsMax?: number;
  /** What the follower does at a commit. */
  follow?: () => void | Promise<void>;
}

/** Makes an index repository in a fresh folder. */
export async function anIndex(
  options: TestIndexOptions = {},
): Promise<TestIndex> {
  const repository = options.repository ?? await aRepository();
  const { ref } = repository;
  const git = new Git(repository.git.gitFolder, options.answerMsMax);
  const catFile = new CatFile(git);
  const diffTree = new DiffTree(git);
  const cache = new IndexCache({ ref, catFile, diffTree }, 1_000_000);
  const lock = FileLock.open(`${git.gitFolder}.lock`, FIXED_CLOCK);
  const maintenance = FileLock.open(
    `${git.gitFolder}.maintenance`,
    FIXED_CLOCK,
  );
  const followed: TestIndex["followed"] = [];
  const failures: unknown[] = [];
  const names = new Map<CanonicalCrateName, CrateName>();
  const failed = (error: unknown) => failures.push(error);
  const index = new IndexRepository({
    ...{ git, ref, catFile, cache, lock },
    packs: new IndexPacks({
      ...{ git, catFile, diffTree, maintenance, failed },
      clock: FIXED_CLOCK,
    }),
    limits: { ...DEFAULT_LIMITS, lockWaitMsMax: 30_000, ...options.limits },
    clock: FIXED_CLOCK,
    follower: {
      catchUp: () => Promise.resolve(),
      async follow(commit, made) {
        await options.follow?.();
        followed.push({ commit, made });
        for (const { line } of made) {
          names.set(canonicalCrateName(line.crate), line.crate);
        }
      },
      state: {
        crateNamed: (name) => names.get(name) ?? null,
        ownersOf: () => [],
        standingOf: () => "user",
        removedVersion: () => null,
        isRemovedName: () => false,
      },
    },
    tidy: () => {},
    sweep: () => Promise.resolve(),
    failed,
    reached: () => {},
  });
  return {
    ...{ repository, index, followed, failures },
    async files() {
      const { stdout } = await git.run([
        "ls-tree",
        "-r",
        "--name-only",
        "HEAD",
      ]);
      const files: Record<string, string> = {};
      for (const path of stdout.split("\n").filter((path) => path !== "")) {
        files[path] =
          (await git.run(["cat-file", "blob", `HEAD:${path}`])).stdout;
      }
      return files;
    },
    async [Symbol.asyncDispose]() {
      await index.close();
      await catFile.close();
      await diffTree.close();
      for (const it of [lock, maintenance]) it.close();
      if (options.repository === undefined) {
        await repository[Symbol.asyncDispose]();
      }
    },
  };
}

/** An index entry in which only name and version matter. */
export function anEntry(name: string, vers: string): IndexEntryJson {
  return {
    name,
    vers,
    deps: [],
    cksum: "0".repeat(64) as Checksum,
    features: {},
    yanked: false,
  };
}

/** A change that publishes such an entry. */
export function aPublish(
  name: string,
  version: string,
  more: Partial<IndexChange> = {},
): IndexChange {
  return {
    verb: "publish",
    crate: parseCrateName(name),
    by: OPERATOR,
    edit: (file) => ({
      file: file.withEntry(anEntry(name, version)),
      version: parseCrateVersion(version),
    }),
    ...more,
  };
}
