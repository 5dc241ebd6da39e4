/**
 * Refusals: every expected "no" of a registry, with its stable code, its facts
 * and its wording.
 *
 * A refusal is thrown where it is known and answered once at the rim: the web
 * API gives it a status, the command line an exit status. Tests compare `code`
 * and `facts`, never wording. This file imports nothing, so that every room may
 * refuse.
 *
 * @module
 */

/**
 * The facts of each refusal: plain values, in the spelling in which they leave
 * the program.
 */
export interface Refusals {
  /** A crate's name is not one that a registry may hold. */
  crate_name_invalid: { name: string; problem: string };
  /** A crate's name belongs to the toolchain or to an operating system. */
  crate_name_reserved: { name: string };
  /** Another spelling (case, `-` and `_`) of the name is in use. */
  crate_name_taken: { name: string; existing: string };
  /** The name belonged to a crate that was removed: only admins may use it. */
  crate_name_removed: { crate: string };
  /** A version is not SemVer as Cargo writes it. */
  version_invalid: { version: string; problem: string };
  /** The version, ignoring build metadata, has been published. */
  version_exists: { crate: string; version: string; existing: string };
  /** The version was removed and the new contents are not the old ones. */
  version_removed: { crate: string; version: string };
  /** No such crate in this registry. */
  crate_not_found: { crate: string };
  /** The crate has no such version. */
  version_not_found: { crate: string; version: string };
  /** A checksum is not 64 lower-case hexadecimal digits. */
  checksum_invalid: { checksum: string };
  /** The two parts of a publish request do not fit its length. */
  publish_frame_malformed: { problem: string };
  /** A field of the metadata (JSON or Cargo.toml) breaks a rule. */
  metadata_invalid: { field: string; problem: string };
  /** The crate file's Cargo.toml cannot be used. */
  manifest_invalid: { problem: string };
  /** The crate file's Cargo.toml says something else than the request. */
  manifest_disagrees: {
    field: string;
    in_manifest: string;
    in_request: string;
  };
  /** A dependency names a registry that this one does not allow. */
  dependency_registry_not_allowed: { dependency: string; registry: string };
  /** A dependency on this registry is spelt otherwise than the crate here. */
  dependency_misspelt: { dependency: string; existing: string };
  /** The crate file is not one gzip member that holds one tar archive. */
  crate_file_malformed: { problem: string };
  /** One entry of the crate file is not allowed. */
  crate_file_entry_refused: { entry: string; reason: string };
  /** The crate file is larger than the limit. */
  crate_file_too_large: { size_bytes: number; limit_bytes: number };
  /** What is in the crate file is larger than the limit. */
  crate_file_unpacked_too_large: { limit_bytes: number };
  /** The crate file has more entries than the limit. */
  crate_file_too_many_entries: { limit: number };
  /** The index names a crate file that is not where it is kept. */
  crate_file_missing: { crate: string; version: string };
  /** A file named on the command line cannot be read. */
  crate_file_unreadable: { path: string; problem: string };
  /** The index holds a line that is not an index entry. */
  index_file_malformed: { path: string; problem: string };
  /** One more version would make the crate's index file larger than the limit. */
  index_file_full: { crate: string; limit_bytes: number };
  /** What a change waited for took too long: it was withdrawn. */
  index_busy: { waited_ms: number; holder: string };
  /** git, which reads or writes the index, said no or died. */
  git_failed: { problem: string };
  /** git could not write the index. */
  index_write_failed: { problem: string };
  /** git failed in the middle and cannot tell whether the change was made. */
  index_write_unknown: { crate: string; problem: string };
  /** `index.git` is missing or is not a repository that Palletizer can use. */
  index_repository_unusable: { path: string; problem: string };
  /** No space is left where the data folder lies. */
  disk_full: { path: string };
  /** The file system does not let this process in. */
  permission_denied: { path: string };
  /** There is no data folder where the configuration says. */
  data_folder_missing: { path: string };
  /** The data folder belongs to another user of the machine. */
  data_folder_foreign: { path: string; owner: string; command: string };
  /** A restore into the data folder goes on, or was cut off. */
  restore_unfinished: { path: string };
  /** A restore would write over what is there. */
  data_folder_not_empty: { path: string };
  /** The data folder was written by a newer Palletizer. */
  data_format_too_new: { path: string; found: number; known: number };
  /** The database is locked, damaged or cannot be opened. */
  database_unusable: { path: string; problem: string };
  /** The git binary is not on this machine. */
  git_missing: { needed: string };
  /** The git binary is older than Palletizer needs. */
  git_too_old: { found: string; needed: string };
  /** Who asks may not do that to the crate. */
  not_permitted: { action: string; crate: string; needs: string };
  /** Who asks may not do that: it takes an admin or the operator. */
  admin_needed: { action: string };
  /** A user's name is not one that a registry may hold. */
  user_name_invalid: { name: string; problem: string };
  /** The user's name is in use. */
  user_exists: { user: string };
  /** No such user in this registry. */
  user_unknown: { user: string };
  /** The user is disabled, so nothing can be given to them. */
  user_disabled: { user: string };
  /** The user cannot be removed: crates would be left without an owner. */
  user_owns_crates: { user: string; crates: string };
  /** The user does not own the crate. */
  owner_unknown: { crate: string; user: string };
  /** The crate would be left without an owner. */
  last_owner: { crate: string };
  /** One request names too many owners. */
  too_many_owners: { count: number; limit: number };
  /** A token's label cannot be used. */
  token_label_invalid: { problem: string };
  /** No such token in this registry. */
  token_unknown: { id: number };
  /** A token is needed and none came. */
  token_missing: { login_url: string };
  /** The token that came is none, or no longer one. Never says which it was. */
  token_invalid: { problem: string };
  /** A confirmation was needed and not given. */
  not_confirmed: { action: string };
  /** The address that was asked takes no changes from anybody. */
  publish_closed: { url: string };
  /** An upload is larger than any that could be taken. */
  upload_too_large: { size_bytes: number; limit_bytes: number };
  /** An upload stopped, or took too long. */
  upload_too_slow: { received_bytes: number; limit_ms: number };
  /** The connection broke before the upload had ended. */
  upload_interrupted: { received_bytes: number };
  /** All uploads in flight together would be too large. */
  uploads_busy: { limit_bytes: number };
  /** Too many git clients at once. */
  git_busy: { running: number; waiting: number };
  /** A crate file has not the checksum that the index says. */
  crate_file_damaged: { crate: string; version: string };
  /** A backup or an export is under way already. */
  backup_running: { holder: string };
  /** A backup cannot be written where it was asked for. */
  backup_target_unusable: { path: string; problem: string };
  /** A file is no backup, is damaged, or is not one that can be used here. */
  backup_unusable: { path: string; problem: string };
  /** A folder is not empty, and no export made by this program. */
  export_folder_foreign: { path: string };
  /** Another server holds the data folder. */
  already_serving: { path: string; pid: number; since: string };
  /** An address to listen on cannot be had. */
  listener_unavailable: { bind: string; problem: string };
}

