/**
 * Names that no crate may have.
 *
 * @module
 */

/** What is no name at all. */
export const NAMES_INVALID: [name: string, why: string][] = [
  ["", "empty"],
  ["x".repeat(65), "one too long"],
  ["1a", "begins with a digit"],
  ["_a", "begins with `_`"],
  ["-a", "begins with `-`"],
  ["a.b", "a dot"],
  ["a/b", "a slash"],
  ["../../etc/passwd", "traversal"],
  ["a b", "a blank"],
  ["ä", "not ASCII"],
  ["а", "a Cyrillic letter that looks like `a`"],
  ["a\n", "a newline at the end"],
  ["a\0", "a NUL"],
];

/** What belongs to the toolchain or to Windows, in any spelling. */
export const NAMES_RESERVED: readonly (readonly [name: string, why: string])[] =
  [
    ["std", "a crate of the toolchain"],
    ["core", "a crate of the toolchain"],
    ["alloc", "a crate of the toolchain"],
    ["proc-macro", "a crate of the toolchain"],
    ["Test", "a crate of the toolchain, in capitals"],
    ["CON", "a device, in capitals"],
    ["nul", "a device"],
    ["com0", "a device by some documents"],
    ["LPT9", "a device, in capitals"],
  ];

/** Names that only look like others, or like parts of a path or a page. */
export const NAMES_DECEIVING: readonly (readonly [
  name: string,
  why: string,
])[] = [
  ["ｆｏｏ", "letters of full width"],
  ["foo\u200b", "a blank that nobody sees"],
  ["foo\u202eoof", "what turns around the rest"],
  ["ſtd", "an old form of a letter"],
  ["\u212a", "the sign for kelvin, whose lower case is ASCII"],
  ["foo\r", "a carriage return"],
  ["..", "the folder above"],
  [".", "the folder itself"],
  ["foo/../bar", "a way to another crate"],
  ["foo\\bar", "a backslash"],
  ["foo%2fbar", "an escaped slash"],
  ["%2e%2e", "an escaped way up"],
  ["foo:bar", "a stream or a drive"],
  ["foo;rm -rf", "what a shell would run"],
  ["$(id)", "what a shell would put in"],
  ["--upload-pack=id", "an option of git"],
  ["foo' OR '1'='1", "what SQL might know"],
  ["<script>alert(1)</script>", "markup"],
  ["{crate}", "a part of a template"],
  ["foo.lock", "how git ends the names of its locks"],
  ["foo~", "a sign that git reads in names"],
  ["refs/heads/main", "a branch"],
  ["config.json", "a file of the index"],
  ["__proto__", "what an object inherits"],
  ["nul\0con", "a NUL between devices"],
  ["A".repeat(10_000), "ten thousand letters"],
];
