/**
 * The index file of one crate: a line for each version, in the order of
 * publication.
 *
 * Pure and immutable: an edit gives a new file. Nothing but the line that an
 * edit is about ever changes, not by one byte: old lines are what cargo and its
 * users have in their caches, and a line that we cannot read is still somebody's.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html#json-schema
 * @module
 */

import type { CrateName } from "../crate/name.ts";
import {
  compareVersions,
  type CrateVersion,
  isPrerelease,
  withoutBuildMetadata,
} from "../crate/version.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import {
  encodeIndexEntry,
  type IndexEntry,
  type IndexEntryJson,
  parseIndexEntry,
  withYanked,
} from "./entry.ts";

const ENCODER = new TextEncoder();

/** The version of a line whose keys are in the usual order. */
const CLAIM = /^\{"name": ?"[^"\\]*", ?"vers": ?"([^"\\]*)"/;

/** A line of the file, without its newline; read when somebody asks. */
class Line {
  #claimed: string | null | undefined;
  #entry: IndexEntry | null | undefined;

  constructor(readonly text: string, entry?: IndexEntry) {
    this.#entry = entry;
  }

  /** The version that the line begins with; null if it begins otherwise. */
  get #claim(): string | null {
    return this.#claimed ??= CLAIM.exec(this.text)?.[1] ?? null;
  }

  /** The entry in it, or null if it is none. */
  get entry(): IndexEntry | null {
    if (this.#entry === undefined) {
      const entry = parseIndexEntry(this.text);
      // A line that says `vers` twice is dropped by cargo.
      const claim = this.#claim;
      const isSure = claim === null || claim === entry?.version;
      this.#entry = isSure ? entry : null;
    }
    return this.#entry;
  }

  /** The entry if it is of this version; other versions are not even read. */
  entryOf(isMeant: (version: string) => boolean): IndexEntry | null {
    const claim = this.#claim;
    if (claim !== null && !isMeant(claim)) return null;
    return this.entry !== null && isMeant(this.entry.version)
      ? this.entry
      : null;
  }
}

/** The lines of one crate. */
export class IndexFile {
  /** The file of a crate that is not there. */
  static readonly EMPTY: IndexFile = new IndexFile([]);

  readonly #lines: readonly Line[];

  private constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  /** Reads a file. */
  static parse(text: string): IndexFile {
    if (text === "") return IndexFile.EMPTY;
    return new IndexFile(text.split("\n").map((line) => new Line(line)));
  }

  /** The whole file: what was parsed, but for what was edited. */
  get text(): string {
    return this.#lines.map((line) => line.text).join("\n");
  }

  /** Whether nothing but blank lines is left. */
  get isEmpty(): boolean {
    return this.#lines.every((line) => line.text.trim() === "");
  }

  /**
   * The entries in the order of publication. Like for cargo, of two lines with
   * one version the last one counts.
   */
  get entries(): readonly IndexEntry[] {
    const byVersion = new Map<string, IndexEntry>();
    for (const { entry } of this.#lines) {
      if (entry !== null) byVersion.set(entry.version, entry);
    }
    return [...byVersion.values()];
  }

  /** The crate as its latest entry spells it, or null without an entry. */
  get name(): CrateName | null {
    const line = this.#lines.findLast((it) => it.entry !== null);
    return line?.entry?.name ?? null;
  }

  /**
   * The version to show for the crate: the highest that is neither yanked nor a
   * pre-release, else the highest that is not yanked, else the highest.
   */
  get newest(): IndexEntry | null {
    const entries = this.entries;
    const usable = entries.filter((it) => !it.yanked);
    return highest(usable.filter((it) => !isPrerelease(it.version))) ??
      highest(usable) ?? highest(entries);
  }

  /** The entry of exactly this version, build metadata included. */
  find(version: CrateVersion): IndexEntry | undefined {
    return this.#findLast((it) => it === version);
  }

  /** The entry of this version whatever its build metadata: there may be one. */
  findIgnoringBuild(version: CrateVersion): IndexEntry | undefined {
    const plain = withoutBuildMetadata(version);
    return this.#findLast((it) => it === plain || it.startsWith(`${plain}+`));
  }

  /**
   * The file with one more line at its end.
   *
   * @throws {Refusal} `version_exists`, whatever the build metadata;
   * `crate_name_taken` when the crate is spelt otherwise here; `index_file_full`.
   */
  withEntry(json: IndexEntryJson): IndexFile {
    const line = new Line(encodeIndexEntry(json));
    if (line.entry === null) throw new Error(`not an entry: ${line.text}`);
    const { name, version } = line.entry;
    if (this.name !== null && this.name !== name) {
      throw new Refusal("crate_name_taken", { name, existing: this.name });
    }
    const existing = this.findIgnoringBuild(version)?.version;
    if (existing !== undefined) {
      throw new Refusal("version_exists", { crate: name, version, existing });
    }
    const endsInNewline = this.#lines.at(-1)?.text === "";
    const before = endsInNewline ? this.#lines.slice(0, -1) : this.#lines;
    const file = new IndexFile([...before, line, new Line("")]);
    requireSize(file, name);
    return file;
  }

  /**
   * The file with a version yanked or not; this very file when it is so already.
   *
   * @throws {Refusal} `version_not_found`.
   */
  withYanked(version: CrateVersion, yanked: boolean): IndexFile {
    const before = this.#require(version);
    const after = withYanked(before, yanked);
    if (after === before) return this;
    return new IndexFile(
      this.#lines.map((line) =>
        line.entryOf((it) => it === version) === before
          ? new Line(after.line, after)
          : line
      ),
    );
  }

  /**
   * The file without a version.
   *
   * @throws {Refusal} `version_not_found`.
   */
  without(version: CrateVersion): IndexFile {
    this.#require(version);
    return new IndexFile(
      this.#lines.filter((line) =>
        line.entryOf((it) => it === version) === null
      ),
    );
  }

  #findLast(isMeant: (version: string) => boolean): IndexEntry | undefined {
    const line = this.#lines.findLast((it) => it.entryOf(isMeant) !== null);
    return line?.entry ?? undefined;
  }

  /** An empty file does not know its crate: who may have one asks first. */
  #require(version: CrateVersion): IndexEntry {
    const entry = this.find(version);
    if (entry !== undefined) return entry;
    const crate = this.name ?? "";
    throw new Refusal("version_not_found", { crate, version });
  }
}

function requireSize({ text }: IndexFile, crate: CrateName): void {
  const limit = DEFAULT_LIMITS.indexFileBytesMax;
  if (ENCODER.encode(text).length <= limit) return;
  throw new Refusal("index_file_full", { crate, limit_bytes: limit });
}

function highest(entries: readonly IndexEntry[]): IndexEntry | null {
  let high: IndexEntry | null = null;
  for (const it of entries) {
    if (high === null || compareVersions(it.version, high.version) > 0) {
      high = it;
    }
  }
  return high;
}
