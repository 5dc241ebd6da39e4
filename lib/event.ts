/**
 * What happened in a registry, for whoever wants to log or count it.
 *
 * The library has no logger: it says what happened, and a front end decides
 * what to do with it.
 *
 * @module
 */

import type { Identity } from "./auth/identity.ts";
import type { Checksum } from "./crate/checksum.ts";
import type { CrateName } from "./crate/name.ts";
import type { CrateVersion } from "./crate/version.ts";

/** Something that happened. */
export type RegistryEvent =
  | {
    /** A version was published. */
    kind: "published";
    by: Identity;
    crate: CrateName;
    version: CrateVersion;
    checksum: Checksum;
    sizeBytes: number;
  }
  | {
    /** A version was yanked, or its yank was undone. */
    kind: "yanked" | "unyanked";
    by: Identity;
    crate: CrateName;
    version: CrateVersion;
  }
  | {
    /** Versions were removed; all of the crate's when `wholeCrate`. */
    kind: "removed";
    by: Identity;
    crate: CrateName;
    versions: readonly CrateVersion[];
    wholeCrate: boolean;
  }
  | {
    /** Work behind the scenes failed; nobody's request did. It is tried again. */
    kind: "background_failed";
    error: unknown;
  };
