/**
 * A second process that does one thing with the data folder and then waits to be
 * ended or killed.
 *
 * Each thing is a file beside this one; it says a line when it is done.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

/** A running process. Killed at the end of the scope if it still lives. */
export class OtherProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #said = "";

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /**
   * Starts a script of this folder and waits for its first line.
   *
   * @param script its file name.
   * @returns the process, and what it said.
   */
  static async start(
    script: string,
    ...args: string[]
  ): Promise<[process: OtherProcess, line: string]> {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", `--config=${config}`, path, ...args],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const process = new OtherProcess(child);
    return [process, await process.line()];
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** The next line that it says. */
  async line(): Promise<string> {
    while (!this.#said.includes("\n")) {
      const { done, value } = await this.#lines.read();
      assert.ok(!done, "the other process ended without a word");
      this.#said += value;
    }
    const end = this.#said.indexOf("\n");
    const line = this.#said.slice(0, end);
    this.#said = this.#said.slice(end + 1);
    return line;
  }

  /** Tells it a line. */
  async tell(line: string): Promise<void> {
    const writer = this.#child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${line}\n`));
    writer.releaseLock();
  }

  /** Kills it, without any chance to tidy, and waits for its death. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }

  /** Lets it go on to its end, which its closed stdin tells it. */
  async end(): Promise<void> {
    await this.#child.stdin.close();
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended already
    }
    await this.#child.status;
    await this.#lines.cancel();
    if (!this.#child.stdin.locked) await this.#child.stdin.abort();
  }
}

/** What a script of this folder says a line with. */
export async function say(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}
