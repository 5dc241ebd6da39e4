/**
 * Backups of test registries, and registries restored from them.
 *
 * @module
 */

import { join } from "node:path";
import {
  ConfigReader,
  type MadeBackup,
  openRegistry,
  readRegistryConfig,
  type Registry,
  type RegistryConfig,
  type Restored,
  restoreRegistry,
} from "../../lib/mod.ts";
import type { TestRegistry } from "./a_registry.ts";
import { FIXED_CLOCK } from "./fixed_clock.ts";
import { runProgram } from "./palletizer.ts";

/** Makes a backup of that name beside the data folder. */
export function backUp(
  it: TestRegistry,
  name: string,
  { since = null, registry = it.registry }: {
    since?: string | null;
    registry?: Registry;
  } = {},
): Promise<MadeBackup> {
  return registry.backup({
    path: join(it.folder, name),
    isCompressed: !name.endsWith(".tar"),
    since: since === null ? null : join(it.folder, since),
    program: "0.1.0",
  });
}

/** The configuration of another registry, in a folder of this name. */
export function configIn(it: TestRegistry, name: string): RegistryConfig {
  return readRegistryConfig(ConfigReader.empty(join(it.folder, name)));
}

/** Restores backups into another folder beside the data folder. */
export function restoreTo(
  it: TestRegistry,
  name: string,
  ...backups: readonly string[]
): Promise<Restored> {
  const paths = backups.map((backup) => join(it.folder, backup));
  return restoreRegistry(configIn(it, name), { paths });
}

/** Opens what was restored. */
export function openRestored(
  it: TestRegistry,
  name: string,
): Promise<Registry> {
  return openRegistry(configIn(it, name), { clock: FIXED_CLOCK });
}

/** The paths in an archive, as GNU tar reads it. */
export async function pathsIn(archive: string): Promise<string[]> {
  const { stdout, stderr } = await runProgram("tar", ["-tf", archive]);
  if (stderr !== "") throw new Error(stderr);
  return stdout.trimEnd().split("\n");
}
