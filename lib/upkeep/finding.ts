/**
 * Findings: everything that may be wrong with a registry, with its stable code,
 * its facts, how grave it is, its wording and what mends it.
 *
 * A finding is told where it is known and shown once at the rim. Tests compare
 * `code` and `facts`, never wording. Paths are below the data folder. Pure.
 *
 * @module
 */

/** The facts of each finding: plain values, as they leave the program. */
export interface Findings {
  /** A check could not be made to its end. */
  check_failed: { check: string; problem: string };
  /** Others than the owner may read or write a file or a folder. */
  mode_open: { path: string; mode: string };
  /** Not even the owner may use a file or a folder. */
  mode_closed: { path: string; mode: string };
  /** A file or folder belongs to another user of the machine. */
  owner_foreign: { path: string; owner_id: number };
  /** A folder cannot be looked into. */
  folder_unreadable: { path: string; problem: string };
  /** Something lies where it is of no use to the registry. */
  stray_file: { path: string };
  /** A folder of crate files without any. */
  empty_folder: { path: string };
  /** What a dead process had in progress. */
  tmp_left: { path: string };
  /** Little space is left on the file system. */
  space_low: { path: string; free_bytes: number };
  /** So little space is left that a publish may fail. */
  space_gone: { path: string; free_bytes: number };
  /** The file system takes few more files. */
  files_low: { path: string; free_files: number };
  /** index.git is missing or no repository of this registry. */
  index_repository_unusable: { path: string; problem: string };
  /** The branch that is the index has no commit. */
  index_branch_missing: { path: string };
  /** A setting of index.git would let a power cut take what was acknowledged. */
  git_setting_unsafe: { key: string; expected: string; found: string };
  /** Another setting of index.git is not as it must be. */
  git_setting_changed: { key: string; expected: string; found: string };
  /** git finds something wrong with index.git. */
  git_damaged: { problem: string };
  /** A git that was killed left something. */
  git_left_over: { path: string };
  /** The files of the index cannot be read. */
  index_unreadable: { problem: string };
  /** The index has no config.json. */
  config_json_missing: { path: string };
  /** The index's config.json is not what the configuration wants. */
  config_json_differs: { path: string; found: string; expected: string };
  /** A file of the index is no crate's. */
  index_file_stray: { path: string };
  /** git cannot read an index file. */
  index_file_unreadable: { path: string };
  /** An index file is not UTF-8. */
  index_file_not_text: { path: string };
  /** A line of an index file is no index entry. */
  index_line_malformed: { path: string; line: number };
  /** A line names a crate that is not the one of the file. */
  index_line_misplaced: { path: string; line: number; name: string };
  /** Two lines are of one version, ignoring build metadata. */
  index_version_twice: { crate: string; version: string; other: string };
  /** A line has keys that neither cargo nor Palletizer knows. */
  index_keys_unknown: { crate: string; version: string; keys: string };
  /** Two crates differ only in case, `-` and `_`. */
  crate_name_twice: { crate: string; other: string };
  /** What is served of an index file is not what git has. */
  sparse_differs: { path: string };
  /** The index names a crate file that is not there. */
  crate_file_missing: { crate: string; version: string };
  /** A crate file has not a single byte. */
  crate_file_empty: { crate: string; version: string };
  /** A crate file's SHA-256 is not what the index says. */
  crate_file_damaged: {
    crate: string;
    version: string;
    expected: string;
    found: string;
  };
  /** A crate file cannot be read. */
  crate_file_unreadable: { crate: string; version: string; problem: string };
  /** No line of the index names a crate file. */
  crate_file_orphan: { path: string };
  /** palletizer.db is missing. */
  database_missing: { path: string };
  /** palletizer.db is damaged. */
  database_damaged: { path: string; problem: string };
  /** derived.db is missing. */
  derived_missing: { path: string };
  /** derived.db is damaged. */
  derived_damaged: { path: string; problem: string };
  /** A database was written by a newer Palletizer. */
  format_newer: { path: string; found: number; known: number };
  /** A database was written by an older Palletizer. */
  format_older: { path: string; found: number; known: number };
  /** A database has not taken in all commits yet. */
  rows_behind: { path: string };
  /** What derived.db has of a crate is not what the index says. */
  derived_row_wrong: { crate: string; problem: string };
  /** derived.db has rows that belong to no crate. */
  derived_rows_stray: { path: string; count: number };
  /** Who owns a crate is no user. */
  owner_unknown: { crate: string; user: number };
  /** Whose a token is, is no user. */
  token_of_nobody: { token: number; user: number };
  /** A crate that is not in the index has owners. */
  owned_crate_missing: { crate: string };
  /** Crates have no owner. */
  crates_without_owner: { count: number; crates: string };
  /** A removed version is there again with other bytes. */
  removed_version_back: {
    crate: string;
    version: string;
    expected: string;
    found: string;
  };
}

