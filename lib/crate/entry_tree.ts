/**
 * The files and folders of one crate file, and what they may not be to each
 * other: in another root, twice there, twins but for case, file and folder.
 *
 * Pure. What a single path may be is in `entry_path.ts`.
 *
 * @module
 */

import type { Limits } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import {
  type EntryKind,
  type EntryPath,
  entryRefused,
  foldedName,
  showPath,
} from "./entry_path.ts";

interface Node {
  readonly name: string;
  readonly kind: EntryKind;
  /** Whether an entry of its own has named it, or only one inside it. */
  isListed: boolean;
  /** By folded name. */
  readonly children: Map<string, Node>;
}

/** Files have none: one map stands for all. */
const NO_CHILDREN: Map<string, Node> = new Map();

/** Grows by one entry at a time. */
export class EntryTree {
  readonly #entriesMax: number;
  readonly #top = newNode("", "folder");
  #root: string | null = null;
  #entryCount = 0;
  #nodeCount = 0;

  /** @param limits `crateFileEntriesMax` bounds files and folders in the root. */
  constructor(limits: Limits) {
    this.#entriesMax = limits.crateFileEntriesMax;
  }

  /** How many entries were added. */
  get entryCount(): number {
    return this.#entryCount;
  }

  /** The one folder that all entries lie in; `null` before the first. */
  get root(): string | null {
    return this.#root;
  }

  /**
   * Adds an entry.
   *
   * @throws {Refusal} `crate_file_entry_refused`, `crate_file_too_many_entries`.
   */
  add(path: EntryPath, kind: EntryKind): void {
    const names = path.split("/");
    this.#requireInRoot(path, names, kind);
    let node = this.#top;
    for (const [depth, name] of names.entries()) {
      const isLast = depth === names.length - 1;
      node = this.#step(node, name, isLast ? kind : "folder", path);
    }
    if (node.isListed) throw entryRefused(path, "it is there twice");
    node.isListed = true;
    this.#entryCount += 1;
  }

  #requireInRoot(path: EntryPath, names: string[], kind: EntryKind): void {
    if (names.length === 1 && kind === "file") {
      throw entryRefused(path, "it does not lie in a folder NAME-VERSION");
    }
    this.#root ??= names[0] ?? null;
    if (names[0] !== this.#root) {
      throw entryRefused(
        path,
        `it does not lie in the folder \`${showPath(this.#root ?? "")}\``,
      );
    }
  }

  #step(parent: Node, name: string, kind: EntryKind, path: EntryPath): Node {
    const folded = foldedName(name);
    const known = parent.children.get(folded);
    if (known === undefined) {
      if (parent !== this.#top) this.#countNode();
      const node = newNode(name, kind);
      parent.children.set(folded, node);
      return node;
    }
    const shown = showPath(name);
    if (known.name !== name) {
      throw entryRefused(
        path,
        `\`${shown}\` and \`${
          showPath(known.name)
        }\` are one name where case does not count`,
      );
    }
    if (known.kind !== kind) {
      throw entryRefused(path, `\`${shown}\` is both a file and a folder`);
    }
    return known;
  }

  // Folders that no entry names count as well: else long paths of many folders
  // would take memory without bound.
  #countNode(): void {
    this.#nodeCount += 1;
    if (this.#nodeCount > this.#entriesMax) {
      throw new Refusal("crate_file_too_many_entries", {
        limit: this.#entriesMax,
      });
    }
  }
}

function newNode(name: string, kind: EntryKind): Node {
  const children = kind === "file" ? NO_CHILDREN : new Map();
  return { name, kind, isListed: false, children };
}
