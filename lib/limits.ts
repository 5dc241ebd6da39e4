/**
 * Limits: a bound on everything that outsiders can push against.
 *
 * Each name carries its unit. Constants of a mechanism (retries, back-off,
 * batch size) stand beside the mechanism instead. Imports nothing.
 *
 * @module
 */

/** Every bound of a registry. */
export interface Limits {
  /** Size of a crate file, in bytes. */
  crateFileBytesMax: number;
  /** Size of all that a crate file holds once unpacked, in bytes. */
  unpackedBytesMax: number;
  /** Files and folders in a crate file. */
  crateFileEntriesMax: number;
  /** Length of a path inside a crate file, in bytes. */
  entryPathBytesMax: number;
  /** Size of the Cargo.toml in a crate file, in bytes. */
  manifestBytesMax: number;
  /** Size of a README kept for pages, in bytes; a longer one is cut. */
  readmeBytesMax: number;
  /** Size of the JSON part of a publish request, in bytes. */
  metadataBytesMax: number;
  /** Length of a crate's or a dependency's name, in characters. */
  crateNameLengthMax: number;
  /** Length of a user's name, in characters. */
  userNameLengthMax: number;
  /** Length of a token's label, in characters. */
  tokenLabelLengthMax: number;
  /** Users that one request makes owners of a crate, or owners no longer. */
  ownersPerRequestMax: number;
  /** Length of a version, in characters. */
  versionLengthMax: number;
  /** Length of a version requirement, in characters. */
  requirementLengthMax: number;
  /** Dependencies of a version. */
  dependenciesMax: number;
  /** Features of a version. */
  featuresMax: number;
  /** Values of one feature, and features asked of one dependency. */
  featureValuesMax: number;
  /** Length of a feature's name or value, in characters. */
  featureLengthMax: number;
  /** Length of a description, in characters. */
  descriptionLengthMax: number;
  /** Length of any other text of the metadata, in characters. */
  metadataTextLengthMax: number;
  /** Keywords of a version. */
  keywordsMax: number;
  /** Length of a keyword, in characters. */
  keywordLengthMax: number;
  /** Categories of a version. */
  categoriesMax: number;
  /** Length of what is searched for, in characters; the rest is left out. */
  searchQueryLengthMax: number;
  /** Index files kept in memory, in bytes. */
  indexCacheBytesMax: number;
  /** Size of one crate's index file, in bytes. */
  indexFileBytesMax: number;
  /** How long a change waits for another process's write lock, in ms. */
  lockWaitMsMax: number;
  /** How long a change waits until git gets it, in ms; then it is withdrawn. */
  changeWaitMsMax: number;
  /** How old a change is when git must be done with it, in ms; git is ended. */
  changeGitMsMax: number;
  /** How old a change is when its asker is told what is known of it, in ms. */
  changeMsMax: number;
  /** How long git may take over one question, in ms; then another is asked. */
  gitAnswerMsMax: number;
  /** `git upload-pack`s that run at once. */
  gitClonesMax: number;
  /** Requests of git that wait for their turn; more are refused. */
  gitClonesWaitingMax: number;
  /** How long a request of git waits for its turn, in ms. */
  gitWaitMsMax: number;
  /** Size of a request of git, once inflated, in bytes. */
  gitRequestBytesMax: number;
  /** How long nothing may move between git and its client, in ms. */
  gitStalledMsMax: number;
  /** How long the answer to one request of git may take, in ms. */
  gitCloneMsMax: number;
  /** Size of all uploads in flight together, in bytes. */
  uploadsInFlightBytesMax: number;
  /** How long an upload may be silent, in ms. */
  uploadStalledMsMax: number;
  /** How long an upload may take, in ms. */
  uploadMsMax: number;
}

/** The bounds that hold where the configuration says nothing. */
export const DEFAULT_LIMITS: Readonly<Limits> = {
  crateFileBytesMax: 20 * 1024 * 1024,
  unpackedBytesMax: 512 * 1024 * 1024,
  crateFileEntriesMax: 50_000,
  entryPathBytesMax: 1024,
  manifestBytesMax: 1024 * 1024,
  readmeBytesMax: 512 * 1024,
  metadataBytesMax: 1024 * 1024,
  crateNameLengthMax: 64,
  userNameLengthMax: 64,
  tokenLabelLengthMax: 100,
  ownersPerRequestMax: 100,
  versionLengthMax: 150,
  requirementLengthMax: 200,
  dependenciesMax: 500,
  featuresMax: 5_000,
  featureValuesMax: 5_000,
  featureLengthMax: 200,
  descriptionLengthMax: 1000,
  metadataTextLengthMax: 2000,
  keywordsMax: 5,
  keywordLengthMax: 20,
  categoriesMax: 5,
  searchQueryLengthMax: 200,
  indexCacheBytesMax: 24 * 1024 * 1024,
  indexFileBytesMax: 16 * 1024 * 1024,
  // cargo gives up after 30 s: by then it shall have heard the reason
  lockWaitMsMax: 20_000,
  changeWaitMsMax: 20_000,
  changeGitMsMax: 25_000,
  changeMsMax: 28_000,
  gitAnswerMsMax: 10_000,
  gitClonesMax: 4,
  gitClonesWaitingMax: 100,
  gitWaitMsMax: 25_000, // cargo itself gives up after 30 s without a byte
  gitRequestBytesMax: 16 * 1024 * 1024,
  gitStalledMsMax: 60_000,
  gitCloneMsMax: 3_600_000,
  uploadsInFlightBytesMax: 128 * 1024 * 1024,
  uploadStalledMsMax: 60_000,
  uploadMsMax: 1_800_000,
};
