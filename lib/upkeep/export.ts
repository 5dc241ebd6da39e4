/**
 * An export: a folder that cargo takes for a registry, for machines that reach
 * no other one.
 *
 * @see https://doc.rust-lang.org/cargo/reference/source-replacement.html#local-registry-sources
 * @module
 */

import { dirname, join } from "node:path";
import type { IndexEntry } from "../index/entry.ts";
import { Refusal } from "../refusal.ts";
import type { Parts } from "../registry/parts.ts";
import {
  listFolder,
  removeFile,
  removeFolder,
  renameFile,
} from "../storage/file_names.ts";
import {
  fileFacts,
  fsyncFolder,
  makeFile,
  makeFolder,
  writeNewFile,
} from "../storage/file_system.ts";
import { checksumOf } from "./checksum_of.ts";
import { checkedPieces, indexFilesAt } from "./copy.ts";
import {
  type InventoryItem,
  type InventoryTotals,
  readInventory,
  takeInventory,
} from "./inventory.ts";
import { Still } from "./still.ts";

/** By this file an export is known again; cargo does not look at it. */
const MARK = ".palletizer-export";

/** Where to export to. */
export interface ExportRequest {
  /** The absolute path of a folder: missing, empty, or a former export. */
  readonly folder: string;
}

/** An export that was made or brought up to date. */
export interface Exported {
  /** How many versions are in it. */
  readonly versions: number;
  /** How many crate files were written. */
  readonly written: number;
  /** How many crate files of a former export were removed. */
  readonly removed: number;
}

/**
 * Writes all versions, yanked ones too, as of one moment. Of a former export
 * what is right stays, and what the registry has no longer goes. When it throws,
 * a former export is as good as it was.
 *
 * @throws {Refusal} `export_folder_foreign`, `backup_running`,
 * `crate_file_missing`, `crate_file_damaged`, `disk_full`, `permission_denied`,
 * `index_busy`.
 */
export async function exportCrates(
  parts: Parts,
  { folder }: ExportRequest,
): Promise<Exported> {
  await claimFolder(folder);
  const newIndex = join(folder, "index.new");
  const list = parts.staging().scratch("crate-files");
  await using still = await Still.begin(parts);
  try {
    await removeFolder(newIndex); // a killed export's: no other goes on now
    const totals = await writeIndex(parts, still.tip, newIndex, list);
    still.indexIsRead();
    const { written, former } = await writeCrateFiles(parts, folder, list);
    await replaceIndex(folder, newIndex);
    for (const name of former) await removeFile(join(folder, name));
    await fsyncFolder(folder);
    return { versions: totals.count, written, removed: former.size };
  } finally {
    await removeFile(list);
    await removeFolder(newIndex);
  }
}

/** Whatever is replaced or removed later must be our own. */
async function claimFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  const isFolder = (await fileFacts(folder))?.isFolder === true;
  const names = isFolder ? await listFolder(folder) : [];
  if (!isFolder || (names.length > 0 && !names.includes(MARK))) {
    throw new Refusal("export_folder_foreign", { path: folder });
  }
  await makeFile(join(folder, MARK));
}

async function writeIndex(
  { git, crates }: Parts,
  tip: string,
  folder: string,
  list: string,
): Promise<InventoryTotals> {
  await makeFolder(folder);
  async function* entries(): AsyncGenerator<IndexEntry> {
    for await (const { path, file, entries } of indexFilesAt(git, tip)) {
      const to = join(folder, path);
      await makeFolder(dirname(to));
      await writeNewFile(to, [new TextEncoder().encode(file.text)]);
      yield* entries;
    }
  }
  return await takeInventory(list, entries(), crates);
}

interface WrittenCrateFiles {
  readonly written: number;
  /** The names of those that are in the registry no longer. */
  readonly former: ReadonlySet<string>;
}

async function writeCrateFiles(
  parts: Parts,
  folder: string,
  list: string,
): Promise<WrittenCrateFiles> {
  const names = await listFolder(folder);
  const former = new Set(names.filter((name) => /\.crate$/.test(name)));
  let written = 0;
  for await (const item of readInventory(list)) {
    const name = `${item.crate}-${item.version}.crate`;
    const path = join(folder, name);
    if (former.delete(name) && await isRight(path, item)) continue;
    const part = `${path}.part`;
    await removeFile(part); // a killed export's
    await writeNewFile(part, checkedPieces(parts.crates, item));
    await renameFile(part, path);
    written++;
  }
  return { written, former };
}

async function isRight(
  path: string,
  { checksum, sizeBytes }: InventoryItem,
): Promise<boolean> {
  if ((await fileFacts(path))?.sizeBytes !== sizeBytes) return false;
  return await checksumOf(path, sizeBytes) === checksum;
}

/** Behind the crate files: the index names none that is not there. */
async function replaceIndex(folder: string, newIndex: string): Promise<void> {
  const [index, old] = [join(folder, "index"), join(folder, "index.old")];
  await removeFolder(old);
  if (await fileFacts(index) !== null) await renameFile(index, old);
  await renameFile(newIndex, index);
  await removeFolder(old);
}
