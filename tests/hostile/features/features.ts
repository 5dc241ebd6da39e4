/**
 * Features that cargo could not use.
 *
 * @module
 */

/** What cannot be the name of a feature. */
export const FEATURE_NAMES_INVALID: readonly (readonly [
  name: string,
  why: string,
])[] = [
  ["", "empty"],
  ["+foo", "a plus first"],
  ["-foo", "a hyphen first"],
  [".foo", "a dot first"],
  ["dep:foo", "what means a dependency"],
  ["foo/bar", "what means a dependency's feature"],
  ["foo:bar", "a colon"],
  ["foo?", "a question mark"],
  ["ⒶⒷⒸ", "letters that no identifier has"],
  ["a¼", "a number that no identifier has"],
  ["a b", "a blank"],
  ["a\n", "a newline"],
  ["<script>", "markup"],
  ["\ud800", "half a character"],
];

/**
 * What does not fit together, where there are the dependencies `opt` (optional),
 * `plain`, `real` (optional, called `_alias`) and `dev` (a dev-dependency).
 */
export const FEATURES_INCONSISTENT: [
  features: Readonly<Record<string, string[]>>,
  field: string,
  why: string,
][] = [
  [{ "a/b": [] }, "features.a/b", "a name with a slash"],
  [{ "dep:a": [] }, "features.dep:a", "a name like a dependency"],
  [{ "": [] }, "features.", "no name"],
  [{ a: ["b"] }, "features.a", "neither feature nor dependency"],
  [{ a: [""] }, "features.a", "an empty value"],
  [{ a: ["plain"] }, "features.a", "a dependency that is not optional"],
  [{ a: ["real"] }, "features.a", "the real name of a renamed one"],
  [{ a: ["dev"] }, "features.a", "a dev-dependency"],
  [{ a: ["dep:b"] }, "features.a", "no such dependency"],
  [{ a: ["dep:"] }, "features.a", "no dependency named"],
  [{ a: ["dep:plain"] }, "features.a", "`dep:` of one that is always there"],
  [{ a: ["dep:real"] }, "features.a", "`dep:` with the real name"],
  [{ a: ["b/x"] }, "features.a", "a feature of no dependency"],
  [{ a: ["real/x"] }, "features.a", "a feature by the real name"],
  [{ a: ["/x"] }, "features.a", "a feature of nothing"],
  [{ a: ["plain?/x"] }, "features.a", "`?` on one that is always there"],
  [{ a: ["plain/x/y"] }, "features.a", "two slashes"],
  [{ a: ["plain/"] }, "features.a", "a feature without a name"],
  [{ a: ["plain/<x>"] }, "features.a", "a feature that nobody could have"],
  [{ a: ["dep:opt/x"] }, "features.a", "`dep:` and a slash"],
  [{ a: ["dep:opt?/x"] }, "features.a", "`dep:`, `?` and a slash"],
  [
    { a: ["dep:opt"], b: ["opt"] },
    "features.b",
    "`dep:` anywhere takes the dependency's own feature away",
  ],
  [{ opt: [] }, "features.opt", "a feature hides the dependency for good"],
  [{ opt: ["a"], a: ["opt"] }, "features.opt", "and nothing turns it on"],
];
