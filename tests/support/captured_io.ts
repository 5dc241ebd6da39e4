/**
 * A console without a terminal: what a command writes is kept, what it is told
 * was said before.
 *
 * @module
 */

import { run } from "../../cli/mod.ts";
import type { Io } from "../../cli/io.ts";

/** What differs from a pipe in an empty environment. */
export interface CapturedIoOptions {
  /** Variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The configuration of the machine; by default there is none. */
  readonly machineConfig?: string;
  /** Lines that the person types; without any there is no terminal. */
  readonly answers?: readonly string[];
  /** Whether stderr may be coloured. */
  readonly hasColour?: boolean;
  /** Whether stdout is a terminal. */
  readonly isSeenOnly?: boolean;
  /** Whether what is written goes to a journal. */
  readonly isJournal?: boolean;
}

/** A console that keeps what is written. */
export class CapturedIo implements Io {
  readonly cwd: string;
  readonly machineConfig: string;
  readonly denoVersion = "0.0.0";
  readonly canAsk: boolean;
  readonly hasColour: boolean;
  readonly isSeenOnly: boolean;
  readonly isJournal: boolean;
  readonly #env: Readonly<Record<string, string>>;
  readonly #answers: string[];

  /** All of stdout. */
  stdout = "";
  /** All of stderr, without what was shown of the progress. */
  stderr = "";
  /** What was shown of the progress. */
  readonly shown: string[] = [];

  constructor(cwd: string, options: CapturedIoOptions = {}) {
    const { env = {}, machineConfig, answers, hasColour = false } = options;
    this.cwd = cwd;
    this.machineConfig = machineConfig ?? `${cwd}/no-machine-config.toml`;
    this.canAsk = answers !== undefined;
    this.hasColour = hasColour;
    this.isSeenOnly = options.isSeenOnly ?? false;
    this.isJournal = options.isJournal ?? false;
    this.#env = env;
    this.#answers = [...answers ?? []];
  }

  env(name: string): string | undefined {
    return this.#env[name];
  }

  out(line: string): void {
    this.stdout += `${line}\n`;
  }

  err(line: string): void {
    this.stderr += `${line}\n`;
  }

  progress(line: string): void {
    this.shown.push(line);
  }

  readLine(): Promise<string | null> {
    return Promise.resolve(this.#answers.shift() ?? null);
  }
}

/** How a command line ended. */
export interface Ended {
  /** The exit status. */
  readonly status: number;
  /** All of stdout. */
  readonly stdout: string;
  /** All of stderr. */
  readonly stderr: string;
}

/** Runs a command line in a folder. */
export async function runIn(
  cwd: string,
  args: readonly string[],
  options: CapturedIoOptions = {},
): Promise<Ended> {
  const io = new CapturedIo(cwd, options);
  const status = await run(args, io);
  return { status, stdout: io.stdout, stderr: io.stderr };
}
