/**
 * A registry whose processes are killed, and what must hold then.
 *
 * Looks at index, crate files and rows by other means than the registry's own.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type ChangeStep,
  examineRegistry,
  isFinding,
  parseCrateName,
  parseCrateVersion,
  type Registry,
  SYSTEM_CLOCK,
} from "../../lib/mod.ts";
import { FolderLock } from "../../lib/storage/folder_lock.ts";
import type { CrateBuilder } from "../support/a_crate.ts";
import { addTo, aRegistry, type TestRegistry } from "../support/a_registry.ts";
import { assertFsckClean, linesAtTip } from "../support/git.ts";
import { runProgram, type RunResult } from "../support/palletizer.ts";
import { type Line, Told } from "./told.ts";

/** The exit status of a program that was killed by SIGKILL. */
const KILLED = 128 + 9;

const KILLED_COMMAND = fileURLToPath(
  new URL("killed_command.ts", import.meta.url),
);
const DENO_JSON = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** A registry with a process that lives, this one, and others that do not. */
export class CrashSite implements AsyncDisposable {
  readonly #test: TestRegistry;
  /** What was acknowledged. */
  readonly told = new Told();
  #folders = 0;

  private constructor(test: TestRegistry) {
    this.#test = test;
  }

  /**
   * Makes an empty registry, which this process has open from now on.
   *
   * @param reached told at which step a change of this process is.
   */
  static async make(
    reached: (step: ChangeStep) => void = () => {},
  ): Promise<CrashSite> {
    return new CrashSite(await aRegistry({ clock: SYSTEM_CLOCK, reached }));
  }

  /** The registry as this process has it open. */
  get registry(): Registry {
    return this.#test.registry;
  }

  /** The working folder of commands. */
  get folder(): string {
    return this.#test.folder;
  }

  /** The index repository. */
  get repository(): string {
    return this.#test.path("index.git");
  }

  /** A file or folder in the data folder. */
  path(...parts: string[]): string {
    return this.#test.path(...parts);
  }

  /** Writes crate files into a folder of their own; answers its path. */
  async write(...crates: readonly CrateBuilder[]): Promise<string> {
    const folder = join(this.folder, `files-${++this.#folders}`);
    await Deno.mkdir(folder);
    for (const crate of crates) {
      const bytes = crate.bytes();
      this.told.note(crate, bytes);
      await Deno.writeFile(join(folder, crate.fileName), bytes);
    }
    return folder;
  }

  /** Runs a command that dies at a step; see `killed_command.ts`. */
  async killedAt(step: string, ...args: string[]): Promise<RunResult> {
    const result = await runProgram(Deno.execPath(), [
      ...["run", "--allow-all", `--config=${DENO_JSON}`, KILLED_COMMAND],
      ...[step, ...args],
    ], { cwd: this.folder });
    assert.equal(
      result.code,
      KILLED,
      `${args.join(" ")} was not killed\n${result.stdout}${result.stderr}`,
    );
    this.told.heard(result.stdout);
    return result;
  }

  /** Adds crates by this process. */
  async add(...crates: readonly CrateBuilder[]): Promise<void> {
    await this.write(...crates);
    for (const it of await addTo(this.registry, crates)) {
      assert.equal(it.outcome, "added", it.label);
      if (it.outcome === "added") {
        this.told.heard(`added ${it.crate} ${it.version}\n`);
      }
    }
  }

  /** Yanks, takes back a yank, or removes by this process. */
  async act(
    verb: "yank" | "unyank" | "remove",
    name: string,
    version: string,
  ): Promise<void> {
    await this.registry[verb]({
      by: { kind: "operator" },
      crate: parseCrateName(name),
      version: parseCrateVersion(version),
    });
    this.told.heard(
      `${verb === "remove" ? "remov" : verb}ed ${name} ${version}\n`,
    );
  }

  /** All lines of the index. */
  async lines(): Promise<Line[]> {
    const lines = await linesAtTip(this.repository, [":(exclude)config.json"]);
    return lines.map((line) => JSON.parse(line) as Line);
  }

