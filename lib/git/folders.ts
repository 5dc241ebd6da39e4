/**
 * The folders of a repository, and the file in them that all hangs on.
 *
 * @module
 */

import type { Git } from "./command.ts";
import { INDEX_REF } from "./ref.ts";

/**
 * Makes the names of packs and of the ref durable, which git never does, and what
 * the ref says, which git does from 2.36 on. Without this the last batch may be
 * gone after a power cut.
 */
export async function syncFolders(git: Git): Promise<void> {
  await sync(git, "objects/pack", "refs/heads", INDEX_REF);
}

/** Flushes folders, or files, of a repository to disk. */
export async function sync(
  { gitFolder }: Git,
  ...names: readonly string[]
): Promise<void> {
  await Promise.all(names.map(async (name) => {
    using file = await Deno.open(`${gitFolder}/${name}`);
    await file.sync();
  }));
}
