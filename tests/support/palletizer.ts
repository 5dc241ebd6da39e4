/**
 * The program itself, as a person starts it: from source, or as the executable
 * that `$PALLETIZER` names.
 *
 * Owns how it is started; what it should answer is up to the tests.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import denoJson from "../../deno.json" with { type: "json" };

/** How a run ended. */
export interface RunResult {
  /** The exit status; of a killed process 128 and the signal's number. */
  readonly code: number;
  /** All of stdout. */
  readonly stdout: string;
  /** All of stderr. */
  readonly stderr: string;
}

/** What a run may be given besides its arguments. */
export interface RunOptions {
  /** The working folder; the test's own when left out. */
  readonly cwd?: string;
  /** Variables besides those that every run gets. */
  readonly env?: Readonly<Record<string, string>>;
  /** All of stdin; closed from the start when left out. */
  readonly stdin?: string;
  /** After how many milliseconds the run is killed, which fails the test. */
  readonly timeoutMs?: number;
}

const PROJECT_FOLDER = fileURLToPath(new URL("../../", import.meta.url));
const TIMEOUT_MS = 120_000;

/** Runs `palletizer` with these arguments and waits for its end. */
export function palletizer(
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const [program, ...first] = programAndFlags();
  return runProgram(program, [...first, ...args], options);
}

/** Runs `palletizer` and fails unless it exits with 0; answers its stdout. */
export async function palletizerDone(
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await palletizer(args, options);
  assert.equal(code, 0, `palletizer ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/**
 * The program and the arguments that start it: for tests that need the running
 * process, to kill it or to talk to it.
 */
export function programAndFlags(): [program: string, ...first: string[]] {
  const executable = Deno.env.get("PALLETIZER");
  return executable ? [executable] : sourceAndFlags();
}

/** What starts it from source, whatever `$PALLETIZER` says. */
export function sourceAndFlags(): [program: string, ...first: string[]] {
  const task = denoJson.tasks.palletizer.split(" ");
  assert.deepStrictEqual(task.slice(0, 2), ["deno", "run"]);
  assert.equal(task.at(-1), "main.ts");
  const flags = task.slice(2, -1);
  const config = join(PROJECT_FOLDER, "deno.json");
  const main = join(PROJECT_FOLDER, "main.ts");
  return [Deno.execPath(), "run", `--config=${config}`, ...flags, main];
}

/**
 * Runs any program in a clean environment, and fails if it does not end in
 * time.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { cwd, env = {}, stdin, timeoutMs = TIMEOUT_MS } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  const child = new Deno.Command(program, {
    args: [...args],
    ...(cwd === undefined ? {} : { cwd }),
    clearEnv: true,
    env: { ...inherited(), ...env },
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    signal,
  }).spawn();
  if (stdin !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(stdin));
    await writer.close();
  }
  const { code, stdout, stderr } = await child.output();
  const [out, err] = [stdout, stderr].map((it) => new TextDecoder().decode(it));
  assert.ok(
    !signal.aborted,
    `${program} ${args.join(" ")} did not end in ${timeoutMs} ms\n${out}${err}`,
  );
  return { code, stdout: out ?? "", stderr: err ?? "" };
}

/** What a child keeps of the environment: where programs and caches are. */
function inherited(): Record<string, string> {
  const kept = ["PATH", "HOME", "TMPDIR", "DENO_DIR", "DENO_TLS_CA_STORE"];
  const found = kept.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return { NO_COLOR: "1", LC_ALL: "C.UTF-8", ...Object.fromEntries(found) };
}