/** The stable, documented name of a finding. */
export type FindingCode = keyof Findings;

/**
 * How grave a finding is. `serious`: somebody cannot build or publish, or will
 * lose something. `warning`: it works, but not as it should. `info`: good to
 * know.
 */
export type Severity = "serious" | "warning" | "info";

interface Kind<Facts> {
  severity: Severity;
  /** What is the matter. */
  says: (facts: Facts) => string;
  /** Whether a repair mends it. */
  isMendable?: boolean;
  /** What a repair does, or else what to do. */
  advice: (facts: Facts) => string;
}

const REBUILT = "derived.db is made anew from the index";
const RESTORE =
  "copy it from a backup, which `palletizer restore` unpacks into another, empty data folder";
const PUSHED = (path: string) =>
  `find out who pushed it with \`git log -p -- ${path}\` in index.git, and push what was there before`;
const TAKE_OUT = ({ crate, version }: { crate: string; version: string }) =>
  `${RESTORE}; or take the version out with \`palletizer crate remove ${crate} ${version}\``;
const FROM_BACKUP =
  "restore the data folder from a backup, with `palletizer restore`";

const KINDS: { [Code in FindingCode]: Kind<Findings[Code]> } = {
  check_failed: {
    severity: "serious",
    says: ({ check, problem }) =>
      `the check \`${check}\` could not be made to its end: ${problem}`,
    advice: () => "mend what else is told, and check again",
  },
  mode_open: {
    severity: "warning",
    says: ({ path, mode }) =>
      `\`${path}\` has mode ${mode}: others than its owner can get at it`,
    isMendable: true,
    advice: () => "it is left to its owner alone",
  },
  mode_closed: {
    severity: "serious",
    says: ({ path, mode }) =>
      `\`${path}\` has mode ${mode}: Palletizer itself cannot use it`,
    isMendable: true,
    advice: () => "its owner may use it again",
  },
  owner_foreign: {
    severity: "serious",
    says: ({ path, owner_id }) =>
      `\`${path}\` belongs to the user ${owner_id} of this machine, not to the owner of the data folder`,
    advice: () => "give it back as root, with `chown -R OWNER: DATA`",
  },
  folder_unreadable: {
    severity: "serious",
    says: ({ path, problem }) =>
      `\`${path}\` cannot be looked into: ${problem}`,
    advice: () => "look at the file system and the owner of the folder",
  },
  stray_file: {
    severity: "info",
    says: ({ path }) => `\`${path}\` is nothing that Palletizer put there`,
    advice: () => "nothing reads it: move it elsewhere",
  },
  empty_folder: {
    severity: "info",
    says: ({ path }) => `\`${path}\` is an empty folder`,
    isMendable: true,
    advice: () => "it is removed",
  },
  tmp_left: {
    severity: "info",
    says: ({ path }) => `\`${path}\` is what a dead process had in progress`,
    isMendable: true,
    advice: () => "it is removed, as the next change does too",
  },
  space_low: {
    severity: "warning",
    says: ({ free_bytes }) =>
      `${free_bytes} bytes are left where the data folder lies`,
    advice: () => "make room, or move the data folder to a larger disk",
  },
  space_gone: {
    severity: "serious",
    says: ({ free_bytes }) =>
      `only ${free_bytes} bytes are left where the data folder lies: the next publish may be refused`,
    advice: () => "make room, or move the data folder to a larger disk",
  },
  files_low: {
    severity: "warning",
    says: ({ free_files }) =>
      `the file system of the data folder takes only ${free_files} more files`,
    advice: () => "remove files, or move the data folder to another disk",
  },
  index_repository_unusable: {
    severity: "serious",
    says: ({ path, problem }) =>
      `\`${path}\` cannot be used as the index repository: ${problem}`,
    advice: () => FROM_BACKUP,
  },
  index_branch_missing: {
    severity: "serious",
    says: ({ path }) => `\`${path}\` has no commit on the branch of the index`,
    advice: () =>
      "restore the data folder from a backup; a registry that never held a crate is made whole by `palletizer init`",
  },
  git_setting_unsafe: {
    severity: "serious",
    says: ({ key, found, expected }) =>
      `\`${key}\` of index.git is ${found} and must be ${expected}: a power cut could take what was published`,
    isMendable: true,
    advice: () => "it is set, as at every start",
  },
  git_setting_changed: {
    severity: "warning",
    says: ({ key, found, expected }) =>
      `\`${key}\` of index.git is ${found} and should be ${expected}`,
    isMendable: true,
    advice: () => "it is set, as at every start",
  },
  git_damaged: {
    severity: "serious",
    says: ({ problem }) => `git finds index.git damaged: ${problem}`,
    advice: () =>
      `${FROM_BACKUP}; objects that a clone of the index has can be fetched back into it`,
  },
  git_left_over: {
    severity: "info",
    says: ({ path }) => `\`${path}\` was left by a git that was killed`,
    isMendable: true,
    advice: () => "it is removed",
  },
  index_unreadable: {
    severity: "serious",
    says: ({ problem }) => `the index cannot be read: ${problem}`,
    advice: () => FROM_BACKUP,
  },
  config_json_missing: {
    severity: "serious",
    says: () => "the index has no config.json: cargo cannot use it through git",
    isMendable: true,
    advice: () => "it is written",
  },
  config_json_differs: {
    severity: "warning",
    says: ({ found, expected }) =>
      `config.json of the index is ${found.trim()} and the configuration wants ${expected.trim()}`,
    isMendable: true,
    advice: () => "it is written, as `palletizer init` and `serve` do",
  },
  index_file_stray: {
    severity: "info",
    says: ({ path }) => `\`${path}\` in the index is no crate's file`,
    advice: () => "cargo does not look at it; it may stay",
  },
  index_file_unreadable: {
    severity: "serious",
    says: ({ path }) => `git cannot read \`${path}\` of the index`,
    advice: () => FROM_BACKUP,
  },
  index_file_not_text: {
    severity: "serious",
    says: ({ path }) => `\`${path}\` of the index is not UTF-8`,
    advice: ({ path }) => PUSHED(path),
  },
  index_line_malformed: {
    severity: "serious",
    says: ({ path, line }) =>
      `line ${line} of \`${path}\` is no index entry: cargo passes over it`,
    advice: ({ path }) => PUSHED(path),
  },
  index_line_misplaced: {
    severity: "serious",
    says: ({ path, line, name }) =>
      `line ${line} of \`${path}\` names the crate \`${name}\`, which does not belong there`,
    advice: ({ path }) => PUSHED(path),
  },
  index_version_twice: {
    severity: "serious",
    says: ({ crate, version, other }) =>
      `crate \`${crate}\` has version ${version} beside ${other}, which is the same version to cargo`,
    advice: ({ crate, version }) =>
      `decide which of them is right; \`palletizer crate remove ${crate} ${version}\` removes one`,
  },
  index_keys_unknown: {
    severity: "warning",
    says: ({ crate, version, keys }) =>
      `the index entry of ${crate} ${version} has keys that cargo does not know: ${keys}`,
    advice: () => "they do no harm; whoever pushed them may have misspelt one",
  },
  crate_name_twice: {
    severity: "serious",
    says: ({ crate, other }) =>
      `\`${crate}\` is in the index beside \`${other}\`: their names differ only in case, \`-\` or \`_\`, so owners and search take them for one`,
    advice: ({ crate }) =>
      `decide which of them is right; \`git log\` in index.git tells who pushed them, and \`palletizer crate remove ${crate}\` removes one`,
  },
  sparse_differs: {
    severity: "serious",
    says: ({ path }) =>
      `\`${path}\` is served otherwise through the sparse index than through git`,
    advice: () => "this is a bug of Palletizer: please report it",
  },
  crate_file_missing: {
    severity: "serious",
    says: ({ crate, version }) =>
      `the crate file of ${crate} ${version} is missing: it cannot be built from this registry`,
    advice: TAKE_OUT,
  },
  crate_file_empty: {
    severity: "serious",
    says: ({ crate, version }) =>
      `the crate file of ${crate} ${version} is empty`,
    advice: TAKE_OUT,
  },
  crate_file_damaged: {
    severity: "serious",
    says: ({ crate, version, expected, found }) =>
      `the crate file of ${crate} ${version} is not what was published: its SHA-256 is ${found}, and the index says ${expected}`,
    advice: TAKE_OUT,
  },
  crate_file_unreadable: {
    severity: "serious",
    says: ({ crate, version, problem }) =>
      `the crate file of ${crate} ${version} cannot be read: ${problem}`,
    advice: () => `look at the file system; or ${RESTORE}`,
  },
  crate_file_orphan: {
    severity: "warning",
    says: ({ path }) => `no line of the index names \`${path}\``,
    isMendable: true,
    advice: () =>
      "it is moved to `lost+found/` of the data folder, where `palletizer crate add` can take it from",
  },
  database_missing: {
    severity: "serious",
    says: ({ path }) =>
      `\`${path}\` is missing: users, tokens and owners are not known`,
    advice: () => RESTORE,
  },
  database_damaged: {
    severity: "serious",
    says: ({ path, problem }) => `\`${path}\` is damaged: ${problem}`,
    advice: () => RESTORE,
  },
  derived_missing: {
    severity: "info",
    says: ({ path }) => `\`${path}\` is missing`,
    isMendable: true,
    advice: () => `${REBUILT}, as the next command does too`,
  },
  derived_damaged: {
    severity: "warning",
    says: ({ path, problem }) => `\`${path}\` is damaged: ${problem}`,
    isMendable: true,
    advice: () => REBUILT,
  },
  format_newer: {
    severity: "serious",
    says: ({ path, found, known }) =>
      `\`${path}\` has data format ${found} and this Palletizer knows formats up to ${known}`,
    advice: () => "use the Palletizer that wrote it, or a newer one",
  },
  format_older: {
    severity: "info",
    says: ({ path, found, known }) =>
      `\`${path}\` has data format ${found}, older than ${known}: its rows were not checked`,
    advice: () => "the next start of `palletizer serve` brings it up",
  },
  rows_behind: {
    severity: "info",
    says: ({ path }) =>
      `\`${path}\` has not taken in all commits of the index yet: its rows were not checked`,
    isMendable: true,
    advice: () => "they are taken in, as the next change does too",
  },
  derived_row_wrong: {
    severity: "warning",
    says: ({ crate, problem }) =>
      `derived.db disagrees with the index about \`${crate}\`: ${problem}`,
    isMendable: true,
    advice: () => REBUILT,
  },
  derived_rows_stray: {
    severity: "warning",
    says: ({ path, count }) =>
      `\`${path}\` has ${count} rows that belong to no crate`,
    isMendable: true,
    advice: () => REBUILT,
  },
  owner_unknown: {
    severity: "warning",
    says: ({ crate, user }) =>
      `crate \`${crate}\` is owned by user number ${user}, whom there is not`,
    isMendable: true,
    advice: () => "that ownership ends: the number is never given to another",
  },
  token_of_nobody: {
    severity: "warning",
    says: ({ token, user }) =>
      `token ${token} is of user number ${user}, whom there is not`,
    isMendable: true,
    advice: () => "it is removed: nobody can use it",
  },
  owned_crate_missing: {
    severity: "warning",
    says: ({ crate }) =>
      `crate \`${crate}\` has owners and is not in the index`,
    advice: () =>
      "who publishes under that name shares it with them: end that with `palletizer owner remove` then",
  },
  crates_without_owner: {
    severity: "info",
    says: ({ count, crates }) =>
      `${count} crates have no owner, so only admins and the operator may change them: ${crates}`,
    advice: () => "`palletizer owner add CRATE USER` gives one an owner",
  },
  removed_version_back: {
    severity: "serious",
    says: ({ crate, version, expected, found }) =>
      `${crate} ${version} was removed with the checksum ${expected} and is in the index again with ${found}`,
    advice: ({ crate, version }) =>
      `\`palletizer crate remove ${crate} ${version}\` takes it out; publish the new contents under another version`,
  },
};

