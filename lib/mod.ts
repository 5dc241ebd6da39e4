/**
 * Palletizer's library: a private Cargo registry without a front end.
 *
 * ```ts
 * await initRegistry(config);
 * await using registry = await openRegistry(config);
 * await registry.yank({
 *   by: OPERATOR,
 *   crate: parseCrateName("foo"),
 *   version: parseCrateVersion("1.2.3"),
 * });
 * ```
 *
 * What is refused is thrown as a {@linkcode Refusal}; what happened is told to
 * `emit` as a {@linkcode RegistryEvent}. A configuration is read from TOML by
 * {@linkcode readRegistryConfig}.
 *
 * @module
 */

// A registry: made, opened, and asked.
export { initRegistry, type OpenOptions, openRegistry } from "./open.ts";
export { Registry } from "./registry/registry.ts";

// Verbs on crates: what they are asked, and what they answer.
export type {
  AddCrateFilesRequest,
  AddOutcome,
  CrateFileSource,
} from "./registry/add_crate_files.ts";
export type { Published, PublishRequest } from "./registry/publish.ts";
export type { YankRequest } from "./registry/yank.ts";
export type { Removed, RemoveRequest } from "./registry/remove.ts";
export type { Dependent } from "./database/dependents.ts";
export type { ListRequest } from "./registry/list.ts";
export type {
  CrateDescription,
  CrateSummary,
  SearchResult,
} from "./database/search.ts";
export type {
  CrateDetails,
  CrateVersionDetails,
  VersionDetails,
} from "./registry/show.ts";

// Verbs on people.
export type {
  CrateOwner,
  CrateOwners,
  OwnersRequest,
} from "./registry/owners.ts";
export type { User } from "./database/users.ts";
export type { AddUserRequest, UserRequest } from "./registry/users.ts";
export type { RemovedUser, RemoveUserRequest } from "./registry/remove_user.ts";
export type { Token, TokenFlaw } from "./database/tokens.ts";
export type {
  CreatedToken,
  CreateTokenRequest,
  RevokeTokenRequest,
} from "./registry/tokens.ts";
export { FIRST_USER, type FirstToken } from "./registry/first_user.ts";

// What cargo and git read.
export type { CachedIndexFile } from "./index/cache.ts";
export { encodeConfigJson, type IndexConfig } from "./index/config_json.ts";
export { crateAtPath, indexPath } from "./index/path.ts";
export type { CrateFile, CrateFileRequest } from "./registry/download.ts";
export type { ByteRange } from "./storage/file_system.ts";
export type { UploadPackRequest } from "./git/upload_pack.ts";

// The care of a whole registry.
export { examineRegistry } from "./upkeep/doctor.ts";
export type { ExamineOptions, ExamineProgress } from "./upkeep/parts.ts";
export type { FreeSpace } from "./upkeep/free_space.ts";
export {
  type Finding,
  FINDING_CODES,
  type FindingCode,
  type FindingOutcome,
  type Findings,
  isFinding,
  type Severity,
} from "./upkeep/finding.ts";
export type { BackupRequest, MadeBackup } from "./upkeep/backup.ts";
export {
  type Restored,
  restoreRegistry,
  type RestoreRequest,
} from "./upkeep/restore.ts";
export type { Exported, ExportRequest } from "./upkeep/export.ts";
export type { IndexSize, Squashed } from "./index/squash.ts";

// What is handed in and told: who asks, names, versions, texts as types.
export {
  type Identity,
  NOBODY,
  OPERATOR,
  type Owner,
  toIdentityText,
} from "./auth/identity.ts";
export { isTokenLike, type TokenHash, TokenSecret } from "./auth/token.ts";
export { parseUserName, type UserName } from "./auth/user_name.ts";
export {
  type CanonicalCrateName,
  canonicalCrateName,
  type CrateName,
  parseCrateName,
} from "./crate/name.ts";
export {
  compareVersions,
  type CrateVersion,
  isPrerelease,
  parseCrateVersion,
} from "./crate/version.ts";
export { type Checksum, parseChecksum } from "./crate/checksum.ts";
export type {
  DependencyKind,
  IndexDependencyJson,
} from "./crate/dependency.ts";
export type { Requirement } from "./crate/requirement.ts";
export type { FeaturesJson } from "./index/entry.ts";

// What was refused, and what happened.
export {
  isRefusal,
  Refusal,
  REFUSAL_CODES,
  type RefusalCode,
  type Refusals,
} from "./refusal.ts";
export type { RegistryEvent } from "./event.ts";
export type { ChangeStep } from "./index/change.ts";

// The machine: its time, its git, its data, its bounds.
export {
  type Clock,
  parseTimestamp,
  SYSTEM_CLOCK,
  toTimestamp,
} from "./clock.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
export { GIT_NEEDED, requireGit } from "./git/command.ts";
export { DATA_FORMAT } from "./database/migrations.ts";
export { describeError, printable, printableLine } from "./text.ts";

// Configuration: read as values, and written for cargo.
export {
  DEFAULT_DATA,
  DEFAULT_URL,
  defaultDownloadUrl,
  readRegistryConfig,
  type RegistryConfig,
} from "./config/registry_config.ts";
export type { RequirableField } from "./crate/required_metadata.ts";
export {
  ConfigReader,
  type ConfigTable,
  type ConfigText,
  type Setting,
  type SettingKind,
} from "./config/reader.ts";
export { type ConfigProblem, ConfigProblems } from "./config/problems.ts";
export type { TomlDate, TomlTable, TomlValue } from "./config/toml.ts";
export { BASE_URL, parseBaseUrl } from "./config/url.ts";
export {
  gitLines,
  localRegistryLines,
  type NamedRegistry,
  sparseLines,
  tokenVariable,
} from "./config/cargo_config.ts";
