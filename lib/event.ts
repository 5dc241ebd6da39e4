/**
 * What happened in a registry, for whoever wants to log or count it.
 *
 * The library has no logger: it says what happened, and a front end decides
 * what to do with it.
 *
 * @module
 */

import type { Identity } from "./auth/identity.ts";
import type { UserName } from "./auth/user_name.ts";
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
    /** A user owns a crate, or owns it no longer. */
    kind: "owner_added" | "owner_removed";
    by: Identity;
    crate: CrateName;
    user: UserName;
    userId: number;
  }
  | {
    /** There is a user more. */
    kind: "user_added";
    by: Identity;
    user: UserName;
    userId: number;
    isAdmin: boolean;
  }
  | {
    /** A user is nobody here, or somebody again, or is gone. */
    kind: "user_disabled" | "user_enabled" | "user_removed";
    by: Identity;
    user: UserName;
    userId: number;
  }
  | {
    /** There is a token more, or one is worth nothing any more. */
    kind: "token_created" | "token_revoked";
    by: Identity;
    token: number;
    label: string;
    user: UserName;
    userId: number;
  }
  | {
    /** The git index tells cargo as of now to bring a token. */
    kind: "auth_turned_on";
    /** The name that people give the registry. */
    registry: string;
  }
  | {
    /** Work behind the scenes failed; nobody's request did. It is tried again. */
    kind: "background_failed";
    error: unknown;
  };
