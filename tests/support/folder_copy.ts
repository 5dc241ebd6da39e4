/**
 * What is costly to make, made once and written again for each test.
 *
 * @module
 */

import { join } from "node:path";

/** A folder with all that is in it, kept in memory. */
export class FolderCopy {
  readonly #mode: number;
  readonly #folders = new Map<string, FolderCopy>();
  readonly #files = new Map<string, { mode: number; bytes: Uint8Array }>();

  /** Reads a folder, which may change or go afterwards. */
  constructor(path: string) {
    this.#mode = modeOf(path);
    for (const { name, isDirectory } of Deno.readDirSync(path)) {
      const inner = join(path, name);
      if (isDirectory) this.#folders.set(name, new FolderCopy(inner));
      else {
        const bytes = Deno.readFileSync(inner);
        this.#files.set(name, { mode: modeOf(inner), bytes });
      }
    }
  }

  /** Makes the folder anew, at a path where nothing is. */
  writeTo(path: string): void {
    Deno.mkdirSync(path, { mode: this.#mode });
    for (const [name, folder] of this.#folders) {
      folder.writeTo(join(path, name));
    }
    for (const [name, { mode, bytes }] of this.#files) {
      Deno.writeFileSync(join(path, name), bytes, { mode, createNew: true });
    }
  }
}

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}
