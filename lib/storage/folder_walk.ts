/**
 * Walks through a folder and tells how each file and folder in it is kept.
 *
 * For whoever looks after the data folder as a whole; what is in the files is
 * not looked at.
 *
 * @module
 */

import { FILE_MODE, FOLDER_MODE, toRefusal, withPath } from "./file_system.ts";

/** How a file or a folder is kept. */
export interface KeptPath {
  /** Where it is: an absolute path. */
  readonly path: string;
  /** Whether it is a folder; a link to one is none. */
  readonly isFolder: boolean;
  /** Who may do what with it, without the kind of file. */
  readonly mode: number;
  /** The id of the machine's user who owns it. */
  readonly ownerId: number;
}

/** A folder that cannot be looked into. */
export interface ClosedFolder {
  /** Where it is. */
  readonly path: string;
  /** What the operating system says. */
  readonly problem: string;
}

/**
 * A folder and all that is below it, in the order of their names. What is
 * removed meanwhile is passed over, and links are not followed.
 *
 * @param closed is told of folders that cannot be looked into.
 */
export function* walkFolder(
  path: string,
  closed: (folder: ClosedFolder) => void,
): Iterable<KeptPath> {
  const kept = keptPath(path);
  if (kept === null) return;
  yield kept;
  if (!kept.isFolder) return;
  // Names alone are kept of a folder with very many of them.
  for (const name of namesIn(path, closed)?.sort() ?? []) {
    yield* walkFolder(`${path}/${name}`, closed);
  }
}

/**
 * The names in a folder, in no order; none when it is missing, `null` when it is
 * no folder or cannot be looked into. At once, unlike `listFolder()`.
 *
 * @param closed is told of a folder that cannot be looked into.
 */
export function namesIn(
  path: string,
  closed: (folder: ClosedFolder) => void = () => {},
): string[] | null {
  try {
    return Array.from(Deno.readDirSync(path), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    if (!(error instanceof Error && "code" in error)) throw error;
    closed({ path, problem: String(error) });
    return null;
  }
}

/**
 * The size of a file in bytes; `null` when there is none or a folder. At once,
 * unlike `fileFacts()`: for whoever asks for very many.
 *
 * @throws {Refusal} `permission_denied`.
 */
export function sizeOf(path: string): number | null {
  try {
    const { isDirectory, size } = Deno.statSync(path);
    return isDirectory ? null : size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw toRefusal(error, path);
  }
}

/** How a path is kept; `null` when there is nothing, or it cannot be told. */
export function keptPath(path: string): KeptPath | null {
  try {
    const { isDirectory, isSymlink, mode, uid } = Deno.lstatSync(path);
    return {
      ...{ path, isFolder: isDirectory, ownerId: uid ?? 0 },
      mode: isSymlink ? FILE_MODE : (mode ?? 0) & 0o7777, // a link has none
    };
  } catch {
    return null; // gone, or in a folder that is told to be closed
  }
}

/** The id of the machine's user whom this process runs as. */
export function ownId(): number {
  return Deno.uid() ?? 0;
}

/**
 * Leaves a file or a folder to its owner alone, who may then use it; what git
 * keeps from being written stays so.
 */
export async function closeToOthers(kept: KeptPath): Promise<void> {
  const mode = kept.isFolder ? FOLDER_MODE : kept.mode & FILE_MODE | 0o400;
  await withPath(kept.path, () => Deno.chmod(kept.path, mode));
}
