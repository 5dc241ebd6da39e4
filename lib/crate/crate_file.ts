/**
 * A crate file: a `.crate` as cargo makes it, read under limits.
 *
 * One gzip member that holds one tar archive whose entries all lie in one folder
 * `{name}-{version}` and can be unpacked anywhere. Read in a stream, never whole
 * in memory; only the manifest and a README are kept. What a manifest says is
 * read by `manifest.ts`.
 *
 * Pure.
 *
 * @see https://doc.rust-lang.org/cargo/commands/cargo-package.html
 * @module
 */

import type { Limits } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import {
  type EntryKind,
  type EntryPath,
  entryRefused,
  parseEntryPath,
} from "./entry_path.ts";
import { EntryTree } from "./entry_tree.ts";
import { inflateGzip } from "./gzip.ts";
import type { CrateName } from "./name.ts";
import { readTar } from "./tar.ts";
import type { CrateVersion } from "./version.ts";

/** What is known of a crate file once it has been read to its end. */
export interface CrateFileContents {
  /** The folder that everything lies in, like `foo-1.0.0`. */
  readonly root: string;
  /** The text of the Cargo.toml in it. */
  readonly manifest: string;
  /**
   * The text of the README that cargo takes when the manifest names none
   * (README.md, README.txt or README in the root); `null` without one. Cut at
   * `readmeBytesMax`. For another use {@linkcode readCrateFileEntry}.
   */
  readonly readme: string | null;
  /** The name of that README in the root, like `README.md`. */
  readonly readmePath: string | null;
  /** Files and folders listed. */
  readonly entryCount: number;
  /** Length of the whole archive, headers included, in bytes. */
  readonly unpackedBytes: number;
}

const MANIFEST = "Cargo.toml";

/** In the order in which cargo looks for them. */
const READMES = ["README.md", "README.txt", "README"];

/**
 * Reads a crate file to its end and checks all of it.
 *
 * @param pieces the file, in pieces of any length.
 * @throws {Refusal} `crate_file_malformed`, `crate_file_entry_refused`,
 * `crate_file_too_many_entries`, `crate_file_unpacked_too_large`, and
 * `manifest_invalid` when the Cargo.toml is missing, too large or no text.
 */
export async function readCrateFile(
  pieces: AsyncIterable<Uint8Array>,
  limits: Limits,
): Promise<CrateFileContents> {
  const archive = new Archive(pieces, limits);
  const kept = new Map<string, KeptFile>();
  let current: KeptFile | null = null;
  for await (const part of archive.parts()) {
    if (part instanceof Uint8Array) {
      current?.add(part);
      continue;
    }
    current = keptFile(part, limits);
    if (current !== null) kept.set(part.path, current);
  }
  const readmePath = READMES.find((path) => kept.has(path)) ?? null;
  return {
    root: archive.root,
    manifest: toManifest(kept.get(MANIFEST)),
    readme: readmePath && (kept.get(readmePath)?.toText() ?? null),
    readmePath,
    entryCount: archive.entryCount,
    unpackedBytes: archive.unpackedBytes,
  };
}

/**
 * Reads one file out of a crate file, and no further than that.
 *
 * For crate files that {@linkcode readCrateFile} has taken: what comes behind
 * the entry is not checked again.
 *
 * @param path the file's path below the root, like `docs/README.md`.
 * @param bytesMax how much of it is read; the rest is left out.
 * @returns its bytes; `null` when there is no such file.
 * @throws {Refusal} as {@linkcode readCrateFile} does.
 */
export async function readCrateFileEntry(
  pieces: AsyncIterable<Uint8Array>,
  path: string,
  bytesMax: number,
  limits: Limits,
): Promise<Uint8Array | null> {
  let found: KeptFile | null = null;
  for await (const part of new Archive(pieces, limits).parts()) {
    if (part instanceof Uint8Array) {
      found?.add(part);
    } else if (found !== null) {
      break;
    } else if (part.path === path && part.kind === "file") {
      found = new KeptFile(bytesMax);
    }
    if (found?.isFull) break;
  }
  return found?.toBytes() ?? null;
}

/**
 * Refuses a crate file whose folder is not `{name}-{version}`: cargo would not
 * unpack it.
 *
 * @throws {Refusal} `crate_file_entry_refused`.
 */
