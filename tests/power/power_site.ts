/**
 * A data folder on a disk whose power can be cut: a file system in a file,
 * mounted through a loop device, that forgets all that was not flushed to it.
 *
 * Needs root. What it models is a lost page cache, not a disk that lies.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Line, Told } from "../crash/told.ts";
import type { ServedSite } from "../crash/served_promise.ts";
import { assertFsckClean, linesAtTip } from "../support/git.ts";
import {
  palletizerDone,
  runProgram,
  type RunResult,
} from "../support/palletizer.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

/** A file system to cut the power of. */
export type FileSystem = "ext4" | "xfs";

const MAKE: Readonly<Record<FileSystem, readonly string[]>> = {
  ext4: ["mkfs.ext4", "-q", "-F"],
  xfs: ["mkfs.xfs", "-q", "-f"],
};

/** Large enough for the smallest xfs there may be. */
const DISK_BYTES = 700 << 20;

/** `FS_IOC_SHUTDOWN`, and its flag that says: without flushing the log. */
const SHUTDOWN = 0x8004587dn;
const NO_LOG_FLUSH = 2;

/** How often a busy disk is tried to be unmounted, and the pause between, in ms. */
const UNMOUNTS_MAX = 200;
const UNMOUNT_PAUSE_MS = 50;

/** Why the power of this file system cannot be cut here; null if it can. */
export async function whyNot(fileSystem: FileSystem): Promise<string | null> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return "root on Linux";
  const [program = ""] = MAKE[fileSystem];
  try {
    await run(program, "-V");
    await using site = await PowerSite.make(fileSystem);
    return site === null ? "" : null;
  } catch {
    return `${program} and loop devices`;
  }
}

/** A disk with a registry on it. */
export class PowerSite implements ServedSite, AsyncDisposable {
  readonly #temp: TempFolder;
  readonly told = new Told();

  private constructor(temp: TempFolder) {
    this.#temp = temp;
  }

  /** Makes the disk, and mounts it. */
  static async make(fileSystem: FileSystem): Promise<PowerSite> {
    const site = new PowerSite(await tempFolder());
    try {
      const [program = "", ...flags] = MAKE[fileSystem];
      using disk = await Deno.create(site.#disk);
      await disk.truncate(DISK_BYTES);
      await run(program, ...flags, site.#disk);
      await Deno.mkdir(site.#mount);
      await site.#plugIn();
      return site;
    } catch (error) {
      await site.#temp[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Makes an empty registry with two users on it, flushed to the disk. */
  async init(): Promise<void> {
    const config =
      `data = "${this.data}"\n[[listener]]\nbind = "127.0.0.1:1"\n`;
    await Deno.writeTextFile(join(this.folder, "palletizer.toml"), config);
    const options = { cwd: this.folder };
    await palletizerDone(["init"], options);
    for (const name of ["alice", "bob"]) {
      await palletizerDone(["user", "add", name], options);
    }
    await run("sync", "-f", this.#mount);
  }

  /** Where commands run; on a disk whose power stays. */
  get folder(): string {
    return this.#temp.path;
  }

  /** The data folder. */
  get data(): string {
    return join(this.#mount, "data");
  }

  /** The index repository. */
  get repository(): string {
    return join(this.data, "index.git");
  }

  /** All lines of the index. */
  async lines(): Promise<Line[]> {
    const lines = await linesAtTip(this.repository, [":(exclude)config.json"]);
    return lines.map((line) => JSON.parse(line) as Line);
  }

  /** Cuts the power, at once: what is not on the disk now never will be. */
  cutPower(): void {
    using _open = Deno.openSync(this.#mount, { read: true });
    const fd = fileDescriptorOf(this.#mount);
    const flag = new Uint32Array([NO_LOG_FLUSH]);
    const libc = Deno.dlopen("libc.so.6", {
      ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
    });
    const result = libc.symbols.ioctl(fd, SHUTDOWN, flag);
    libc.close();
    assert.equal(result, 0, "the power was not cut");
  }

  /** Brings the power back: takes the disk out, and puts it in again. */
  async restorePower(): Promise<void> {
    for (let tries = 1;; tries++) {
      const { code, stderr } = await runProgram("umount", [this.#mount]);
      if (code === 0) break;
      assert.ok(tries < UNMOUNTS_MAX, stderr);
      await new Promise((resolve) => setTimeout(resolve, UNMOUNT_PAUSE_MS));
    }
    await this.#plugIn();
  }

  /** Fails unless all that was told is on the disk, and nothing is half done. */
  async assertNothingLost(): Promise<void> {
    await assertFsckClean(this.repository);
    const lines = await this.lines();
    for (const { name, vers, cksum } of lines) {
      const path = `${this.data}/crates/${name}/${name}-${vers}.crate`;
      const bytes = await Deno.readFile(path);
      const found = createHash("sha256").update(bytes).digest("hex");
      assert.equal(found, cksum, path);
    }
    assert.deepStrictEqual(this.told.lostIn(lines), []);
  }

  /** Takes the disk out, and removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await runProgram("umount", ["--lazy", this.#mount]);
    await this.#temp[Symbol.asyncDispose]();
  }

  get #disk(): string {
    return join(this.#temp.path, "disk");
  }

  get #mount(): string {
    return join(this.#temp.path, "mount");
  }

  async #plugIn(): Promise<void> {
    await run("mount", "-o", "loop", this.#disk, this.#mount);
  }
}

/** The descriptor by which this process has a folder open. */
function fileDescriptorOf(path: string): number {
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      if (Deno.readLinkSync(`/proc/self/fd/${name}`) === path) {
        return Number(name);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error(`${path} is not open`);
}

async function run(program: string, ...args: string[]): Promise<RunResult> {
  const result = await runProgram(program, args);
  assert.equal(result.code, 0, `${program}: ${result.stderr}`);
  return result;
}
