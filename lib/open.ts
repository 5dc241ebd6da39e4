/**
 * Opens registries: the one place where real parts are chosen and put together.
 *
 * @module
 */

import { AtOnce } from "./at_once.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import type { RegistryConfig } from "./config/registry_config.ts";
import { DerivedDatabase } from "./database/derived.ts";
import { PeopleDatabase } from "./database/people.ts";
import type { RegistryEvent } from "./event.ts";
import { CatFile } from "./git/cat_file.ts";
import { Git, requireGit } from "./git/command.ts";
import { DiffTree } from "./git/diff_tree.ts";
import { IndexRef } from "./git/ref.ts";
import { removeImporterLeftOvers } from "./git/left_over.ts";
import { createRepository, requireRepository } from "./git/setup.ts";
import { UploadPack } from "./git/upload_pack.ts";
import { IndexCache } from "./index/cache.ts";
import { encodeConfigJson, saysAuthRequired } from "./index/config_json.ts";
import { OwnUrls } from "./index/own_urls.ts";
import { IndexPacks } from "./index/packs.ts";
import type { ChangeStep } from "./index/change.ts";
import { IndexRepository } from "./index/repository.ts";
import { Authenticator } from "./registry/authenticate.ts";
import { DerivedFollower } from "./registry/follow_derived.ts";
import { PeopleFollower } from "./registry/follow_people.ts";
import { IndexFollower } from "./registry/index_follower.ts";
import type { Parts } from "./registry/parts.ts";
import { Registry } from "./registry/registry.ts";
import { whileUnserved } from "./registry/serving.ts";
import {
  type DataPaths,
  dataPaths,
  makeDataFolder,
  requireDataFolder,
} from "./storage/data_folder.ts";
import { fsyncFolder, makeFolder } from "./storage/file_system.ts";
import { FileCrateStore } from "./storage/file_crate_store.ts";
import { Generation } from "./storage/generation.ts";
import { FileLock } from "./storage/lock.ts";
import { PostponedDeletions } from "./storage/postponed_deletions.ts";
import { Staging, sweepDead, type SweepQuestions } from "./storage/staging.ts";

/** Checking a crate file keeps a core busy: more at once only starve the rest. */
const CHECKED_AT_ONCE_MAX = 2;

/** What a front end may hand in. */
export interface OpenOptions {
  /** Where the time is taken from; the machine's clock when left out. */
  clock?: Clock;
  /** Told what happens in the registry. */
  emit?: (event: RegistryEvent) => void;
  /** Told at which step a change is; for tests that die at one of them. */
  reached?: (step: ChangeStep) => void;
}

/**
 * Opens the registry of a configuration.
 *
 * Any number of processes may have it open at once; a change that one makes is
 * seen by all at their next look.
 *
 * @throws {Refusal} `git_missing`, `git_too_old`, `data_folder_missing`,
 * `data_folder_foreign`, `data_format_too_new`, `already_serving` when the format
 * would have to change under a server, `database_unusable`,
 * `index_repository_unusable`, `permission_denied`.
 */
export async function openRegistry(
  config: RegistryConfig,
  options: OpenOptions = {},
): Promise<Registry> {
  await requireGit();
  await requireDataFolder(config.dataFolder);
  const paths = dataPaths(config.dataFolder);
  const git = new Git(paths.index, config.limits.gitAnswerMsMax);
  await requireRepository(git);
  const { parts, close } = openParts(config, paths, git, options);
  return new Registry(parts, close);
}

/**
 * Makes what is missing of a registry's data folder, and brings the index's
 * config.json up to the configuration. Done again it changes nothing.
 *
 * @throws {Refusal} as {@linkcode openRegistry}, but for `data_folder_missing`.
 */
export async function initRegistry(
  config: RegistryConfig,
  options: OpenOptions = {},
): Promise<void> {
  await requireGit();
  await makeDataFolder(config.dataFolder);
  await requireDataFolder(config.dataFolder);
  const paths = dataPaths(config.dataFolder);
  const git = new Git(paths.index, config.limits.gitAnswerMsMax);
  if (await makeFolder(paths.index)) await fsyncFolder(config.dataFolder);
  await createUnderLock(git, paths, config, options);
  const { parts, close } = openParts(config, paths, git, options);
  try {
    await putConfigJson(parts);
  } finally {
    await close();
  }
}

