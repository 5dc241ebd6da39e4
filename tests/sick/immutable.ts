/**
 * Files and folders that nobody may change, not even root: `chattr +i`.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { runProgram } from "../support/palletizer.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** Whether files can be made so here. */
export async function canMakeImmutable(): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  await using folder = await tempFolder();
  try {
    await using _it = await makeImmutable(folder.path);
    await Deno.writeTextFile(join(folder.path, "file"), "");
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied;
  }
  return false;
}

/** Makes files and folders immutable, until the end of the scope. */
export async function makeImmutable(
  ...paths: readonly string[]
): Promise<AsyncDisposable> {
  await chattr("+i", paths);
  return { [Symbol.asyncDispose]: () => chattr("-i", paths) };
}

async function chattr(how: string, paths: readonly string[]): Promise<void> {
  const { code, stderr } = await runProgram("chattr", [how, ...paths]);
  assert.equal(code, 0, stderr);
}
