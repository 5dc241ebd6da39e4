/**
 * Paths that may not be in one crate file, though each may be in one.
 *
 * @module
 */

/** A path that ends in a slash is a folder's. */
export const TREES_REFUSED: [paths: string[], entry: string, reason: string][] =
  [
    [["x"], "x", "it does not lie in a folder NAME-VERSION"],
    [["a/x", "b/x"], "b/x", "it does not lie in the folder `a`"],
    [["a/x", "A/y"], "A/y", "it does not lie in the folder `a`"],
    [["a/x", "a-b/y"], "a-b/y", "it does not lie in the folder `a`"],
    [["a/x", "a/x"], "a/x", "it is there twice"],
    [["a/s/", "a/s/"], "a/s", "it is there twice"],
    [["a/", "a/"], "a", "it is there twice"],
    [
      ["a/x", "a/X"],
      "a/X",
      "`X` and `x` are one name where case does not count",
    ],
    [
      ["a/Src/x", "a/src/y"],
      "a/src/y",
      "`src` and `Src` are one name where case does not count",
    ],
    [
      ["a/\u00e9", "a/e\u0301/x"],
      "a/e\u0301/x",
      "`e\u0301` and `\u00e9` are one name where case does not count",
    ],
    [["a/x", "a/x/y"], "a/x/y", "`x` is both a file and a folder"],
    [["a/x/y", "a/x"], "a/x", "`x` is both a file and a folder"],
    [["a/x/", "a/x"], "a/x", "`x` is both a file and a folder"],
    [["a/x", "a/x/"], "a/x", "`x` is both a file and a folder"],
  ];
