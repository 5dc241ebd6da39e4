/**
 * Versions that no crate may have.
 *
 * @module
 */

/** What cargo does not print for a version. */
export const VERSIONS_INVALID: [version: string, why: string][] = [
  ["", "empty"],
  ["1", "one number"],
  ["1.2", "two numbers"],
  ["1.2.3.4", "four numbers"],
  ["v1.2.3", "a `v`, which semver itself would take"],
  ["=1.2.3", "a requirement"],
  [" 1.2.3", "a blank before"],
  ["1.2.3\n", "a newline behind"],
  ["01.2.3", "a leading zero"],
  ["1.2.3-01", "a leading zero in a pre-release"],
  ["1.2.3-", "an empty pre-release"],
  ["1.2.3+", "empty build metadata"],
  ["1.2.3-ä", "not ASCII"],
  ["1.2.3/../..", "traversal"],
  ["9007199254740992.0.0", "a number that is no longer exact"],
  ["1.0.0-" + "a".repeat(145), "one too long"],
];

/** Versions that lead elsewhere, or take long to read. */
export const VERSIONS_DECEIVING: readonly (readonly [
  version: string,
  why: string,
])[] = [
  ["1.0.0/../../../x", "a way out of the folder"],
  ["1.0.0\\..\\x", "a way out of the folder on Windows"],
  ["1.0.0-..", "dots for a pre-release"],
  ["1.0.0-a..b", "a pre-release with nothing in the middle"],
  ["1.0.0+a+b", "two build metadata"],
  ["1.0.0+é", "build metadata that is not ASCII"],
  ["１.0.0", "a digit of full width"],
  ["1.0.0\u200b", "a blank that nobody sees"],
  ["1.0.0-\u202e", "what turns around the rest"],
  ["1.0.0\0", "a NUL"],
  ["1.0.0\r\nX-Evil: 1", "a header"],
  ["1.0.0 ", "a blank behind"],
  ["1.0.0 yanked", "a second word"],
  ["1.0.0 by operator owner=1", "the end of a line in the history"],
  ["-1.0.0", "a negative number"],
  ["+1.0.0", "a sign"],
  ["1e3.0.0", "a number as programs write it"],
  ["0x1.0.0", "a hexadecimal number"],
  ["1.0.0-18446744073709551616.01", "a zero in front of a number"],
  ["9".repeat(100) + ".0.0", "a number of a hundred digits"],
  ["1.0.0-" + "-".repeat(200), "hyphens without end"],
  ["1.0.0-" + "0.".repeat(70) + "a!", "many parts and a sign at the end"],
  ["*", "any"],
  ["latest", "a word"],
  ["NaN.NaN.NaN", "no numbers"],
  ["__proto__", "what an object inherits"],
  ["9".repeat(10_000), "ten thousand digits"],
];