export function requireRoot(
  contents: CrateFileContents,
  name: CrateName,
  version: CrateVersion,
): void {
  const root = `${name}-${version}`;
  if (contents.root !== root) {
    throw entryRefused(
      `${contents.root}/`,
      `everything must lie in the folder \`${root}\``,
    );
  }
}

interface CrateFileEntry {
  /** Below the root; empty for the root itself. */
  readonly path: string;
  readonly kind: EntryKind;
  readonly sizeBytes: number;
}

/** The archive in a crate file, checked as it is read. */
class Archive {
  readonly #pieces: AsyncIterable<Uint8Array>;
  readonly #limits: Limits;
  readonly #tree: EntryTree;
  #unpackedBytes = 0;

  constructor(pieces: AsyncIterable<Uint8Array>, limits: Limits) {
    this.#pieces = pieces;
    this.#limits = limits;
    this.#tree = new EntryTree(limits);
  }

  get root(): string {
    return this.#tree.root ?? "";
  }

  get entryCount(): number {
    return this.#tree.entryCount;
  }

  get unpackedBytes(): number {
    return this.#unpackedBytes;
  }

  /** Each entry, then the pieces of its contents. */
  async *parts(): AsyncGenerator<CrateFileEntry | Uint8Array> {
    for await (const part of readTar(this.#unpack(), this.#limits)) {
      if (part instanceof Uint8Array) {
        yield part;
        continue;
      }
      const path = parseEntryPath(part.path, part.kind, this.#limits);
      this.#requireFits(part.sizeBytes);
      this.#tree.add(path, part.kind);
      const below = path.slice(this.root.length + 1);
      requireManifestSpelling(path, below);
      yield { path: below, kind: part.kind, sizeBytes: part.sizeBytes };
    }
  }

  // What comes out is counted, not what the headers promise: zeros behind the
  // end of the archive are work too.
  async *#unpack(): AsyncGenerator<Uint8Array> {
    for await (const piece of inflateGzip(this.#pieces)) {
      this.#unpackedBytes += piece.length;
      this.#requireFits(this.#unpackedBytes);
      yield piece;
    }
  }

  #requireFits(bytes: number): void {
    const { unpackedBytesMax } = this.#limits;
    if (bytes > unpackedBytesMax) {
      throw new Refusal("crate_file_unpacked_too_large", {
        limit_bytes: unpackedBytesMax,
      });
    }
  }
}

/** Cargo.toml is one name on every system: another case would be a second one. */
function requireManifestSpelling(path: EntryPath, below: string): void {
  if (below !== MANIFEST && below.toLowerCase() === "cargo.toml") {
    throw entryRefused(path, "the manifest must be spelled `Cargo.toml`");
  }
}

/** Where to keep the contents of an entry; `null` for what is passed over. */
function keptFile(entry: CrateFileEntry, limits: Limits): KeptFile | null {
  if (entry.kind === "folder") return null;
  if (entry.path === MANIFEST) {
    if (entry.sizeBytes > limits.manifestBytesMax) {
      throw manifestInvalid(
        `it has more than ${limits.manifestBytesMax} bytes`,
      );
    }
    return new KeptFile(limits.manifestBytesMax);
  }
  return READMES.includes(entry.path)
    ? new KeptFile(limits.readmeBytesMax)
    : null;
}

function toManifest(file: KeptFile | undefined): string {
  if (file === undefined) {
    throw manifestInvalid("there is none in the folder NAME-VERSION");
  }
  try {
    // A byte order mark stays: TOML allows one, and cargo takes no second.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(file.toBytes());
  } catch (error) {
    throw manifestInvalid("it is not UTF-8", { cause: error });
  }
}

function manifestInvalid(problem: string, options?: ErrorOptions): Refusal {
  return new Refusal("manifest_invalid", { problem }, options);
}

/** The beginning of a file, up to a bound. */
class KeptFile {
  readonly #bytesMax: number;
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get isFull(): boolean {
    return this.#length === this.#bytesMax;
  }

  add(piece: Uint8Array): void {
    const copy = piece.slice(0, this.#bytesMax - this.#length);
    this.#pieces.push(copy);
    this.#length += copy.length;
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    let filled = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, filled);
      filled += piece.length;
    }
    return bytes;
  }

  /** As UTF-8; a character that was cut through is left out. */
  toText(): string {
    const decoder = new TextDecoder();
    return decoder.decode(this.toBytes(), { stream: this.isFull });
  }
}
