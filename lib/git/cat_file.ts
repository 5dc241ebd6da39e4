/**
 * Reads objects through one long-lived `git cat-file --batch`.
 *
 * @module
 */

import { type GitChild, GitFailure } from "./child.ts";
import type { Git } from "./command.ts";
import { LongLivedGit } from "./long_lived.ts";

/** An object of the repository. */
export interface GitObject {
  /** Its id, 40 hexadecimal digits. */
  oid: string;
  /** Its contents. */
  bytes: Uint8Array;
}

/** The reader of objects. */
export class CatFile {
  readonly #child: LongLivedGit;

  /** @param git the repository to read. */
  constructor(git: Git) {
    this.#child = new LongLivedGit(git, ["cat-file", "--batch"]);
  }

  /**
   * Reads what a revision names, such as `OID:pa/th`.
   *
   * @returns `null` when there is no such object.
   * @throws {GitFailure} when git fails.
   */
  read(revision: string): Promise<GitObject | null> {
    return this.#child.ask(async (child) => {
      await child.write(`${revision}\n`);
      return await readAnswer(child);
    });
  }

  /**
   * Reads what many revisions name: all are asked for before the first is
   * answered, so that git never waits for a question.
   *
   * @returns an object or `null` for each revision, in their order.
   * @throws {GitFailure} when git fails.
   */
  readAll(revisions: readonly string[]): Promise<(GitObject | null)[]> {
    return this.#child.ask(async (child) => {
      const asking = child.write(revisions.map((it) => `${it}\n`).join(""));
      asking.catch(() => {}); // if it fails, so does what is read
      const objects: (GitObject | null)[] = [];
      while (objects.length < revisions.length) {
        objects.push(await readAnswer(child));
      }
      await asking;
      return objects;
    }, Math.max(1, revisions.length));
  }

  /**
   * The id of the tree of a commit; `null` when the commit is unknown.
   *
   * @throws {GitFailure} when git fails.
   */
  async readTreeOf(commit: string): Promise<string | null> {
    const object = await this.read(commit);
    const text = new TextDecoder().decode(object?.bytes.subarray(0, 45));
    return /^tree ([0-9a-f]{40})$/.exec(text)?.[1] ?? null;
  }

  /** Ends the child, which keeps removed packs open; a later question starts another. */
  close(): Promise<void> {
    return this.#child.close();
  }
}

async function readAnswer(child: GitChild): Promise<GitObject | null> {
  const header = await child.readLine();
  if (header.endsWith(" missing")) return null;
  const [oid, , size] = header.split(" ");
  if (oid === undefined || size === undefined || !/^\d+$/.test(size)) {
    throw new GitFailure(`git cat-file answered \`${header.slice(0, 200)}\``);
  }
  const bytes = await child.readBytes(Number(size));
  await child.readBytes(1); // the newline behind the contents
  return { oid, bytes };
}
