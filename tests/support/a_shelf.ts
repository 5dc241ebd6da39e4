/**
 * A registry in a fresh folder with crate files beside it, for tests of the
 * `crate` commands.
 *
 * @module
 */

import type { CrateBuilder } from "./a_crate.ts";
import { assertEquals } from "./assert.ts";
import { type CapturedIoOptions, type Ended, runIn } from "./captured_io.ts";
import { type TempFolder, tempFolder } from "./temp_folder.ts";

/** A registry and the folder that commands are typed in. */
export class Shelf implements AsyncDisposable {
  readonly #folder: TempFolder;
  /** The working folder. */
  readonly path: string;

  private constructor(folder: TempFolder) {
    this.#folder = folder;
    this.path = folder.path;
  }

  /** Makes an empty registry, which no server serves: so it has no first user. */
  static async make(): Promise<Shelf> {
    const shelf = new Shelf(await tempFolder());
    await Deno.writeTextFile(`${shelf.path}/palletizer.toml`, "");
    await shelf.done(["init"]);
    return shelf;
  }

  /** Makes a registry that holds these crates. */
  static async with(...crates: readonly CrateBuilder[]): Promise<Shelf> {
    const shelf = await Shelf.make();
    const files = await shelf.write(...crates);
    await shelf.done(["crate", "add", ...files]);
    return shelf;
  }

  /** Runs a command line. */
  run(
    args: readonly string[],
    options: CapturedIoOptions = {},
  ): Promise<Ended> {
    return runIn(this.path, args, options);
  }

  /** Runs a command line, fails unless all was done, answers its stdout. */
  async done(args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.run(args);
    assertEquals(status, 0, stderr);
    return stdout;
  }

  /** Writes crate files and answers their names. */
  async write(...crates: readonly CrateBuilder[]): Promise<string[]> {
    for (const crate of crates) {
      await Deno.writeFile(`${this.path}/${crate.fileName}`, crate.bytes());
    }
    return crates.map(({ fileName }) => fileName);
  }

  /** `NAME VERSION`, with `yanked` where it is, of all that is published. */
  async versions(): Promise<string[]> {
    const crates = linesOf(await this.done(["crate", "list", "--json"]));
    const found: string[] = [];
    for (const { name } of crates) {
      const shown = await this.done(["crate", "show", String(name), "--json"]);
      for (const { version, yanked } of JSON.parse(shown).versions) {
        found.push(`${name} ${version}${yanked ? " yanked" : ""}`);
      }
    }
    return found.sort();
  }

  /** Removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** The objects of a result that is an object a line. */
export function linesOf(stdout: string): Record<string, unknown>[] {
  return stdout.split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
