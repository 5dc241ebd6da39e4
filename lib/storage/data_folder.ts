/**
 * The data folder: where everything in it is, how it is made, and who may use
 * it.
 *
 * What the index repository and the databases hold is left to their own rooms.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { Refusal } from "../refusal.ts";
import {
  fileFacts,
  fsyncFolder,
  makeFile,
  makeFolder,
  withPath,
} from "./file_system.ts";

/** Where everything in a data folder is. */
export interface DataPaths {
  /** The data folder itself. */
  readonly folder: string;
  /** The bare repository of the index: the truth of what is published. */
  readonly index: string;
  /** Crate files. */
  readonly crates: string;
  /** Users, tokens, owners, removed versions. */
  readonly people: string;
  /** Search, names, dependents: can be made again from the index. */
  readonly derived: string;
  /** One writer at a time, for a batch. */
  readonly lock: string;
  /** The one server of this folder, for its life. */
  readonly serving: string;
  /** Held while git repacks. */
  readonly maintenance: string;
  /** Held while the registry is being copied: crate files stay as long. */
  readonly backup: string;
  /** Crate files to be deleted once nobody copies any more. */
  readonly postponed: string;
  /** What a restore has so far: as long as it is there, this is no registry. */
  readonly restoring: string;
  /** Changes whenever {@linkcode DataPaths.people} does. */
  readonly generation: string;
  /** Where the first token goes if it cannot be shown; to be deleted. */
  readonly firstToken: string;
  /** Uploads in progress, a folder for each process. */
  readonly tmp: string;
}

/** Where everything in the data folder at `folder` is. */
export function dataPaths(folder: string): DataPaths {
  return {
    folder,
    index: join(folder, "index.git"),
    crates: join(folder, "crates"),
    people: join(folder, "palletizer.db"),
    derived: join(folder, "derived.db"),
    lock: join(folder, "lock"),
    serving: join(folder, "serving"),
    maintenance: join(folder, "maintenance"),
    backup: join(folder, "backup"),
    postponed: join(folder, "postponed-deletions"),
    restoring: join(folder, "restoring"),
    generation: join(folder, "generation"),
    firstToken: join(folder, "first-token"),
    tmp: join(folder, "tmp"),
  };
}

/**
 * Makes what is missing of a data folder: the folder, `crates/`, `tmp/` and the
 * files of the locks. Done again it changes nothing.
 *
 * @throws {Refusal} `data_folder_foreign`, `restore_unfinished`,
 * `permission_denied`, `disk_full`.
 */
export async function makeDataFolder(folder: string): Promise<void> {
  const paths = dataPaths(folder);
  const isNew = await makeFolder(folder);
  await requireOwner(folder);
  await requireRestored(paths);
  for (const path of [paths.crates, paths.tmp]) await makeFolder(path);
  const { lock, serving, maintenance, backup } = paths;
  for (const path of [lock, serving, maintenance, backup]) await makeFile(path);
  await fsyncFolder(folder);
  if (isNew) await fsyncFolder(dirname(folder));
}

/**
 * Refuses a folder that holds no registry, or one of another user of the
 * machine: files of two owners would stop whoever comes next, root included.
 *
 * @throws {Refusal} `data_folder_missing`, `data_folder_foreign`,
 * `restore_unfinished`, `permission_denied`.
 */
export async function requireDataFolder(folder: string): Promise<void> {
  const isThere = (await fileFacts(folder))?.isFolder ?? false;
  if (isThere) await requireOwner(folder); // others may not even look inside
  if (isThere) await requireRestored(dataPaths(folder));
  if (!isThere || !await holdsRegistry(dataPaths(folder))) {
    throw new Refusal("data_folder_missing", { path: folder });
  }
}

async function holdsRegistry({ index, crates }: DataPaths): Promise<boolean> {
  return await fileFacts(index) !== null || await fileFacts(crates) !== null;
}

/** Half of a registry must be taken neither for one nor for none. */
async function requireRestored(
  { folder, restoring }: DataPaths,
): Promise<void> {
  if (await fileFacts(restoring) === null) return;
  throw new Refusal("restore_unfinished", { path: folder });
}

/**
 * Refuses a folder of another user of the machine.
 *
 * @throws {Refusal} `data_folder_foreign`, `permission_denied`.
 */
export async function requireOwner(folder: string): Promise<void> {
  const facts = await fileFacts(folder);
  if (facts === null || facts.ownerId === Deno.uid()) return;
  const name = await userName(facts.ownerId);
  const user = name ?? `'#${facts.ownerId}'`; // a shell takes a bare # for a comment
  throw new Refusal("data_folder_foreign", {
    path: folder,
    owner: name ?? `#${facts.ownerId}`,
    command: `sudo -u ${user} palletizer …`,
  });
}

/** The name of a user of this machine; `null` when only the number is known. */
async function userName(id: number): Promise<string | null> {
  const path = "/etc/passwd";
  if (await fileFacts(path) === null) return null;
  const text = await withPath(path, () => Deno.readTextFile(path));
  for (const line of text.split("\n")) {
    const [name = "", , number] = line.split(":");
    if (number === String(id) && name !== "") return name;
  }
  return null;
}
