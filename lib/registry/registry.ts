/**
 * A registry: one method a verb.
 *
 * @module
 */

import type { Identity } from "../auth/identity.ts";
import type { TokenSecret } from "../auth/token.ts";
import type { RegistryConfig } from "../config/registry_config.ts";
import type { CrateName } from "../crate/name.ts";
import type { CrateVersion } from "../crate/version.ts";
import type { Dependent } from "../database/dependents.ts";
import type { SearchResult } from "../database/search.ts";
import type { Token } from "../database/tokens.ts";
import type { User } from "../database/users.ts";
import type { UploadPackRequest } from "../git/upload_pack.ts";
import type { CachedIndexFile } from "../index/cache.ts";
import { indexPath } from "../index/path.ts";
import type { Squashed } from "../index/squash.ts";
import { dataPaths } from "../storage/data_folder.ts";
import { writeFirstToken } from "../storage/first_token.ts";
import {
  backup,
  type BackupRequest,
  type MadeBackup,
} from "../upkeep/backup.ts";
import {
  exportCrates,
  type Exported,
  type ExportRequest,
} from "../upkeep/export.ts";
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
import { DescriptionFiller, fillDescriptions } from "./descriptions.ts";
import { createFirstUser, type FirstToken } from "./first_user.ts";
import { list, type ListRequest } from "./list.ts";
import {
  type CrateDetails,
  type CrateVersionDetails,
  show,
  showVersion,
} from "./show.ts";
import {
  addOwners,
  type CrateOwners,
  owners,
  type OwnersRequest,
  removeOwners,
} from "./owners.ts";
import type { Parts } from "./parts.ts";
import { publish, type Published, type PublishRequest } from "./publish.ts";
import {
  dependents,
  remove,
  type Removed,
  type RemoveRequest,
} from "./remove.ts";
import {
  type RemovedUser,
  removeUser,
  type RemoveUserRequest,
} from "./remove_user.ts";
import { claimServing } from "./serving.ts";
import {
  type CreatedToken,
  createToken,
  type CreateTokenRequest,
  revokeToken,
  type RevokeTokenRequest,
  tokens,
} from "./tokens.ts";
import { bringUpToDate } from "./up_to_date.ts";
import {
  addUser,
  type AddUserRequest,
  disableUser,
  type UserRequest,
  users,
} from "./users.ts";
import { yank, type YankRequest } from "./yank.ts";

