/**
 * Commits by other hands than the registry's: pushes, and what a process left
 * that died.
 *
 * @module
 */

import type { IndexDependencyJson } from "../../lib/crate/dependency.ts";
import {
  encodeIndexEntry,
  type IndexEntryJson,
} from "../../lib/index/entry.ts";
import { INDEX_REF } from "../../lib/git/ref.ts";
import { anEntry } from "./an_index.ts";

/** A line of an index file, with its newline, in which little matters. */
export function aLine(
  name: string,
  version = "1.0.0",
  stated: Partial<IndexEntryJson> = {},
): string {
  return `${encodeIndexEntry({ ...anEntry(name, version), ...stated })}\n`;
}

/** A normal dependency of an index line on a crate of the same registry. */
export function aLineDependency(
  name: string,
  stated: Partial<IndexDependencyJson> = {},
): IndexDependencyJson {
  return {
    ...{ name, req: "^1", features: [], optional: false },
    ...{ default_features: true, target: null, kind: "normal", registry: null },
    ...stated,
  };
}

/**
 * Makes a commit before anything else in this process goes on: in the middle of
 * a change, that is.
 *
 * @param parent what it follows, if not the tip.
 * @returns whether the branch was moved.
 */
export function commitAtOnce(
  gitFolder: string,
  path: string,
  text: string,
  parent = `${INDEX_REF}^0`,
): boolean {
  const stream = [
    `commit ${INDEX_REF}`,
    "committer hand <hand@localhost> 0 +0000",
    ...["data 7", "by hand"],
    `from ${parent}`,
    `M 100644 inline ${path}`,
    `data ${new TextEncoder().encode(text).length}`,
    text,
    "done\n",
  ].join("\n");
  const file = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(file, stream);
    const script = 'git --git-dir "$0" fast-import --quiet --done < "$1"';
    const { success } = new Deno.Command("sh", {
      args: ["-c", script, gitFolder, file],
      stderr: "null",
    }).outputSync();
    return success;
  } finally {
    Deno.removeSync(file);
  }
}
