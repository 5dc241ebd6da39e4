/**
 * A disk that is small enough to be filled: a file system in memory.
 *
 * Needs root on Linux.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { runProgram } from "../support/palletizer.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

const DISK_BYTES = 24 << 20;
const PIECE_BYTES = 65_536;

/** Whether file systems can be mounted here. */
export async function canMount(): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  try {
    await using _disk = await SmallDisk.mount();
    return true;
  } catch {
    return false;
  }
}

/** A small disk, taken out at the end of the scope. */
export class SmallDisk implements AsyncDisposable {
  readonly #temp: TempFolder;

  private constructor(temp: TempFolder) {
    this.#temp = temp;
  }

  /** Mounts an empty one. */
  static async mount(): Promise<SmallDisk> {
    const temp = await tempFolder();
    const options = ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "none"];
    const { code, stderr } = await runProgram("mount", [...options, temp.path]);
    if (code === 0) return new SmallDisk(temp);
    await temp[Symbol.asyncDispose]();
    throw new Error(stderr);
  }

  /** Where it is. */
  get path(): string {
    return this.#temp.path;
  }

  /** Fills it, but for so many bytes; a fill before is taken back. */
  fill(exceptBytes: number): void {
    this.free();
    using file = Deno.openSync(this.#filling, { write: true, create: true });
    const piece = new Uint8Array(PIECE_BYTES);
    let written = 0;
    try {
      for (;;) written += file.writeSync(piece);
    } catch (error) {
      assert.ok(error instanceof Error && /No space left/.test(error.message));
    }
    file.truncateSync(Math.max(0, written - exceptBytes));
  }

  /** Takes back what {@linkcode SmallDisk.fill} wrote. */
  free(): void {
    try {
      Deno.removeSync(this.#filling);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Takes it out. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { code, stderr } = await runProgram("umount", [this.path]);
    assert.equal(code, 0, stderr);
    await this.#temp[Symbol.asyncDispose]();
  }

  get #filling(): string {
    return join(this.path, "filling");
  }
}
