/**
 * The generation: a number in a file that changes whenever palletizer.db does,
 * so that what was read from it may be kept in memory and checked for the price
 * of reading 8 bytes.
 *
 * The number is odd while a change may be under way, even at rest, and never
 * goes back. It is written only by whoever holds the write lock of the database
 * itself, so no two writers meet. A writer that dies leaves it odd: nothing read
 * then is kept, until the next change puts it right.
 *
 * @module
 */

import { FILE_MODE, toRefusal } from "./file_system.ts";

const NUMBER_BYTES = 8;

/** The file `generation` of a data folder. */
export class Generation implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #bytes = new Uint8Array(NUMBER_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /**
   * Opens the file; one that is missing is made.
   *
   * @throws {Refusal} `permission_denied`, `disk_full`.
   */
  static open(path: string): Generation {
    const options = { create: true, read: true, write: true, mode: FILE_MODE };
    try {
      return new Generation(Deno.openSync(path, options));
    } catch (error) {
      throw toRefusal(error, path);
    }
  }

  /**
   * The generation now. What is read from the database after this call, and
   * {@linkcode isSettled}, holds as long as this answers the same.
   */
  read(): number {
    this.#file.seekSync(0, Deno.SeekMode.Start);
    const length = this.#file.readSync(this.#bytes);
    return length === NUMBER_BYTES ? Number(this.#view.getBigUint64(0)) : 0;
  }

  /** Whether no change is under way. */
  isSettled(): boolean {
    return isSettled(this.read());
  }

  /** To be called under the database's write lock, before it is changed. */
  beginChange(): void {
    const present = this.read();
    this.#write(isSettled(present) ? present + 1 : present + 2);
  }

  /** To be called under the database's write lock, after the commit. */
  endChange(): void {
    const present = this.read();
    if (!isSettled(present)) this.#write(present + 1);
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  /** The same as {@linkcode Generation.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #write(generation: number): void {
    this.#view.setBigUint64(0, BigInt(generation));
    this.#file.seekSync(0, Deno.SeekMode.Start);
    this.#file.writeSync(this.#bytes);
  }
}

/** Whether what is read at this generation may be kept. */
export function isSettled(generation: number): boolean {
  return generation % 2 === 0;
}