/** What became of a finding: `not_mended` when a repair was tried and failed. */
export type FindingOutcome = "found" | "mended" | "not_mended";

/** Something that is wrong with a registry, or good to know. */
export interface Finding<Code extends FindingCode = FindingCode> {
  /** The stable name of what it is. */
  readonly code: Code;
  /** How grave it is. */
  readonly severity: Severity;
  /** What it is about. */
  readonly facts: Findings[Code];
  /** What is the matter, as a sentence. */
  readonly message: string;
  /** Whether a repair mends it. */
  readonly isMendable: boolean;
  /** What a repair does about it, or else what to do. */
  readonly advice: string;
  /** What became of it. */
  readonly outcome: FindingOutcome;
  /** Why it could not be mended, if that was tried. */
  readonly trouble: string | null;
}

/** Makes a finding. */
export function toFinding<Code extends FindingCode>(
  code: Code,
  facts: Findings[Code],
): Finding<Code> {
  const kind: Kind<Findings[Code]> = KINDS[code];
  return {
    ...{ code, severity: kind.severity, facts, message: kind.says(facts) },
    isMendable: kind.isMendable ?? false,
    ...{ advice: kind.advice(facts), outcome: "found", trouble: null },
  };
}

/** Whether a finding is of this code. */
export function isFinding<Code extends FindingCode>(
  finding: Finding,
  code: Code,
): finding is Finding<Code> {
  return finding.code === code;
}

/** All codes, in the order of their table: for documentation and tests. */
export const FINDING_CODES: readonly FindingCode[] = Object.keys(
  KINDS,
) as FindingCode[];
