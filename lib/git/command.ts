/**
 * Starts the git binary: arguments and a clean environment.
 *
 * Nothing here knows crates. Only this folder starts a program.
 *
 * @module
 */

import { DEFAULT_LIMITS } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { GitChild, GitFailure } from "./child.ts";

/** The oldest git that has all that is used here. */
export const GIT_NEEDED = "2.30";

/** How long git may take over one run unless it is told otherwise, in ms. */
const RUN_MS_MAX = 60_000;

const decoder = new TextDecoder();

/** How one run of git is fed and judged. */
export interface GitRunOptions {
  /** What git reads from its standard input; nothing when left out. */
  stdin?: string;
  /** Exit statuses that are answers; just 0 when left out. */
  statuses?: readonly number[];
  /** How long it may take, in ms; then it is killed. A minute when left out. */
  msMax?: number;
}

/** What a finished run of git answered. */
export interface GitRunResult {
  /** The exit status, one of those asked for. */
  status: number;
  /** What it printed. */
  stdout: string;
}

/** The git binary, at work on one repository. */
export class Git {
  /**
   * git for one repository.
   *
   * @param gitFolder the absolute path of the bare repository.
   * @param answerMsMax how long git may take over one question, in ms.
   */
  constructor(
    readonly gitFolder: string,
    readonly answerMsMax: number = DEFAULT_LIMITS.gitAnswerMsMax,
  ) {}

  /**
   * Runs git to its end.
   *
   * @throws {GitFailure} when the exit status is none of those asked for, or it
   * took too long.
   * @throws {Refusal} `git_missing`.
   */
  async run(
    args: readonly string[],
    options: GitRunOptions = {},
  ): Promise<GitRunResult> {
    const child = this.start(args);
    const { msMax = RUN_MS_MAX } = options;
    const timer = setTimeout(() => child.kill(), msMax);
    const reading = child.readRest();
    if (options.stdin !== undefined) {
      await child.write(options.stdin).catch(() => {});
    }
    await child.closeInput();
    const stdout = decoder.decode(await reading);
    const status = await child.ended;
    clearTimeout(timer);
    if (!(options.statuses ?? [0]).includes(status)) {
      throw new GitFailure(
        `git ${args[0]}: exit status ${status}: ${child.complaint}`,
      );
    }
    return { status, stdout };
  }

  /**
   * Starts a git that stays.
   *
   * @throws {Refusal} `git_missing`.
   */
  start(
    args: readonly string[],
    environment: Record<string, string> = {},
  ): GitChild {
    return new GitChild(
      spawnGit(["--git-dir", this.gitFolder, ...args], environment),
    );
  }

  /**
   * Starts a git whose input and output are streamed as they are; what it
   * complains of is dropped.
   *
   * @throws {Refusal} `git_missing`.
   */
  stream(
    args: readonly string[],
    environment: Record<string, string> = {},
  ): Deno.ChildProcess {
    const all = ["--git-dir", this.gitFolder, ...args];
    return spawnGit(all, environment, "null");
  }
}

/**
 * The version of the git binary on PATH, such as `2.39.5`.
 *
 * @throws {Refusal} `git_missing`, `git_too_old`.
 */
export async function requireGit(): Promise<string> {
  const child = new GitChild(spawnGit(["--version"], {}));
  const text = decoder.decode(await child.readRest());
  await child.close();
  const found = /(\d+)\.(\d+)[\d.]*/.exec(text);
  if (found === null) {
    throw new Refusal("git_too_old", {
      found: text.trim(),
      needed: GIT_NEEDED,
    });
  }
  const [neededMajor, neededMinor] = GIT_NEEDED.split(".").map(Number) as [
    number,
    number,
  ];
  const [major, minor] = [Number(found[1]), Number(found[2])];
  if (major < neededMajor || (major === neededMajor && minor < neededMinor)) {
    throw new Refusal("git_too_old", { found: found[0], needed: GIT_NEEDED });
  }
  return found[0];
}

/**
 * Nothing of the caller's environment or of the machine's and the user's
 * configuration reaches git: what it does must depend on the repository alone.
 * `safe.directory` is lifted since the owner of the folder is checked at open.
 */
function cleanEnvironment(): Record<string, string> {
  return {
    PATH: Deno.env.get("PATH") ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: "/nonexistent",
    LC_ALL: "C",
    TZ: "UTC",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
  };
}

function spawnGit(
  args: string[],
  environment: Record<string, string>,
  stderr: "piped" | "null" = "piped",
): Deno.ChildProcess {
  try {
    return new Deno.Command("git", {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr,
      clearEnv: true,
      env: { ...cleanEnvironment(), ...environment },
    }).spawn();
  } catch (cause) {
    // Permission to run git is resolved at start: a git that was missing then
    // is `NotCapable`, one that vanished later is `NotFound`.
    if (
      cause instanceof Deno.errors.NotFound ||
      cause instanceof Deno.errors.NotCapable
    ) {
      throw new Refusal("git_missing", { needed: GIT_NEEDED }, { cause });
    }
    throw cause;
  }
}
