/**
 * The history of the index as one file that git itself can read.
 *
 * @see https://git-scm.com/docs/gitformat-bundle
 * @module
 */

import { GitFailure } from "./child.ts";
import type { Git } from "./command.ts";
import { syncFolders } from "./folders.ts";
import { INDEX_REF } from "./ref.ts";

/** How long git may take to unpack a bundle, or to check it, in ms. */
const UNPACK_MS_MAX = 3_600_000;

/**
 * A bundle of a commit and all before it, as the branch of the index.
 *
 * Made of a commit, not of a ref: `git bundle create` takes refs alone, and the
 * branch may have moved. Nobody may throw old objects away meanwhile, which the
 * maintenance lock sees to.
 *
 * @throws {GitFailure} also after the last piece.
 */
export async function* packBundle(
  git: Git,
  commit: string,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(
    `# v2 git bundle\n${commit} HEAD\n${commit} ${INDEX_REF}\n\n`,
  );
  const args = ["pack-objects", "--revs", "--stdout", "--delta-base-offset"];
  const child = git.stream([...args, "--quiet"]);
  let isRead = false;
  try {
    const input = child.stdin.getWriter();
    await input.write(encoder.encode(`${commit}\n`));
    await input.close();
    yield* child.stdout;
    isRead = true;
  } finally {
    if (!isRead) child.kill("SIGKILL"); // whoever read has stopped
    const { code } = await child.status;
    if (isRead && code !== 0) {
      // deno-lint-ignore no-unsafe-finally -- nothing else was thrown
      throw new GitFailure(`git pack-objects: exit status ${code}`);
    }
  }
}

/**
 * Fills a new repository from a bundle, and checks every object of it.
 *
 * @param path of the bundle, absolute.
 * @param commit that it must have as the branch of the index; it is on disk
 * when this returns.
 * @throws {GitFailure} when it has not, or anything is missing or wrong.
 */
export async function unpackBundle(
  git: Git,
  path: string,
  commit: string,
): Promise<void> {
  const unbundle = ["bundle", "unbundle", path];
  const { stdout } = await git.run(unbundle, { msMax: UNPACK_MS_MAX });
  if (!stdout.split("\n").includes(`${commit} ${INDEX_REF}`)) {
    throw new GitFailure(`the bundle has not ${commit} as ${INDEX_REF}`);
  }
  await git.run(["update-ref", INDEX_REF, commit]);
  const fsck = ["fsck", "--full", "--no-dangling", "--no-progress"];
  await git.run(fsck, { msMax: UNPACK_MS_MAX });
  await syncFolders(git); // git makes contents durable, not their names
}
