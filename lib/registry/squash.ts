/**
 * Squash of the index: its old history is cut off and kept aside.
 *
 * @module
 */

import type { Squashed } from "../index/squash.ts";
import type { Parts } from "./parts.ts";

/**
 * Puts one commit in the place of all and repacks. Crates, owners, removals and
 * crate files stay as they are.
 *
 * @throws {Refusal} `index_busy`, `index_write_failed`, `disk_full`.
 */
export function squash({ index }: Pick<Parts, "index">): Promise<Squashed> {
  return index.squash();
}
