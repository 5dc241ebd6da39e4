/**
 * Where a crate's lines are in the index.
 *
 * Pure.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html#index-files
 * @module
 */

import { type CrateName, parseCrateName } from "../crate/name.ts";

/**
 * The path of a crate's index file, like `ca/rg/cargo`: always lower case, with
 * `-` and `_` as they are.
 */
export function indexPath(name: CrateName): string {
  const file = name.toLowerCase();
  switch (file.length) {
    case 1:
      return `1/${file}`;
    case 2:
      return `2/${file}`;
    case 3:
      return `3/${file.slice(0, 1)}/${file}`;
    default:
      return `${file.slice(0, 2)}/${file.slice(2, 4)}/${file}`;
  }
}

const FILE = /^[a-z][a-z0-9_-]{0,63}$/;

/**
 * The crate whose index file has exactly this path: the inverse of
 * {@linkcode indexPath}, but for capital letters, which a path does not tell.
 *
 * @returns null for config.json and whatever else is no crate's index file.
 */
export function crateAtPath(path: string): CrateName | null {
  const file = path.slice(path.lastIndexOf("/") + 1);
  if (!FILE.test(file)) return null;
  const name = parseCrateName(file);
  return indexPath(name) === path ? name : null;
}
