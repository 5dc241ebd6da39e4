/**
 * Fresh bare git repositories for tests.
 *
 * @module
 */

import { Git } from "../../lib/git/command.ts";
import { FastImport, type NewCommit } from "../../lib/git/fast_import.ts";
import { IndexRef } from "../../lib/git/ref.ts";
import { createRepository } from "../../lib/git/setup.ts";
import { assertEquals } from "./assert.ts";
import { tempFolder } from "./temp_folder.ts";

/** A bare repository, gone at the end of the scope. */
export interface TestRepository extends AsyncDisposable {
  readonly git: Git;
  readonly ref: IndexRef;
  /** Writes one commit with these files through a process of its own. */
  commit(
    files: Record<string, string | null>,
    message?: string,
  ): Promise<string>;
}

/** Makes an empty bare repository with the index's configuration. */
export async function aRepository(): Promise<TestRepository> {
  const folder = await tempFolder();
  const gitFolder = `${folder.path}/index.git`;
  await Deno.mkdir(gitFolder);
  const git = new Git(gitFolder);
  await createRepository(git);
  const ref = new IndexRef(git);
  return {
    git,
    ref,
    async commit(files, message = "by hand") {
      const importer = new FastImport(git, ref);
      const oid = await importer.commit(await ref.read(), [
        newCommit(message, files),
      ]);
      await importer.end();
      return oid;
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** A commit as `FastImport` takes it. */
export function newCommit(
  message: string,
  files: Record<string, string | null>,
): NewCommit {
  return {
    message,
    when: new Date("2026-01-02T03:04:05Z"),
    files: new Map(Object.entries(files)),
  };
}

/** Fails unless git finds nothing wrong with the repository. */
export async function assertSound(git: Git): Promise<void> {
  const { status, stdout } = await git.run(["fsck", "--full", "--strict"], {
    statuses: [0, 1, 2, 3, 4],
  });
  assertEquals({ status, stdout }, { status: 0, stdout: "" });
}
