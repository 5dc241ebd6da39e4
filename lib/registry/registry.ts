/**
 * A registry: one method a verb.
 *
 * @module
 */

import type { RegistryConfig } from "../config/registry_config.ts";
import type { CrateName } from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import type { Dependent } from "../database/dependents.ts";
import type { SearchResult } from "../database/search.ts";
import type { UploadPackRequest } from "../git/upload_pack.ts";
import type { CachedIndexFile } from "../index/cache.ts";
import { indexPath } from "../index/path.ts";
import {
  addCrateFiles,
  type AddCrateFilesRequest,
  type AddOutcome,
} from "./add_crate_files.ts";
import {
  type CrateFile,
  crateFile,
  type CrateFileRequest,
} from "./download.ts";
import { fillDescriptions } from "./descriptions.ts";
import {
  type CrateDetails,
  type FoundVersion,
  list,
  type ListRequest,
  show,
  showVersion,
} from "./list.ts";
import { type CrateOwner, owners } from "./owners.ts";
import type { Parts } from "./parts.ts";
import {
  publish,
  type Published,
  type PublishRequest,
} from "./publish_upload.ts";
import {
  dependents,
  remove,
  type Removed,
  type RemoveRequest,
} from "./remove.ts";
import { claimServing } from "./serving.ts";
import { bringUpToDate } from "./up_to_date.ts";
import { yank, type YankRequest } from "./yank.ts";

/** Descriptions filled in before a list is answered: enough to be quick. */
const DESCRIPTIONS_PER_LIST = 200;

/** A registry on this machine. Closed with `close()` or `await using`. */
export class Registry implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #close: () => Promise<void>;

  /**
   * Made by `openRegistry()`.
   *
   * @param parts what it is made of.
   * @param close ends all parts.
   */
  constructor(parts: Parts, close: () => Promise<void>) {
    this.#parts = parts;
    this.#close = close;
  }

  /**
   * Publishes crate files, each alone: one that is refused stops no other.
   *
   * @returns what became of each, as it becomes known.
   * @throws {Refusal} what concerns them all, such as `disk_full`.
   */
  async *addCrateFiles(
    request: AddCrateFilesRequest,
  ): AsyncIterable<AddOutcome> {
    if (request.dryRun) await bringUpToDate(this.#parts);
    yield* addCrateFiles(this.#parts, request);
  }

  /**
   * Publishes the version in a publish request, as cargo sends it. When it
   * returns, the version is durable and both indexes show it.
   *
   * @throws {Refusal} whatever is wrong with request and crate file, or
   * forbidden by the registry's state; nothing has been stored then.
   */
  publish(request: PublishRequest): Promise<Published> {
    return publish(this.#parts, request);
  }

  /**
   * Yanks a version. Done again it changes nothing.
   *
   * @throws {Refusal} `crate_not_found`, `version_not_found`, `not_permitted`.
   */
  async yank(request: YankRequest): Promise<void> {
    await bringUpToDate(this.#parts);
    await yank(this.#parts, request, true);
  }

  /**
   * Takes a yank back. Done again it changes nothing.
   *
   * @throws {Refusal} `crate_not_found`, `version_not_found`, `not_permitted`.
   */
  async unyank(request: YankRequest): Promise<void> {
    await bringUpToDate(this.#parts);
    await yank(this.#parts, request, false);
  }

  /**
   * Removes a version, or the whole crate.
   *
   * @throws {Refusal} `crate_not_found`, `version_not_found`, `not_permitted`.
   */
  async remove(request: RemoveRequest): Promise<Removed> {
    await bringUpToDate(this.#parts);
    return await remove(this.#parts, request);
  }

  /**
   * The users who own a crate, whatever the spelling of its name: none of one
   * that is closed, and none of one that belongs to everybody.
   *
   * @throws {Refusal} `crate_not_found`.
   */
  async owners(request: { crate: CrateName }): Promise<CrateOwner[]> {
    await bringUpToDate(this.#parts);
    return await owners(this.#parts, request.crate);
  }

  /**
   * Who in this registry depends on a crate or on a version of it.
   *
   * @throws {Refusal} `crate_not_found`, `version_not_found`.
   */
  async dependents(
    request: { crate: CrateName; version: CrateVersion | null },
  ): Promise<Dependent[]> {
    await bringUpToDate(this.#parts);
    return await dependents(this.#parts, request.crate, request.version);
  }

  /** Lists crates: the exact name first, then prefixes, then by relevance. */
  async list(request: ListRequest): Promise<SearchResult> {
    await bringUpToDate(this.#parts);
    await fillDescriptions(this.#parts, DESCRIPTIONS_PER_LIST);
    return list(this.#parts, request);
  }

  /**
   * Tells all about a crate, whatever the spelling of its name.
   *
   * @throws {Refusal} `crate_not_found`.
   */
  async show(crate: CrateName): Promise<CrateDetails> {
    await bringUpToDate(this.#parts);
    return await show(this.#parts, crate);
  }

  /**
   * Tells all about a version, whatever the spelling of its crate's name.
   *
   * @throws {Refusal} `crate_not_found`, `version_not_found`.
   */
  async showVersion(
    request: { crate: CrateName; version: CrateVersion },
  ): Promise<FoundVersion> {
    await bringUpToDate(this.#parts);
    return await showVersion(this.#parts, request);
  }

  /** How the registry is configured. */
  get config(): RegistryConfig {
    return this.#parts.config;
  }

  /**
   * The index file of a crate that is spelt so but for its case, as of now: at
   * once when it is in memory, else a promise of it. `null` when there is none.
   */
  indexFile(
    crate: CrateName,
  ): CachedIndexFile | null | Promise<CachedIndexFile | null> {
    return this.#parts.index.file(indexPath(crate));
  }

  /**
   * A crate file that the index names, whatever the spelling of its name.
   *
   * @throws {Refusal} `crate_not_found`, `version_not_found`.
   */
  crateFile(request: CrateFileRequest): Promise<CrateFile> {
    return crateFile(this.#parts, request);
  }

  /**
   * What git clients are told of the index's refs.
   *
   * @throws {Refusal} `git_busy`, `git_missing`.
   */
  gitAdvertisement(
    request: Pick<UploadPackRequest, "protocol">,
  ): Promise<Uint8Array> {
    return this.#parts.uploadPack.advertise(request);
  }

  /**
   * Answers a git client that fetches the index.
   *
   * @throws {Refusal} `git_busy`, `git_missing`.
   */
  gitUploadPack(
    request: UploadPackRequest,
  ): Promise<ReadableStream<Uint8Array>> {
    return this.#parts.uploadPack.serve(request);
  }

  /**
   * Makes this process the one server of the data folder, until the registry is
   * closed or the process ends.
   *
   * @throws {Refusal} `already_serving` with who does.
   */
  claimServing(): void {
    claimServing(this.#parts);
  }

  /**
   * Takes in what other hands changed and tidies what dead processes left, as
   * the first change of every process does.
   *
   * @throws {Refusal} `index_busy`, `disk_full`, `permission_denied`.
   */
  async catchUp(): Promise<void> {
    await this.#parts.index.underLock(async () => {});
  }

  /** Whether the index can be read now. */
  async isReady(): Promise<boolean> {
    return await this.#parts.index.tip() !== null;
  }

  /** Waits for what is under way and lets go of the data folder. */
  close(): Promise<void> {
    return this.#close();
  }

  /** The same as {@linkcode Registry.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
