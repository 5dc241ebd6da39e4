/**
 * The real cargo, as a person who uses one registry: a private `CARGO_HOME`,
 * private project folders, and no network.
 *
 * Owns cargo's configuration and environment; what the projects hold and what
 * cargo should make of them is up to the tests.
 *
 * @module
 */

import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { runProgram, type RunResult } from "./palletizer.ts";
import { aProgram } from "./rust_project.ts";

/** The files of a project, by path from its folder. */
export type ProjectFiles = Readonly<Record<string, string>>;

const TIMEOUT_MS = 180_000;

/**
 * What every project of these tests has: cargo must neither reach the network
 * (nothing listens on that port, so whatever is not `file:` fails at once) nor
 * spend its time on debug information.
 */
const CONFIG = `
[http]
proxy = "http://127.0.0.1:9"
[net]
retry = 0
[profile.dev]
debug = 0
incremental = false
`;

/** A person with cargo, and one registry in cargo's configuration. */
export class CargoUser {
  readonly #folder: string;
  #programs = 0;
  /** The environment in which cargo, or a shell that calls it, is run. */
  readonly env: Readonly<Record<string, string>>;

  private constructor(folder: string, env: Record<string, string>) {
    this.#folder = folder;
    this.env = env;
  }

  /**
   * Makes a person whose cargo knows `indexUrl` as the registry `palletizer`.
   *
   * @param folder an empty folder that is theirs alone.
   * @param env further variables, like `CARGO_NET_GIT_FETCH_WITH_CLI`.
   */
  static async make(
    folder: string,
    indexUrl: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<CargoUser> {
    const home = join(folder, "cargo-home");
    await Deno.mkdir(home, { recursive: true });
    const registry = `[registries.palletizer]\nindex = "${indexUrl}"\n`;
    await Deno.writeTextFile(join(home, "config.toml"), registry + CONFIG);
    return new CargoUser(folder, {
      ...toolchain(),
      HOME: folder,
      CARGO_HOME: home,
      CARGO_TERM_COLOR: "never",
      ...env,
    });
  }

  /** Adds tables to cargo's configuration. */
  async configure(toml: string): Promise<void> {
    const file = join(this.#folder, "cargo-home", "config.toml");
    await Deno.writeTextFile(file, toml, { append: true });
  }

  /** Writes a project and answers its folder; a project is written once. */
  async project(name: string, files: ProjectFiles): Promise<string> {
    const folder = join(this.#folder, "projects", name);
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    return folder;
  }

  /**
   * Writes a new program that prints the value of a Rust expression, and
   * answers its folder.
   *
   * @param dependencies lines of `[dependencies]`.
   */
  program(expression: string, dependencies: string): Promise<string> {
    const toml = `[dependencies]\n${dependencies}`;
    const files = aProgram("app", expression, { toml });
    return this.project(`app-${this.#programs++}`, files);
  }

  /** Runs cargo in a project. */
  cargo(project: string, args: readonly string[]): Promise<RunResult> {
    return runProgram("cargo", args, {
      cwd: project,
      env: this.env,
      timeoutMs: TIMEOUT_MS,
    });
  }

  /** Runs cargo, fails unless it exits with 0, and answers its stdout. */
  async cargoDone(project: string, args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.cargo(project, args);
    assert.equal(code, 0, `cargo ${args.join(" ")}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Builds and runs a project, and answers what it printed. */
  async output(project: string): Promise<string> {
    const printed = await this.cargoDone(project, ["run", "--quiet"]);
    return printed.trimEnd();
  }

  /**
   * Makes the crate file of a project by `cargo package`.
   *
   * @returns the path of the one `.crate` file that cargo wrote.
   */
  async packageCrate(project: string): Promise<string> {
    await this.cargoDone(project, ["package", "--no-verify", "--allow-dirty"]);
    const made = join(project, "target", "package");
    const names = Array.from(Deno.readDirSync(made), (entry) => entry.name)
      .filter((name) => name.endsWith(".crate"));
    assert.equal(names.length, 1, `crate files in ${made}: ${names}`);
    return join(made, names[0] ?? "");
  }
}

/** A folder on this machine as the `file:` URL that cargo takes. */
export function fileUrl(path: string): string {
  return pathToFileURL(path).href;
}

/**
 * Where rustup keeps its toolchains, if cargo comes from it: the private home
 * would hide them.
 */
function toolchain(): Record<string, string> {
  const home = Deno.env.get("HOME") ?? "/";
  const chosen = Deno.env.get("RUSTUP_TOOLCHAIN");
  return {
    RUSTUP_HOME: Deno.env.get("RUSTUP_HOME") ?? join(home, ".rustup"),
    ...(chosen === undefined ? {} : { RUSTUP_TOOLCHAIN: chosen }),
  };
}
