/**
 * Where a crate's lines are in the index.
 *
 * Pure.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html#index-files
 * @module
 */

import type { CrateName } from "../crate/name.ts";

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
