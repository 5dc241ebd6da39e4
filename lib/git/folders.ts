/**
 * The folders of a repository.
 *
 * @module
 */

import type { Git } from "./command.ts";

/** Where a batch leaves names. */
const OF_A_BATCH = ["objects/pack", "refs/heads"];

/**
 * Makes names in folders durable, which git never does. Without this the last
 * batch may be gone after a power cut.
 *
 * @param names the folders, in the repository's; those of a batch when left out.
 */
export async function syncFolders(
  { gitFolder }: Git,
  names: readonly string[] = OF_A_BATCH,
): Promise<void> {
  await Promise.all(names.map(async (name) => {
    using folder = await Deno.open(`${gitFolder}/${name}`);
    await folder.sync();
  }));
}
