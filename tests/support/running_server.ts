/**
 * The program as a server: `palletizer serve` in a process of its own, from
 * source or as the executable that `$PALLETIZER` names.
 *
 * @module
 */

import assert from "node:assert/strict";
import { programAndFlags } from "./palletizer.ts";

/** How a server ended. */
export interface ServerEnd {
  /** The exit status. */
  readonly code: number;
  /** All of stdout. */
  readonly stdout: string;
  /** All of stderr. */
  readonly stderr: string;
}

/** A server, killed at the end of the scope if it still runs. */
export class RunningServer implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #stderr: Promise<string>;
  readonly #stdout: Promise<string>;
  readonly #listening = Promise.withResolvers<void>();
  #said = "";

  /** Fulfilled when the process has ended. */
  readonly ended: Promise<ServerEnd>;

  /**
   * @param folder where `palletizer.toml` is.
   * @param env what it finds in its environment besides this process's own.
   * @param programAndArgs what starts it, if not what starts all tests.
   */
  constructor(
    folder: string,
    env: Readonly<Record<string, string>> = {},
    programAndArgs: [string, ...string[]] = programAndFlags(),
  ) {
    const [program, ...first] = programAndArgs;
    this.#process = new Deno.Command(program, {
      args: [...first, "serve"],
      cwd: folder,
      env,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#stderr = new Response(this.#process.stderr).text();
    this.#stdout = this.#listen();
    this.ended = this.#end();
  }

  /** Starts a server and waits until it listens. */
  static async start(
    folder: string,
    env: Readonly<Record<string, string>> = {},
    programAndArgs: [string, ...string[]] = programAndFlags(),
  ): Promise<RunningServer> {
    const server = new RunningServer(folder, env, programAndArgs);
    const early = await Promise.race([server.#listening.promise, server.ended]);
    assert.equal(early, undefined, `it ended: ${early?.stderr}`);
    return server;
  }

  /** The process. */
  get pid(): number {
    return this.#process.pid;
  }

  /** All that it has printed so far. */
  get said(): string {
    return this.#said;
  }

  /** Where it listens, as it printed. */
  get addresses(): string[] {
    return Array.from(
      this.#said.matchAll(/^listening on (\S+)$/gm),
      ([, address]) => address ?? "",
    );
  }

  /** Where it listens, if that is one address. */
  get address(): string {
    return this.addresses[0] ?? "";
  }

  /** Sends a signal. */
  signal(name: Deno.Signal): void {
    this.#process.kill(name);
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.ended;
  }

  async #listen(): Promise<string> {
    const text = this.#process.stdout.pipeThrough(new TextDecoderStream());
    for await (const piece of text) {
      this.#said += piece;
      if (this.addresses.length > 0) this.#listening.resolve();
    }
    return this.#said;
  }

  async #end(): Promise<ServerEnd> {
    const { code } = await this.#process.status;
    const [stdout, stderr] = await Promise.all([this.#stdout, this.#stderr]);
    return { code, stdout, stderr };
  }
}
