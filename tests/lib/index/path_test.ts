import fc from "fast-check";
import { parseCrateName } from "../../../lib/crate/name.ts";
import { crateAtPath, indexPath } from "../../../lib/index/path.ts";
import { assertEquals, assertMatch } from "../../support/assert.ts";

const PATHS: [name: string, path: string, why: string][] = [
  ["a", "1/a", "one letter"],
  ["ab", "2/ab", "two letters"],
  ["abc", "3/a/abc", "three letters: the first is a folder"],
  ["abcd", "ab/cd/abcd", "four letters: two folders"],
  ["cargo", "ca/rg/cargo", "five letters"],
  ["Cargo", "ca/rg/cargo", "folders and file are lower case"],
  ["A", "1/a", "lower case for one letter too"],
  ["foo-bar", "fo/o-/foo-bar", "a hyphen stays"],
  ["foo_bar", "fo/o_/foo_bar", "and so does an underscore"],
];
for (const [name, path, why] of PATHS) {
  Deno.test(`indexPath() puts ${name} at ${path} (${why})`, () => {
    assertEquals(indexPath(parseCrateName(name)), path);
  });
}

Deno.test("indexPath() never leaves the index folder, whatever the name", () => {
  const anyName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/)
    .map(parseCrateName);
  fc.assert(fc.property(anyName, (name) => {
    assertMatch(
      indexPath(name),
      /^([12]|3\/[a-z]|[a-z0-9_-]{2}\/[a-z0-9_-]{2})\/[a-z][a-z0-9_-]*$/,
    );
    assertEquals(indexPath(name).split("/").at(-1), name.toLowerCase());
    assertEquals(
      crateAtPath(indexPath(name)) as string | null,
      name.toLowerCase(),
    );
  }));
});

const NO_PATHS: [path: string, why: string][] = [
  ["config.json", "another file of the index"],
  ["", "nothing"],
  ["foo", "no folder"],
  ["3/b/foo", "the folder of another letter"],
  ["3/foo", "a folder is missing"],
  ["1/foo", "the folder of shorter names"],
  ["ca/rg/cargo/", "nothing behind the folder"],
  ["/ca/rg/cargo", "a slash before it"],
  ["x/ca/rg/cargo", "a folder above it"],
  ["ca/rg/Cargo", "a capital letter"],
  ["1s/ts/1sts", "no crate's name"],
  [`aa/aa/${"a".repeat(65)}`, "a name that is too long"],
];
for (const [path, why] of NO_PATHS) {
  Deno.test(`crateAtPath() finds no crate at \`${path}\` (${why})`, () => {
    assertEquals(crateAtPath(path), null);
  });
}