async function putConfigJson({ config, index, emit }: Parts): Promise<void> {
  const { dl, url: api, authRequired, name: registry } = config;
  const text = encodeConfigJson({ dl, api, authRequired });
  const before = await index.putConfigJson(text);
  if (!authRequired || before === null || saysAuthRequired(before)) return;
  emit({ kind: "auth_turned_on", registry });
}

/** Whoever makes the same registry at this moment waits, and finds it there. */
async function createUnderLock(
  git: Git,
  paths: DataPaths,
  { limits }: RegistryConfig,
  { clock = SYSTEM_CLOCK }: OpenOptions,
): Promise<void> {
  using lock = FileLock.open(paths.lock, clock);
  await lock.acquire(limits.lockWaitMsMax);
  await createRepository(git);
}

/** A registry below a path is served at the root of its host as well. */
function toOwnUrls(config: RegistryConfig, paths: DataPaths): OwnUrls {
  return new OwnUrls([
    `${config.url}/index/`,
    new URL("/index/", config.url).href,
    `file://${paths.index}`,
    ...config.formerUrls,
  ]);
}

/** A listener that fails must not break what it is told of. */
function neverThrowing(
  emit: (event: RegistryEvent) => void,
): (event: RegistryEvent) => void {
  return (event) => {
    try {
      emit(event);
    } catch {
      // There is nobody left to tell.
    }
  };
}

interface OpenedParts {
  parts: Parts;
  close: () => Promise<void>;
}

function openParts(
  config: RegistryConfig,
  paths: DataPaths,
  git: Git,
  { clock = SYSTEM_CLOCK, reached = () => {}, ...options }: OpenOptions,
): OpenedParts {
  const emit = neverThrowing(options.emit ?? (() => {}));
  const failed = (error: unknown) => emit({ kind: "background_failed", error });
  using opened = new DisposableStack(); // closed if one cannot be opened
  const generation = opened.use(Generation.open(paths.generation));
  const serving = opened.use(FileLock.open(paths.serving, clock));
  const people = opened.use(
    PeopleDatabase.open(
      paths.people,
      generation,
      (migrate) => whileUnserved({ serving, config }, migrate),
    ),
  );
  const derived = opened.use(DerivedDatabase.open(paths.derived));
  const deletions = new PostponedDeletions(
    paths.postponed,
    opened.use(FileLock.open(paths.backup, clock)),
  );
  const crates = new FileCrateStore(paths.crates, deletions);
  const ref = new IndexRef(git);
  const catFile = new CatFile(git);
  const diffTree = new DiffTree(git);
  const cache = new IndexCache(
    { ref, catFile, diffTree },
    config.limits.indexCacheBytesMax,
  );
  const lock = opened.use(FileLock.open(paths.lock, clock));
  const maintenance = opened.use(FileLock.open(paths.maintenance, clock));
  const uploadPack = new UploadPack(git, config.limits);
  const authenticator = opened.use(
    new Authenticator({ people, generation, clock, failed }),
  );
  const follower = new IndexFollower(
    new PeopleFollower({ people, crates, git, catFile, cache }),
    new DerivedFollower({ derived, git, catFile, diffTree }),
    { people, derived },
    clock,
  );
  const index = new IndexRepository({
    ...{ git, ref, catFile, cache, lock, follower, clock, reached },
    packs: new IndexPacks({
      ...{ git, catFile, diffTree, maintenance, clock, failed },
    }),
    limits: config.limits,
    failed,
    tidy() {
      ref.removeLeftLocks(clock.now());
      removeImporterLeftOvers(git, clock.now());
    },
    async sweep() {
      const questions: SweepQuestions = {
        crates,
        isPublished: async (crate, version) =>
          (await index.read(crate)).find(version) !== undefined,
      };
      await sweepDead(paths.tmp, questions);
      await deletions.settle(questions);
    },
  });
  let staging: Staging | undefined;
  const parts: Parts = {
    ...{ git, catFile, diffTree },
    ...{ config, index, uploadPack, serving, crates, people, derived },
    ...{ authenticator, follower, clock, emit },
    checking: new AtOnce(CHECKED_AT_ONCE_MAX),
    ownUrls: toOwnUrls(config, paths),
    staging: () => staging ??= Staging.open(paths.tmp),
  };
  const files = opened.move();
  const close = async () => {
    await uploadPack.close();
    await index.close();
    await catFile.close();
    await diffTree.close();
    await staging?.close();
    files.dispose();
  };
  return { parts, close };
}
