/**
 * Writes commits through a long-lived `git fast-import`.
 *
 * A batch is durable and visible when {@linkcode FastImport.commit} returns:
 * git fsyncs pack and index of the pack, and what it may not fsync is fsynced
 * here: the folders, which it never does, and the ref, which it does from 2.36 on
 * (`core.fsync=all`).
 *
 * @see https://git-scm.com/docs/git-fast-import
 * @module
 */

import { concatenate, type GitChild, GitFailure } from "./child.ts";
import type { Git } from "./command.ts";
import { syncFolders } from "./folders.ts";
import { INDEX_REF, IndexRef } from "./ref.ts";

/** How long git may take over one batch, in ms; then it is killed. */
const BATCH_MS_MAX = 60_000;

/** A commit to be written. */
export interface NewCommit {
  /** Its message. */
  message: string;
  /** When it is made. */
  when: Date;
  /** Path to contents; `null` deletes the file. */
  files: ReadonlyMap<string, string | Uint8Array | null>;
}

const encoder = new TextEncoder();

/** The long-lived writer of commits. One at a time holds the write lock. */
export class FastImport {
  readonly #git: Git;
  readonly #ref: IndexRef;
  #child: GitChild | undefined;
  #batches = 0;

  /**
   * @param git the repository to write.
   * @param ref its branch.
   */
  constructor(git: Git, ref: IndexRef) {
    this.#git = git;
    this.#ref = ref;
  }

  /** Whether a child is there to be ended. */
  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Batches written by the present child: each leaves a pack behind. */
  get batches(): number {
    return this.#batches;
  }

  /**
   * Writes commits, one on top of the other, and moves the branch to the last.
   *
   * @param parent the tip that the first commit follows; it is named by its id,
   * so that a tip moved by somebody else makes git refuse rather than lose that
   * change. `null` in a repository without commits.
   * @param signal ends git when it is aborted: it is not waited for any longer.
   * @returns the id of the last commit.
   * @throws {GitFailure} when the branch was not moved, or git died: it may
   * have been moved all the same, so look before trying again.
   */
  async commit(
    parent: string | null,
    commits: readonly NewCommit[],
    signal?: AbortSignal,
  ): Promise<string> {
    const child = this.#child ??= this.#git.start([
      "fast-import",
      "--quiet",
      "--done",
    ]);
    const number = ++this.#batches;
    const kill = () => void child.kill();
    const timer = setTimeout(kill, BATCH_MS_MAX);
    signal?.addEventListener("abort", kill);
    try {
      await child.write(encodeBatch(parent, commits, number));
      const oid = await child.readLine();
      const acknowledged = await child.readLine();
      // `progress` is answered even when the branch could not be moved.
      if (
        acknowledged !== `progress ${number}` || await this.#ref.read() !== oid
      ) {
        throw new GitFailure(`the branch was not moved: ${child.complaint}`);
      }
      await this.syncFolders();
      return oid;
    } catch (error) {
      if (error instanceof GitFailure) throw error;
      throw new GitFailure(`git fast-import: ${error}: ${child.complaint}`, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", kill);
    }
  }

  /** Makes the ref durable, and the names of packs and of the ref. */
  async syncFolders(): Promise<void> {
    await syncFolders(this.#git);
  }

  /** Ends the child cleanly: only then does it release the packs it made. */
  async end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#batches = 0;
    await child?.write("done\n").catch(() => {}); // it has ended already
    await child?.close();
  }

  /** Kills the child, whose state is unknown. */
  async drop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#batches = 0;
    await child?.kill();
  }
}

function encodeBatch(
  parent: string | null,
  commits: readonly NewCommit[],
  number: number,
): Uint8Array {
  const parts: Uint8Array[] = [];
  const put = (text: string) => parts.push(encoder.encode(text));
  commits.forEach((commit, position) => {
    const message = encoder.encode(commit.message);
    const seconds = Math.floor(commit.when.getTime() / 1000);
    put(`commit ${INDEX_REF}\nmark :1\n`);
    put(`committer palletizer <palletizer@localhost> ${seconds} +0000\n`);
    put(`data ${message.length}\n`);
    parts.push(message);
    put("\n");
    if (position === 0 && parent !== null) put(`from ${parent}\n`);
    for (const [path, contents] of commit.files) {
      if (contents === null) {
        put(`D ${path}\n`);
        continue;
      }
      const bytes = typeof contents === "string"
        ? encoder.encode(contents)
        : contents;
      put(`M 100644 inline ${path}\ndata ${bytes.length}\n`);
      parts.push(bytes);
      put("\n");
    }
  });
  put(`checkpoint\nget-mark :1\nprogress ${number}\n`);
  return concatenate(parts);
}