  /** `NAME VERSION`, with `yanked` where it is, of all lines. */
  async versions(): Promise<string[]> {
    return (await this.lines()).map(({ name, vers, yanked }) =>
      `${name} ${vers}${yanked ? " yanked" : ""}`
    ).sort();
  }

  /**
   * Fails unless all is there that somebody was told of, every line of the index
   * has its crate file, and git finds nothing to say. To hold at any moment.
   */
  async assertNothingLost(): Promise<void> {
    await assertFsckClean(this.repository);
    const lines = await this.lines();
    for (const { name, vers, cksum } of lines) {
      const file = `${name}-${vers}.crate`;
      const bytes = await Deno.readFile(this.path("crates", name, file));
      const found = createHash("sha256").update(bytes).digest("hex");
      assert.equal(found, cksum, `checksum of ${file}`);
    }
    assert.deepStrictEqual(this.told.lostIn(lines), []);
  }

  /**
   * Fails unless nothing is left of those who died, and all rows are as the
   * index says. To hold as soon as somebody has changed the index since.
   */
  async assertTidy(): Promise<void> {
    await this.assertNothingLost();
    const lines = await this.lines();
    const { crateFiles, inProgress, names, dependents, removedVersions } =
      await this.#test.stored();
    assert.deepStrictEqual(
      Object.keys(crateFiles),
      lines.map(({ name, vers }) => `${name}/${name}-${vers}.crate`).sort(),
    );
    assert.deepStrictEqual(inProgress, [], "left in tmp/");
    assert.deepStrictEqual(this.#deadFolders(), [], "dead folders in tmp/");
    assert.deepStrictEqual(this.#gitLeftovers(), [], "left by git");

    const counts = new Map<string, number>();
    for (const { name } of lines) counts.set(name, (counts.get(name) ?? 0) + 1);
    assert.deepStrictEqual(
      new Map(names.map((row) => [row["name"], row["version_count"]])),
      new Map([...counts].sort()),
      "rows of crates",
    );
    assert.deepStrictEqual(
      dependents.map((row) => `${row["dependent"]} ${row["version"]}`).sort(),
      lines.filter(({ deps }) => deps.length > 0)
        .map(({ name, vers }) => `${toCanonical(name)} ${vers}`).sort(),
      "rows of dependents",
    );
    const removed = removedVersions.map((row) =>
      `${row["crate"]} ${row["version"]}`
    );
    for (const key of this.told.removed()) {
      const isThere = removed.includes(toCanonical(key));
      assert.ok(isThere, `there is no row for the removed ${key}`);
    }
  }

  /**
   * Fails unless the doctor finds nothing, but that crates have no owner, which
   * is no damage. To hold whenever {@linkcode CrashSite.assertTidy} does.
   */
  async assertSound(): Promise<void> {
    const readSpace = () => Promise.resolve({ bytes: 1e12, files: null });
    const found = await Array.fromAsync(
      examineRegistry(this.#test.config, { readSpace }),
    );
    assert.deepStrictEqual(
      found.filter((it) => !isFinding(it, "crates_without_owner")),
      [],
      "what the doctor finds",
    );
  }

  /** Fails if the doctor finds anything serious. To hold at any moment. */
  async assertNothingSerious(): Promise<void> {
    const found = await Array.fromAsync(examineRegistry(this.#test.config));
    assert.deepStrictEqual(
      found.filter(({ severity, code }) =>
        severity === "serious" && code !== "space_gone"
      ),
      [],
      "what the doctor finds serious",
    );
  }

  /** Closes and removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#test[Symbol.asyncDispose]();
  }

  #deadFolders(): string[] {
    return Array.from(Deno.readDirSync(this.path("tmp")), ({ name }) => name)
      .filter((name) => {
        using lock = FolderLock.tryAcquire(this.path("tmp", name));
        return lock !== null;
      });
  }

  #gitLeftovers(): string[] {
    return [this.repository, dirname(this.path("index.git/refs/heads/master"))]
      .flatMap((folder) =>
        Array.from(Deno.readDirSync(folder), ({ name }) => name)
      )
      .filter((name) => /\.lock$|^fast_import_crash_/.test(name));
  }
}

function toCanonical(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}
