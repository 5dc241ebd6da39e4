/**
 * Is there room for what will be published?
 *
 * @module
 */

import { type Finding, toFinding } from "../finding.ts";
import type { ExamineParts } from "../parts.ts";

/** Less than this is little, in bytes. */
const LOW_BYTES = 1024 * 1024 * 1024;
/** A batch writes packs, logs and crate files: so many times the largest one. */
const CRATE_FILES_AT_ONCE = 4;
/** Fewer further files than this are few. */
const LOW_FILES = 10_000;

/** Looks how much room is left. */
export async function* checkFreeSpace(
  { config, readSpace }: ExamineParts,
): AsyncIterable<Finding> {
  const { bytes, files } = await readSpace(config.dataFolder);
  const facts = { path: ".", free_bytes: bytes };
  if (bytes < config.limits.crateFileBytesMax * CRATE_FILES_AT_ONCE) {
    yield toFinding("space_gone", facts);
  } else if (bytes < LOW_BYTES) yield toFinding("space_low", facts);
  if (files !== null && files < LOW_FILES) {
    yield toFinding("files_low", { path: ".", free_files: files });
  }
}
