/**
 * A registry without a server: made and changed by the commands, read by cargo
 * as files.
 *
 * Owns its folder and its configuration, whose `dl` is a `file:` URL of the
 * data folder's crate files.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { CrateBuilder } from "./a_crate.ts";
import { CargoUser, fileUrl, type ProjectFiles } from "./cargo.ts";
import { assertFsckClean, linesAtTip } from "./git.ts";
import {
  palletizer,
  palletizerDone,
  type RunOptions,
  type RunResult,
} from "./palletizer.ts";
import { type TempFolder, tempFolder } from "./temp_folder.ts";

/** A line of an index file, as far as tests look at it. */
export interface IndexLine {
  readonly name: string;
  readonly vers: string;
  readonly cksum: string;
  readonly yanked: boolean;
  readonly deps: readonly Readonly<Record<string, unknown>>[];
  readonly features: Readonly<Record<string, readonly string[]>>;
}

/** A registry in a fresh folder, removed at the end of the scope. */
export class FileRegistry implements AsyncDisposable {
  readonly #temp: TempFolder;
  /** The folder of configuration, data and people. */
  readonly folder: string;
  /** The data folder. */
  readonly data: string;
  /** The bare repository of the index. */
  readonly repository: string;
  /** The index as cargo is told of it. */
  readonly indexUrl: string;

  private constructor(temp: TempFolder) {
    this.#temp = temp;
    this.folder = temp.path;
    this.data = join(temp.path, "data");
    this.repository = join(this.data, "index.git");
    this.indexUrl = fileUrl(this.repository);
  }

  /** Writes a configuration and makes an empty registry by `palletizer init`. */
  static async make(): Promise<FileRegistry> {
    const registry = new FileRegistry(await tempFolder());
    const crates = fileUrl(join(registry.data, "crates"));
    await Deno.writeTextFile(
      join(registry.folder, "palletizer.toml"),
      `data = "data"
url = "http://127.0.0.1:7171"

[registry]
dl = "${crates}/{crate}/{crate}-{version}.crate"
`,
    );
    await palletizerDone(["init"], { cwd: registry.folder });
    return registry;
  }

  /** Runs a command on this registry. */
  run(...args: string[]): Promise<RunResult> {
    return palletizer(args, { cwd: this.folder });
  }

  /** Runs a command, fails unless it exits with 0, and answers its stdout. */
  done(...args: string[]): Promise<string> {
    return palletizerDone(args, { cwd: this.folder });
  }

  /** How a command is run on this registry, for tests that need the process. */
  get runOptions(): RunOptions {
    return { cwd: this.folder };
  }

  /** A person whose cargo knows this registry as `palletizer`. */
  user(
    name: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<CargoUser> {
    return CargoUser.make(
      join(this.folder, "people", name),
      this.indexUrl,
      env,
    );
  }

  /** Packages a project by the real cargo and adds the crate file. */
  add(user: CargoUser, project: string, files: ProjectFiles): Promise<void> {
    return this.addAll(user, [[project, files]]);
  }

  /**
   * Packages projects by the real cargo and adds their crate files by one
   * command. They may depend on what is in the registry already, not on each
   * other: `cargo package` looks for dependencies in the index.
   */
  async addAll(
    user: CargoUser,
    projects: readonly (readonly [project: string, files: ProjectFiles])[],
  ): Promise<void> {
    const crateFiles: string[] = [];
    for (const [name, files] of projects) {
      const project = await user.project(name, files);
      crateFiles.push(await user.packageCrate(project));
    }
    await this.done("crate", "add", ...crateFiles);
  }

  /**
   * Writes crate files into a folder beside the registry.
   *
   * @returns their paths.
   */
  async write(
    folder: string,
    crates: readonly CrateBuilder[],
  ): Promise<string[]> {
    const whole = join(this.folder, folder);
    await Deno.mkdir(whole, { recursive: true });
    return await Promise.all(crates.map(async (crate) => {
      const path = join(whole, crate.fileName);
      await Deno.writeFile(path, crate.bytes());
      return path;
    }));
  }

  /** The lines of an index file, parsed; none if there is no such file. */
  async lines(path: string): Promise<IndexLine[]> {
    const lines = await linesAtTip(this.repository, [path]);
    return lines.map((line) => JSON.parse(line) as IndexLine);
  }

  /** All lines of all index files. */
  allLines(): Promise<IndexLine[]> {
    return this.lines(":(exclude)config.json");
  }

  /** `NAME VERSION` of each line of the index, in order. */
  async versions(): Promise<string[]> {
    const lines = await this.allLines();
    return lines.map(({ name, vers }) => `${name} ${vers}`).sort();
  }

  /** `NAME-VERSION.crate` of every crate file, in order. */
  async crateFiles(): Promise<string[]> {
    const names: string[] = [];
    for await (const folder of Deno.readDir(join(this.data, "crates"))) {
      const path = join(this.data, "crates", folder.name);
      for await (const file of Deno.readDir(path)) names.push(file.name);
    }
    return names.sort();
  }

  /**
   * Fails unless the registry is whole: git finds nothing to say, every line
   * has the crate file with its checksum, every crate file has its line, and
   * nothing is left in progress.
   */
  async assertWhole(): Promise<void> {
    await assertFsckClean(this.repository);
    const lines = await this.allLines();
    const named = lines.map((line) => `${line.name}-${line.vers}.crate`);
    assert.deepStrictEqual(await this.crateFiles(), named.sort());
    for (const { name, vers, cksum } of lines) {
      const file = `${name}-${vers}.crate`;
      const bytes = await Deno.readFile(join(this.data, "crates", name, file));
      const found = createHash("sha256").update(bytes).digest("hex");
      assert.equal(found, cksum, `checksum of ${file}`);
    }
    const left = Array.from(Deno.readDirSync(join(this.data, "tmp")));
    assert.deepStrictEqual(left, [], "left in tmp/");
  }

  /** Removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#temp[Symbol.asyncDispose]();
  }
}

/** `NAME VERSION` of each version that a run of `crate add` acknowledged. */
export function addedBy({ stdout }: RunResult): string[] {
  const lines = stdout.matchAll(/^added (\S+ \S+) /gm);
  return Array.from(lines, ([, version]) => version ?? "");
}
