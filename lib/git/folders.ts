/**
 * The folders of a repository.
 *
 * @module
 */

import type { Git } from "./command.ts";

/**
 * Makes the names of packs and of the ref durable, which git never does. Without
 * this the last batch may be gone after a power cut.
 */
export async function syncFolders({ gitFolder }: Git): Promise<void> {
  const folders = ["objects/pack", "refs/heads"];
  await Promise.all(folders.map(async (name) => {
    using folder = await Deno.open(`${gitFolder}/${name}`);
    await folder.sync();
  }));
}
