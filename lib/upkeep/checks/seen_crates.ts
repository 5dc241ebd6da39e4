/**
 * Which crates a registry has: all that is kept of them is their names.
 *
 * @module
 */

import {
  type CanonicalCrateName,
  canonicalCrateName,
  type CrateName,
} from "../../crate/name.ts";
import { crateAtPath } from "../../index/path.ts";
import { isRefusal } from "../../refusal.ts";
import type { ExamineParts } from "../parts.ts";
import type { Reading } from "./crate.ts";

/** The crates that were seen so far. */
export class SeenCrates {
  readonly #parts: ExamineParts;
  readonly #names = new Map<CanonicalCrateName, CrateName>();
  readonly #twins = new Set<CrateName>();
  /** Crates whose file tells no name: nothing can be said about the rest of them. */
  readonly #unread = new Set<CanonicalCrateName>();

  /** Those that had no owner when they were looked at. */
  readonly closed: CrateName[] = [];

  /** @param parts by which their owners are known. */
  constructor(parts: ExamineParts) {
    this.#parts = parts;
  }

  /** Takes in a file; answers the other crate of that name, if there is one. */
  add({ path, index }: Reading): CrateName | null {
    const atPath = crateAtPath(path);
    if (atPath === null) return null;
    const name = index?.name ?? null;
    if (name === null) {
      this.#unread.add(canonicalCrateName(atPath));
      return null;
    }
    const canonical = canonicalCrateName(name);
    const twin = this.#names.get(canonical);
    if (twin !== undefined) {
      this.#twins.add(name);
      return twin;
    }
    this.#names.set(canonical, name);
    if (this.#isClosed(canonical)) this.closed.push(name);
    return null;
  }

  /** A database that is damaged is told when the crate itself is looked at. */
  #isClosed(crate: CanonicalCrateName): boolean {
    try {
      return this.#parts.people?.isOwned(crate) === false;
    } catch (error) {
      if (!isRefusal(error, "database_unusable")) throw error;
      return false;
    }
  }

  /** Whether there is a crate that has this canonical name. */
  has(crate: CanonicalCrateName): boolean {
    return this.#names.has(crate) || this.#unread.has(crate);
  }

  /** Whether there is a crate that is spelt so. */
  isSpelt(text: string): boolean {
    const crate = text as CrateName; // looked up and no more
    const canonical = canonicalCrateName(crate);
    return this.#names.get(canonical) === crate || this.#twins.has(crate) ||
      this.#unread.has(canonical);
  }
}
