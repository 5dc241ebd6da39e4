/**
 * A disk that is full at each of the writes of a backup and of a restore: with a
 * little more space from time to time, another one is the first to fail.
 */

import { join } from "node:path";
import { run } from "../../cli/mod.ts";
import { backUp } from "../support/a_backup.ts";
import { aCrate } from "../support/a_crate.ts";
import { aRegistry, type TestRegistry } from "../support/a_registry.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CapturedIo } from "../support/captured_io.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { canMount, SmallDisk } from "./small_disk.ts";

/** How much space is left at most, and the step in which it grows, in bytes. */
const LEFT_BYTES_MAX = 1024 * 1024;
const STEP_BYTES = 32 * 1024;

const ignore = !await canMount();

async function withCrates(parent?: string): Promise<TestRegistry> {
  const it = await aRegistry(parent === undefined ? {} : { parent });
  await it.add(aCrate("foo"), aCrate("foo", "1.1.0"), aCrate("bar"));
  return it;
}

/** Runs a command again and again, with ever more space; what is left each time. */
async function withEverMoreSpace(
  disk: SmallDisk,
  args: readonly string[],
  folder: string,
  leftBehind: () => unknown,
): Promise<void> {
  const nothing = leftBehind();
  let refused = 0;
  for (let left = 0; left <= LEFT_BYTES_MAX; left += STEP_BYTES) {
    disk.fill(left);
    const io = new CapturedIo(folder);
    const status = await run(args, io);
    disk.free();
    if (status === 0) {
      assertTrue(refused > 0, "it was refused before");
      return;
    }
    refused++;
    assertEquals(status, 1, `${left}: ${io.stderr}`);
    assertTrue(/^error: .+\n$/.test(io.stderr), io.stderr);
    assertEquals(leftBehind(), nothing, `${left}: ${io.stderr}`);
  }
  throw new Error("it was never done");
}

/** All paths below a folder, but for the folders of living processes. */
function pathsBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (name === "filling") return [];
    return isDirectory ? [path, ...pathsBelow(path)] : [path];
  }).sort();
}

Deno.test({
  ...{ ignore, name: "palletizer backup to a full disk leaves no file there" },
  async fn() {
    await using disk = await SmallDisk.mount();
    await using it = await withCrates();
    const to = join(disk.path, "backup.tar");
    const look = () => [pathsBelow(disk.path), pathsBelow(it.path("tmp"))];
    await it.close();
    await withEverMoreSpace(disk, ["backup", to], it.folder, look);
    await Deno.stat(to);
  },
});

Deno.test({
  ...{ ignore, name: "palletizer backup whose registry is on a full disk" },
  async fn() {
    await using disk = await SmallDisk.mount();
    await using it = await withCrates(disk.path);
    await using elsewhere = await tempFolder();
    await it.close();
    const to = join(elsewhere.path, "backup.tar");
    const look = () => [pathsBelow(elsewhere.path), pathsBelow(it.path("tmp"))];
    await withEverMoreSpace(disk, ["backup", to], it.folder, look);
  },
});

Deno.test({
  ...{ ignore, name: "palletizer restore to a full disk leaves nothing" },
  async fn() {
    await using disk = await SmallDisk.mount();
    await using it = await withCrates();
    await backUp(it, "backup.tar");
    const args = ["restore", join(it.folder, "backup.tar")];
    await Deno.mkdir(join(disk.path, "new"));
    const look = () => pathsBelow(disk.path);
    await withEverMoreSpace(disk, args, join(disk.path, "new"), look);
  },
});
