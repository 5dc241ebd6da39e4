/**
 * Local registries: folders of crate files that cargo takes for a registry. They
 * stand in for crates.io where there is no network.
 *
 * @see https://doc.rust-lang.org/cargo/reference/source-replacement.html#local-registry-sources
 * @module
 */

import { dirname, join } from "node:path";
import { checksumOf } from "../../lib/crate/checksum.ts";
import { parseManifest } from "../../lib/crate/manifest.ts";
import { encodeIndexEntry, toIndexEntry } from "../../lib/index/entry.ts";
import { indexPath } from "../../lib/index/path.ts";
import type { CrateBuilder } from "./a_crate.ts";
import { toBytes } from "./a_tar.ts";

/** Writes a local registry of these crates, one version of each. */
export async function writeLocalRegistry(
  folder: string,
  crates: readonly CrateBuilder[],
): Promise<void> {
  for (const crate of crates) {
    const manifest = new TextDecoder().decode(toBytes(crate.manifest()));
    const metadata = parseManifest(manifest);
    const bytes = crate.bytes();
    const pubtime = "2026-01-02T03:04:05Z";
    const entry = toIndexEntry(metadata, checksumOf(bytes), pubtime);
    const index = join(folder, "index", indexPath(metadata.name));
    await Deno.mkdir(dirname(index), { recursive: true });
    await Deno.writeTextFile(index, `${encodeIndexEntry(entry)}\n`);
    await Deno.writeFile(join(folder, crate.fileName), bytes);
  }
}
