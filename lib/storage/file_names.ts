/**
 * Names of files and folders: given, changed, taken away, listed.
 *
 * They are on disk only after an fsync of the folder that they are in.
 *
 * @module
 */

import { toRefusal, unlessMissing, withPath } from "./file_system.ts";

/**
 * Gives a file a second name.
 *
 * @returns whether it has it now; `false` when the name is in use.
 */
export async function linkFile(path: string, as: string): Promise<boolean> {
  try {
    await Deno.link(path, as);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw toRefusal(error, as);
  }
}

/** Renames a file; one that has the new name already is replaced. */
export async function renameFile(from: string, to: string): Promise<void> {
  await withPath(to, () => Deno.rename(from, to));
}

/** Removes a file; `false` when there was none. */
export async function removeFile(path: string): Promise<boolean> {
  return await unlessMissing(path, () => Deno.remove(path).then(() => true)) ??
    false;
}

/** Removes a folder with all that is in it; `false` when there was none. */
export async function removeFolder(path: string): Promise<boolean> {
  const remove = () => Deno.remove(path, { recursive: true }).then(() => true);
  return await unlessMissing(path, remove) ?? false;
}

/** Removes a folder if nothing is in it; `false` when something is. */
export async function removeEmptyFolder(path: string): Promise<boolean> {
  try {
    return await removeFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOTEMPTY" || code === "EEXIST") return false;
    throw error;
  }
}

/** The names of what is in a folder, in order; none when it is missing. */
export async function listFolder(path: string): Promise<readonly string[]> {
  const read = () => Array.fromAsync(Deno.readDir(path), ({ name }) => name);
  return (await unlessMissing(path, read) ?? []).sort();
}