/** The stable, documented name of a refusal. */
export type RefusalCode = keyof Refusals;

const WORDING: { [Code in RefusalCode]: (facts: Refusals[Code]) => string } = {
  crate_name_invalid: ({ name, problem }) =>
    `\`${name}\` cannot be the name of a crate: ${problem}`,
  crate_name_reserved: ({ name }) =>
    `\`${name}\` cannot be the name of a crate: it is reserved for the toolchain or an operating system; choose another name`,
  crate_name_taken: ({ name, existing }) =>
    `crate \`${name}\` cannot be added: this registry has \`${existing}\`, which differs only in case, \`-\` or \`_\`; use that spelling or another name`,
  crate_name_removed: ({ crate }) =>
    `crate \`${crate}\` was removed from this registry and its name is kept: ask an admin to publish under it, or choose another name`,
  version_invalid: ({ version, problem }) =>
    `\`${version}\` is not a version: ${problem}`,
  version_exists: ({ crate, version, existing }) =>
    (version === existing
      ? `crate \`${crate}\` already has version ${version}`
      : `crate \`${crate}\` already has version ${existing}, which differs from ${version} only in build metadata`) +
    ": raise `version` in Cargo.toml and publish again",
  version_removed: ({ crate, version }) =>
    `version ${version} of crate \`${crate}\` was removed and may come back only with the very bytes it had: raise \`version\` in Cargo.toml and publish again`,
  crate_not_found: ({ crate }) =>
    `crate \`${crate}\` is not in this registry: check the spelling with \`cargo search\` or \`palletizer crate list\``,
  version_not_found: ({ crate, version }) =>
    `crate \`${crate}\` has no version ${version} in this registry: \`palletizer crate show ${crate}\` lists its versions`,
  checksum_invalid: ({ checksum }) =>
    `\`${checksum}\` is not a checksum: 64 lower-case hexadecimal digits (SHA-256) are expected`,
  publish_frame_malformed: ({ problem }) =>
    `the publish request is malformed: ${problem}; publish with cargo, or send the lengths that the parts have`,
  metadata_invalid: ({ field, problem }) =>
    `\`${field}\` ${problem}; change it in Cargo.toml and publish again`,
  manifest_invalid: ({ problem }) =>
    `the Cargo.toml in the crate file cannot be used: ${problem}; make the crate file with \`cargo package\``,
  manifest_disagrees: ({ field, in_manifest, in_request }) =>
    `\`${field}\` is ${in_manifest} in the crate file's Cargo.toml but ${in_request} in the request: publish with cargo, which sends what the crate file says`,
  dependency_registry_not_allowed: ({ dependency, registry }) =>
    `dependency \`${dependency}\` comes from ${registry}, which is not among this registry's \`allowed_registries\`: use an allowed registry, or ask the operator to add this one (to \`former_urls\` if it is this registry by another address)`,
  dependency_misspelt: ({ dependency, existing }) =>
    `dependency \`${dependency}\` is spelt \`${existing}\` in this registry and cargo would not find it: use that spelling`,
  crate_file_malformed: ({ problem }) =>
    `the crate file is malformed: ${problem}; make it with \`cargo package\``,
  crate_file_entry_refused: ({ entry, reason }) =>
    `the crate file's entry \`${entry}\` is refused: ${reason}; remove it from the package and publish again`,
  crate_file_too_large: ({ size_bytes, limit_bytes }) =>
    `the crate file has ${size_bytes} bytes and at most ${limit_bytes} are allowed (\`limits.crate_file\`): leave files out with \`exclude\` in Cargo.toml`,
  crate_file_unpacked_too_large: ({ limit_bytes }) =>
    `the crate file unpacks to more than ${limit_bytes} bytes (\`limits.unpacked\`): leave files out with \`exclude\` in Cargo.toml`,
  crate_file_too_many_entries: ({ limit }) =>
    `the crate file holds more than ${limit} files: leave files out with \`exclude\` in Cargo.toml`,
  crate_file_missing: ({ crate, version }) =>
    `the crate file of \`${crate}\` ${version} is missing: put it back from a backup, or remove the version (\`palletizer crate remove ${crate} ${version}\`)`,
  crate_file_unreadable: ({ path, problem }) =>
    `\`${path}\` cannot be read: ${problem}`,
  index_file_malformed: ({ path, problem }) =>
    `the index file \`${path}\` is damaged: ${problem}; look at its history with \`git log -p -- ${path}\` in index.git`,
  index_file_full: ({ crate, limit_bytes }) =>
    `crate \`${crate}\` cannot take one more version: its index file would have more than ${limit_bytes} bytes; ask the operator to remove versions that nobody needs (\`palletizer crate remove ${crate}@VERSION\`), or publish under another name`,
  index_busy: ({ waited_ms, holder }) =>
    `the registry is busy: ${holder} held it up for ${waited_ms} ms; nothing was changed; try again`,
  git_failed: ({ problem }) =>
    `git failed: ${problem}; try again, and look at index.git if it stays`,
  index_write_failed: ({ problem }) =>
    `git could not write the index: ${problem}; nothing was changed; try again, and look at index.git if it stays`,
  index_write_unknown: ({ crate, problem }) =>
    `git failed and it is not known whether the change of \`${crate}\` was made: ${problem}; look with \`palletizer crate show ${crate}\` before you try again; a version that was published is refused as already there`,
  index_repository_unusable: ({ path, problem }) =>
    `\`${path}\` cannot be used as the index repository: ${problem}`,
  disk_full: ({ path }) =>
    `no space is left on the file system of \`${path}\`: nothing was changed; free some and try again`,
  permission_denied: ({ path }) =>
    `the operating system denies access to \`${path}\`: run Palletizer as the owner of the data folder and check the file system`,
  data_folder_missing: ({ path }) =>
    `there is no registry at \`${path}\`: make one with \`palletizer init\`, or name its configuration with \`--config FILE\``,
  data_folder_foreign: ({ path, owner, command }) =>
    `\`${path}\` belongs to ${owner}, and files of another owner would stop the server: type \`${command}\``,
  restore_unfinished: ({ path }) =>
    `a restore into \`${path}\` is under way, or was cut off: wait for it, or delete the folder and restore again`,
  data_folder_not_empty: ({ path }) =>
    `\`${path}\` is not empty, and a restore writes over nothing: move what is there away, or name another data folder with \`--config FILE\``,
  data_format_too_new: ({ path, found, known }) =>
    `\`${path}\` has data format ${found} and this Palletizer knows formats up to ${known}: use the Palletizer that wrote it, or a newer one`,
  database_unusable: ({ path, problem }) =>
    `the database \`${path}\` cannot be used: ${problem}`,
  git_missing: ({ needed }) =>
    `git was not found on PATH: install git ${needed} or newer (for example \`apt-get install git\`)`,
  git_too_old: ({ found, needed }) =>
    `git ${found} is too old: install git ${needed} or newer (for example \`apt-get install git\`)`,
  not_permitted: ({ action, crate, needs }) =>
    `you may not ${action} \`${crate}\`: that takes ${needs}; ask one of its owners (\`cargo owner --list ${crate}\`) or the operator`,
  admin_needed: ({ action }) =>
    `you may not ${action}: that takes an admin of this registry or its operator`,
  user_name_invalid: ({ name, problem }) =>
    `\`${name}\` cannot be the name of a user: ${problem}`,
  user_exists: ({ user }) =>
    `there is a user \`${user}\` already: choose another name (\`palletizer user list\` lists all)`,
  user_unknown: ({ user }) =>
    `there is no user \`${user}\` in this registry: check the spelling, or ask the operator for \`palletizer user add ${user}\``,
  user_disabled: ({ user }) =>
    `user \`${user}\` is disabled: choose another one, or ask the operator for \`palletizer user enable ${user}\``,
  user_owns_crates: ({ user, crates }) =>
    `user \`${user}\` is the only owner of ${crates}: say who shall own them with \`palletizer user remove ${user} --transfer USER\``,
  owner_unknown: ({ crate, user }) =>
    `user \`${user}\` does not own crate \`${crate}\`: \`cargo owner --list ${crate}\` tells who does`,
  last_owner: ({ crate }) =>
    `crate \`${crate}\` would be left without an owner: make somebody else an owner first; with an admin as its only owner it is closed to all others`,
  too_many_owners: ({ count, limit }) =>
    `${count} users are named and at most ${limit} are taken at once: name them in several turns`,
  token_label_invalid: ({ problem }) =>
    `the label of a token cannot be used: ${problem}; choose a short one that tells where the token is kept`,
  token_unknown: ({ id }) =>
    `there is no token ${id} in this registry: \`palletizer token list\` lists all`,
  token_missing: ({ login_url }) =>
    `a token is needed here and none came: ${login_url} tells how to get one and how to give it to cargo`,
  token_invalid: ({ problem }) =>
    `the token is not accepted: ${problem}; check it where it is kept, or ask the operator for a new one`,
  not_confirmed: ({ action }) =>
    `${action} was not confirmed and nothing was changed: answer \`yes\`, or pass \`--yes\``,
  publish_closed: ({ url }) =>
    `${url} takes no changes (\`publish = "nobody"\`): ask the operator which address does`,
  upload_too_large: ({ size_bytes, limit_bytes }) =>
    `the upload has at least ${size_bytes} bytes and at most ${limit_bytes} are taken (\`limits.crate_file\` and the metadata): leave files out with \`exclude\` in Cargo.toml`,
  upload_too_slow: ({ received_bytes, limit_ms }) =>
    `the upload was given up after ${received_bytes} bytes, since ${limit_ms} ms were not enough for it to go on: check the connection and publish again`,
  upload_interrupted: ({ received_bytes }) =>
    `the upload broke off after ${received_bytes} bytes and nothing was changed: check the connection and publish again`,
  uploads_busy: ({ limit_bytes }) =>
    `other uploads are in flight and all together may have ${limit_bytes} bytes (\`limits.uploads_in_flight\`): try again in a moment`,
  git_busy: ({ running, waiting }) =>
    `${running} git clients are being served and ${waiting} wait for their turn (\`limits.git_clones\`): try again in a moment, or use the sparse index`,
  crate_file_damaged: ({ crate, version }) =>
    `the crate file of \`${crate}\` ${version} is damaged, so the copy was given up: put it back from a backup, or remove the version (\`palletizer crate remove ${crate} ${version}\`)`,
  backup_running: ({ holder }) =>
    `a backup or an export is being made by ${holder}: try again when it is done`,
  backup_target_unusable: ({ path, problem }) =>
    `no backup can be written to \`${path}\`: ${problem}`,
  backup_unusable: ({ path, problem }) =>
    `\`${path}\` cannot be used: ${problem}`,
  export_folder_foreign: ({ path }) =>
    `\`${path}\` is not empty and was not made by \`palletizer crate export\`: name another folder`,
  already_serving: ({ path, pid, since }) =>
    `\`${path}\` is served by process ${pid} since ${since}: stop that one first, or serve another data folder`,
  listener_unavailable: ({ bind, problem }) =>
    `\`${bind}\` cannot be listened on: ${problem}; change \`bind\` in the configuration, or end what uses the address`,
};

/**
 * An expected "no": thrown where it is known, answered at the rim.
 *
 * @typeParam Code which refusal it is, and with it the shape of its facts.
 */
export class Refusal<Code extends RefusalCode = RefusalCode> extends Error {
  /** Tells refusals from other errors in logs. */
  override name = "Refusal";

  /**
   * A refusal with its wording.
   *
   * @param code the stable name of the refusal.
   * @param facts plain values: what happened, and to what.
   * @param options `cause`: the error that was translated, if any.
   */
  constructor(
    readonly code: Code,
    readonly facts: Refusals[Code],
    options?: ErrorOptions,
  ) {
    super(WORDING[code](facts), options);
  }
}

/** Whether `error` is the refusal `code` (of any code when none is given). */
export function isRefusal<Code extends RefusalCode = RefusalCode>(
  error: unknown,
  code?: Code,
): error is Refusal<Code> {
  return error instanceof Refusal &&
    (code === undefined || error.code === code);
}

/** All codes, in the order of their table: for documentation and tests. */
export const REFUSAL_CODES: readonly RefusalCode[] = Object.keys(
  WORDING,
) as RefusalCode[];