/** A registry on this machine. Closed with `close()` or `await using`. */
export class Registry implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #close: () => Promise<void>;
  readonly #descriptions: DescriptionFiller;

  /**
   * Made by `openRegistry()`.
   *
   * @param parts what it is made of.
   * @param close ends all parts.
   */
  constructor(parts: Parts, close: () => Promise<void>) {
    this.#parts = parts;
    this.#close = close;
    this.#descriptions = new DescriptionFiller(parts);
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
   * Who owns a crate, whatever the spelling of its name.
   *
   * @throws {Refusal} `crate_not_found`.
   */
  async owners(request: { crate: CrateName }): Promise<CrateOwners> {
    await bringUpToDate(this.#parts);
    return await owners(this.#parts, request.crate);
  }

  /**
   * Makes users owners of a crate, all of them or none; they take the place of
   * everybody. Done again it changes nothing.
   *
   * @returns the crate, as the index spells it.
   * @throws {Refusal} `crate_not_found`, `user_unknown`, `user_disabled`,
   * `not_permitted`.
   */
  async addOwners(request: OwnersRequest): Promise<CrateName> {
    await bringUpToDate(this.#parts);
    return await addOwners(this.#parts, request);
  }

  /**
   * Ends the ownership of users, all of them or none. The last owner stays.
   *
   * @returns the crate, as the index spells it.
   * @throws {Refusal} `crate_not_found`, `user_unknown`, `owner_unknown`,
   * `last_owner`, `not_permitted`.
   */
  async removeOwners(request: OwnersRequest): Promise<CrateName> {
    await bringUpToDate(this.#parts);
    return await removeOwners(this.#parts, request);
  }

  /** All users, by name. */
  users(): User[] {
    return users(this.#parts);
  }

  /**
   * Makes a user.
   *
   * @throws {Refusal} `user_exists`, `admin_needed`.
   */
  addUser(request: AddUserRequest): User {
    return addUser(this.#parts, request);
  }

  /**
   * Makes nobody of a user, from the next request on; what they own stays. Done
   * again it changes nothing.
   *
   * @throws {Refusal} `user_unknown`, `admin_needed`.
   */
  disableUser(request: UserRequest): void {
    disableUser(this.#parts, request, true);
  }

  /**
   * Takes {@linkcode Registry.disableUser} back. Done again it changes nothing.
   *
   * @throws {Refusal} `user_unknown`, `admin_needed`.
   */
  enableUser(request: UserRequest): void {
    disableUser(this.#parts, request, false);
  }

  /**
   * Removes a user with all tokens of theirs.
   *
   * @throws {Refusal} `user_owns_crates` unless they are to be transferred,
   * `user_unknown`, `user_disabled`, `admin_needed`.
   */
  removeUser(request: RemoveUserRequest): Promise<RemovedUser> {
    return removeUser(this.#parts, request);
  }

  /** All tokens, the oldest first; revoked ones too, and no secrets. */
  tokens(): Token[] {
    return tokens(this.#parts);
  }

  /**
   * Makes a token, whose secret is told this once.
   *
   * @throws {Refusal} `user_unknown`, `user_disabled`, `token_label_invalid`,
   * `admin_needed`.
   */
  createToken(request: CreateTokenRequest): CreatedToken {
    return createToken(this.#parts, request);
  }

  /**
   * Makes a token worthless, from the next request on. Done again it changes
   * nothing.
   *
   * @throws {Refusal} `token_unknown`, `admin_needed`.
   */
  revokeToken(request: RevokeTokenRequest): Token {
    return revokeToken(this.#parts, request);
  }

  /**
   * Makes the user `admin` with one token, if there are no users at all.
   *
   * @param hand is handed the token just before it counts; what it throws undoes
   * everything.
   * @returns whether they were made.
   */
  createFirstUser(hand: (made: FirstToken) => void): boolean {
    return createFirstUser(this.#parts, hand);
  }

  /**
   * Writes the first token into a file of the data folder that its owner alone
   * can read.
   *
   * @returns the path.
   * @throws {Refusal} `permission_denied`, `disk_full`.
   */
  keepFirstToken(secret: TokenSecret): string {
    const { firstToken } = dataPaths(this.config.dataFolder);
    writeFirstToken(firstToken, `${secret.reveal()}\n`);
    return firstToken;
  }

  /**
   * Who a token stands for, at this moment.
   *
   * @param text the token as it came, without a scheme.
   * @throws {Refusal} `token_invalid`.
   */
  authenticate(text: string): Identity {
    return this.#parts.authenticator.authenticate(text);
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
    this.#descriptions.begin();
    return list(this.#parts, request);
  }

  /**
   * Fills in descriptions that are missing, as happens after derived.db was made
   * anew. A list begins it by itself, in the background; this is for whoever
   * will not come back for what it finds.
   *
   * @param countMax how many crates to look at.
   */
  async fillDescriptions(countMax: number): Promise<void> {
    await bringUpToDate(this.#parts);
    await fillDescriptions(this.#parts, countMax);
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
  ): Promise<CrateVersionDetails> {
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

  /**
   * Puts one commit in the place of the index's whole history, keeps that under
   * a ref of its own, and repacks. Crates, owners and removals stay as they are;
   * others may read and write meanwhile.
   *
   * @throws {Refusal} `index_busy`, `index_write_failed`, `disk_full`.
   */
  squash(): Promise<Squashed> {
    return this.#parts.index.squash();
  }

  /**
   * Makes a backup, while the registry goes on.
   *
   * @throws {Refusal} `backup_target_unusable`, `backup_running`,
   * `crate_file_missing`, `crate_file_damaged`, `backup_unusable` for the former
   * one, `disk_full`, `permission_denied`, `index_busy`.
   */
  backup(request: BackupRequest): Promise<MadeBackup> {
    return backup(this.#parts, request);
  }

  /**
   * Writes all crates into a folder that cargo takes for a registry, or brings a
   * former one up to date.
   *
   * @throws {Refusal} `export_folder_foreign`, `backup_running`,
   * `crate_file_missing`, `crate_file_damaged`, `disk_full`,
   * `permission_denied`, `index_busy`.
   */
  exportCrates(request: ExportRequest): Promise<Exported> {
    return exportCrates(this.#parts, request);
  }

  /** Whether the index can be read now. */
  async isReady(): Promise<boolean> {
    return await this.#parts.index.tip() !== null;
  }

  /** Waits for what is under way and lets go of the data folder. */
  async close(): Promise<void> {
    await this.#descriptions.close();
    await this.#close();
  }

  /** The same as {@linkcode Registry.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
