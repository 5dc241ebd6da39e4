/**
 * What a registry is made of: handed in once by `open.ts`, used by the verbs.
 *
 * @module
 */

import type { AtOnce } from "../at_once.ts";
import type { Clock } from "../clock.ts";
import type { RegistryConfig } from "../config/registry_config.ts";
import type { DerivedDatabase } from "../database/derived.ts";
import type { PeopleDatabase } from "../database/people.ts";
import type { RegistryEvent } from "../event.ts";
import type { CatFile } from "../git/cat_file.ts";
import type { Git } from "../git/command.ts";
import type { DiffTree } from "../git/diff_tree.ts";
import type { UploadPack } from "../git/upload_pack.ts";
import type { OwnUrls } from "../index/own_urls.ts";
import type { IndexRepository } from "../index/repository.ts";
import type { CrateStore } from "../storage/crate_store.ts";
import type { FileLock } from "../storage/lock.ts";
import type { Staging } from "../storage/staging.ts";
import type { Authenticator } from "./authenticate.ts";
import type { IndexFollower } from "./index_follower.ts";

/** The parts of a registry. */
export interface Parts {
  /** How it is configured. */
  config: RegistryConfig;
  /** The URLs of its own index. */
  ownUrls: OwnUrls;
  /** The index. */
  index: IndexRepository;
  /** The repository of the index, for those who read it as of some commit. */
  git: Git;
  /** Reads its objects. */
  catFile: CatFile;
  /** Compares its trees. */
  diffTree: DiffTree;
  /** What git clients are answered by. */
  uploadPack: UploadPack;
  /** Held by the one server of the data folder. */
  serving: FileLock;
  /** Crate files. */
  crates: CrateStore;
  /** Uploads in progress; the folder is made at the first one. */
  staging: () => Staging;
  /** Bounds how many crate files are inflated and checked at once. */
  checking: AtOnce;
  /** Users, tokens, owners and removals. */
  people: PeopleDatabase;
  /** Names, dependents, search. */
  derived: DerivedDatabase;
  /** What keeps the two true to the index. */
  follower: IndexFollower;
  /** Tells who a token stands for. */
  authenticator: Authenticator;
  /** The time. */
  clock: Clock;
  /** Tells whoever listens what happened; never throws. */
  emit: (event: RegistryEvent) => void;
}
