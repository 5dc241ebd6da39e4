/**
 * What a registry is checked with: its parts, opened one by one and changed by
 * none of it, so that one that is damaged keeps no other from being looked at.
 *
 * @module
 */

import { AtOnce } from "../at_once.ts";
import { type Clock, SYSTEM_CLOCK } from "../clock.ts";
import type { RegistryConfig } from "../config/registry_config.ts";
import type {
  DerivedInspection,
  PeopleInspection,
} from "../database/inspection.ts";
import { CatFile } from "../git/cat_file.ts";
import { Git } from "../git/command.ts";
import { DiffTree } from "../git/diff_tree.ts";
import { IndexRef } from "../git/ref.ts";
import { IndexCache } from "../index/cache.ts";
import { type DataPaths, dataPaths } from "../storage/data_folder.ts";
import { FileLock } from "../storage/lock.ts";
import type { Finding } from "./finding.ts";
import { type FreeSpace, readFreeSpace } from "./free_space.ts";

/** How far a check of all crates is. */
export interface ExamineProgress {
  /** Index files that were looked at. */
  readonly done: number;
  /** All of them. */
  readonly total: number;
}

/** How a registry is to be checked. */
export interface ExamineOptions {
  /**
   * Leaves out what takes long: checksums, contents of objects, what is served of
   * each crate.
   */
  readonly isQuick?: boolean;
  /** Mends what can be mended without losing anything. */
  readonly isRepair?: boolean;
  /** Told how far the check of all crates is. */
  readonly progress?: (progress: ExamineProgress) => void;
  /** Where the time is taken from; the machine's clock when left out. */
  readonly clock?: Clock;
  /** How the room that is left is read; from the machine when left out. */
  readonly readSpace?: (path: string) => Promise<FreeSpace>;
}

/** The parts that checks look at. */
export interface ExamineParts {
  readonly config: RegistryConfig;
  readonly paths: DataPaths;
  readonly git: Git;
  readonly ref: IndexRef;
  readonly catFile: CatFile;
  /** What the sparse index is served from. */
  readonly cache: IndexCache;
  /** Held while git must not repack. */
  readonly maintenance: FileLock;
  readonly clock: Clock;
  readonly isQuick: boolean;
  readonly progress: (progress: ExamineProgress) => void;
  readonly readSpace: (path: string) => Promise<FreeSpace>;
  /** palletizer.db; `null` when it cannot be asked. */
  people: PeopleInspection | null;
  /** derived.db; likewise. */
  derived: DerivedInspection | null;
  /** Whether derived.db was made anew by now: once will do. */
  isDerivedNew: boolean;
  /**
   * Does something under the write lock, told the tip of the index, and whether
   * the last holder died with the lock: its git may still move the tip then.
   */
  underLock<T>(
    act: (tip: string | null, holderDied: boolean) => Promise<T>,
  ): Promise<T>;
}

/** Memory for index files that are looked up as the sparse index does, in bytes. */
const CACHE_BYTES = 1024 * 1024;

/** Opens the parts of a registry for checks. Closed with `await using`. */
export function openExamineParts(
  config: RegistryConfig,
  options: ExamineOptions,
): ExamineParts & AsyncDisposable {
  const { clock = SYSTEM_CLOCK, isQuick = false } = options;
  const paths = dataPaths(config.dataFolder);
  const git = new Git(paths.index);
  const ref = new IndexRef(git);
  const catFile = new CatFile(git);
  const diffTree = new DiffTree(git);
  const lock = FileLock.open(paths.lock, clock);
  const maintenance = FileLock.open(paths.maintenance, clock);
  const oneByOne = new AtOnce(1);
  const parts: ExamineParts = {
    ...{ config, paths, git, ref, catFile, maintenance, clock, isQuick },
    cache: new IndexCache({ ref, catFile, diffTree }, CACHE_BYTES),
    progress: options.progress ?? (() => {}),
    readSpace: options.readSpace ?? readFreeSpace,
    people: null,
    derived: null,
    isDerivedNew: false,
    underLock: (act) =>
      oneByOne.do(async () => {
        await lock.acquire(config.limits.lockWaitMsMax);
        try {
          return await act(await ref.read(), lock.holderDied);
        } finally {
          lock.release();
        }
      }),
  };
  return Object.assign(parts, {
    async [Symbol.asyncDispose]() {
      await catFile.close();
      await diffTree.close();
      parts.people?.close();
      parts.derived?.close();
      maintenance.close();
      lock.close();
    },
  });
}

/**
 * What is surely so: what is found in a first look is looked for once more while
 * nobody can change anything, and only what is found then is told.
 *
 * @param look finds what is wrong as of a commit.
 */
export async function findSurely(
  parts: ExamineParts,
  look: (tip: string | null, isSure: boolean) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const suspected = await look(await parts.ref.read(), false);
  if (suspected.length === 0) return [];
  return await parts.underLock((tip) => look(tip, true));
}
