/**
 * What clients of a registry were told to be done, held against its index.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { CrateBuilder } from "../support/a_crate.ts";

/** A line of the index, as far as it matters here. */
export interface Line {
  readonly name: string;
  readonly vers: string;
  readonly cksum: string;
  readonly yanked: boolean;
  readonly deps: readonly { readonly name: string }[];
}

/** What a version is known to be, by those who were told that it is done. */
type Known =
  | {
    readonly is: "added";
    readonly checksum: string;
    readonly yanked: boolean;
  }
  | { readonly is: "removed" };

/** What was acknowledged, version by version. */
export class Told {
  readonly #known = new Map<string, Known>();
  readonly #checksums = new Map<string, string>();

  /** Takes note of a crate file that somebody may publish. */
  note(crate: CrateBuilder, bytes: Uint8Array): void {
    const checksum = createHash("sha256").update(bytes).digest("hex");
    this.#checksums.set(crate.fileName, checksum);
  }

  /** Takes note of what a command said that it has done. */
  heard(stdout: string): void {
    for (const line of stdout.split("\n").slice(0, -1)) { // whole lines alone
      const [verb, name, version] = line.split(" ");
      const key = `${name} ${version}`;
      if (verb === "added") {
        const checksum = this.#checksums.get(`${name}-${version}.crate`) ?? "";
        this.#known.set(key, { is: "added", checksum, yanked: false });
      } else if (verb === "yanked" || verb === "unyanked") {
        const known = this.#known.get(key);
        if (known?.is !== "added") continue;
        this.#known.set(key, { ...known, yanked: verb === "yanked" });
      } else if (verb === "removed") {
        this.#known.set(key, { is: "removed" });
      }
    }
  }

  /** Forgets a version: somebody who died may or may not have changed it. */
  forget(name: string, version: string): void {
    this.#known.delete(`${name} ${version}`);
  }

  /** What was told and is not so by the index, a sentence each. */
  lostIn(lines: readonly Line[]): string[] {
    const found = new Map(lines.map((it) => [`${it.name} ${it.vers}`, it]));
    return [...this.#known].flatMap(([key, known]) => {
      const line = found.get(key);
      const is: Known = line === undefined
        ? { is: "removed" }
        : { is: "added", checksum: line.cksum, yanked: line.yanked };
      const [told, there] = [known, is].map((it) => JSON.stringify(it));
      return told === there ? [] : [`${key} is ${there}, told was ${told}`];
    });
  }

  /** `NAME VERSION` of all that was removed. */
  removed(): string[] {
    return [...this.#known].filter(([, { is }]) => is === "removed")
      .map(([key]) => key);
  }
}
