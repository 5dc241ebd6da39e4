import {
  type EntryKind,
  parseEntryPath,
} from "../../../lib/crate/entry_path.ts";
import { EntryTree } from "../../../lib/crate/entry_tree.ts";
import { DEFAULT_LIMITS } from "../../../lib/limits.ts";
import { TREES_REFUSED } from "../../hostile/archives/entry_trees.ts";
import { assertEquals, assertRefuses } from "../../support/assert.ts";
import { toBytes } from "../../support/a_tar.ts";

type Case = [paths: string[], why: string];

const VALID: Case[] = [
  [["a/x", "a/src/y", "a/src/z"], "files, folders implied"],
  [["a/", "a/src/", "a/src/y"], "folders before their files"],
  [["a/src/y", "a/src/", "a/"], "folders behind their files"],
  [["a/x", "a/b/x", "a/b/c/x"], "one name in several folders"],
  [["a/x-y", "a/x_y", "a/x.y"], "names that differ"],
];
for (const [paths, why] of VALID) {
  Deno.test(`EntryTree takes ${paths.join(", ")} (${why})`, () => {
    const tree = treeOf(paths);
    assertEquals([tree.root, tree.entryCount], ["a", paths.length]);
  });
}

for (const [paths, entry, reason] of TREES_REFUSED) {
  Deno.test(`EntryTree refuses ${paths.join(", ")}: ${reason}`, () => {
    const facts = { entry, reason };
    assertRefuses(() => treeOf(paths), "crate_file_entry_refused", facts);
  });
}

Deno.test("EntryTree takes as many files and folders as the limit, and no more", () => {
  treeOf(["a/", "a/x", "a/s/", "a/s/y"], 3);
  assertRefuses(
    () => treeOf(["a/", "a/x", "a/s/", "a/s/y", "a/s/z"], 3),
    "crate_file_too_many_entries",
    { limit: 3 },
  );
});

Deno.test("EntryTree counts folders that no entry names", () => {
  assertRefuses(
    () => treeOf(["a/1/2/3/4/5/6/7/8/9/x"], 9),
    "crate_file_too_many_entries",
  );
});

function treeOf(paths: string[], crateFileEntriesMax = 100): EntryTree {
  const limits = { ...DEFAULT_LIMITS, crateFileEntriesMax };
  const tree = new EntryTree(limits);
  for (const path of paths) {
    const kind: EntryKind = path.endsWith("/") ? "folder" : "file";
    tree.add(parseEntryPath(toBytes(path), kind, limits), kind);
  }
  return tree;
}
