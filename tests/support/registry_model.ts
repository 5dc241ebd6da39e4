/**
 * A registry in memory, as simple as can be: what a real one must be the same as
 * after the same changes, wherever one looks.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { parseCrateName, type Registry } from "../../lib/mod.ts";
import type { CrateBuilder } from "./a_crate.ts";
import type { TestRegistry } from "./a_registry.ts";
import { linesAtTip } from "./git.ts";

/** All that can be seen of a registry, each part looked at by itself. */
export interface View {
  /** `NAME VERSION CHECKSUM YANKED` of every line of the git index. */
  readonly git: readonly string[];
  /** The same, of what is served of the index. */
  readonly sparse: readonly string[];
  /** `FILE CHECKSUM` of every crate file. */
  readonly crateFiles: readonly string[];
  /** `CRATE OWNER` of every row. */
  readonly owners: readonly string[];
  /** `CRATE VERSION CHECKSUM` of every row. */
  readonly removed: readonly string[];
  /** `NAME VERSIONS` of every row of derived.db. */
  readonly names: readonly string[];
  /** What a list shows. */
  readonly listed: readonly string[];
  /** What is left in `tmp/`. */
  readonly inProgress: readonly string[];
}

interface Version {
  readonly checksum: string;
  isYanked: boolean;
}

/** The registry in memory. Names are canonical, versions without build metadata. */
export class RegistryModel {
  /** Versions of crates. */
  readonly crates = new Map<string, Map<string, Version>>();
  readonly #owners = new Map<string, Set<number>>();
  readonly #removed = new Map<string, string>();
  readonly #known = new Set<string>();

  /** A copy, to be changed by itself. */
  copy(): RegistryModel {
    const copy = new RegistryModel();
    for (const [name, versions] of this.crates) {
      const entries = [...versions].map(([it, version]) =>
        [it, { ...version }] as const
      );
      copy.crates.set(name, new Map(entries));
    }
    for (const [name, ids] of this.#owners) {
      copy.#owners.set(name, new Set(ids));
    }
    for (const [key, checksum] of this.#removed) {
      copy.#removed.set(key, checksum);
    }
    for (const name of this.#known) copy.#known.add(name);
    return copy;
  }

  /** Every name that ever was. */
  get known(): readonly string[] {
    return [...this.#known];
  }

  /** Whether there is such a version. */
  has(name: string, version: string): boolean {
    return this.crates.get(name)?.has(version) ?? false;
  }

  /** The checksum under which a version was removed, if it ever was. */
  removedAs(name: string, version: string): string | undefined {
    return this.#removed.get(`${name} ${version}`);
  }

  /** SHA-256 of a crate file. */
  checksumOf(crate: CrateBuilder): string {
    return sha256(crate.bytes());
  }

  /** Who owns a crate. */
  ownersOf(name: string): ReadonlySet<number> {
    return this.#owners.get(name) ?? new Set();
  }

  /**
   * Notes a version that was published.
   *
   * @param owner whose the crate is if it is new; nobody's when `null`.
   */
  publish(
    name: string,
    version: string,
    crate: CrateBuilder,
    owner: number | null,
  ): void {
    const versions = this.crates.get(name) ?? new Map<string, Version>();
    if (versions.size === 0) {
      this.#owners.set(name, new Set(owner === null ? [] : [owner]));
    }
    versions.set(version, {
      checksum: this.checksumOf(crate),
      isYanked: false,
    });
    this.crates.set(name, versions);
    this.#known.add(name);
  }

  /** Notes that a version is yanked, or no longer. */
  yank(name: string, version: string, isYanked: boolean): void {
    const found = this.crates.get(name)?.get(version);
    if (found !== undefined) found.isYanked = isYanked;
  }

  /** Notes that a version was removed, or all of them. */
  remove(name: string, version: string | null): void {
    const versions = this.crates.get(name) ?? new Map<string, Version>();
    for (const [it, { checksum }] of [...versions]) {
      if (version !== null && it !== version) continue;
      versions.delete(it);
      this.#removed.set(`${name} ${it}`, checksum);
    }
    if (versions.size > 0) return;
    this.crates.delete(name);
    this.#owners.delete(name);
  }

  /** Notes a new owner. */
  addOwner(name: string, id: number): void {
    this.#owners.get(name)?.add(id);
  }

  /** Notes that somebody is an owner no longer. */
  removeOwner(name: string, id: number): void {
    this.#owners.get(name)?.delete(id);
  }

  /** What is to be seen of a registry that is the same. */
  view(): View {
    const lines: string[] = [];
    const crateFiles: string[] = [];
    const names: string[] = [];
    for (const [name, versions] of this.crates) {
      names.push(`${name} ${versions.size}`);
      for (const [version, { checksum, isYanked }] of versions) {
        lines.push(`${name} ${version} ${checksum} ${isYanked}`);
        crateFiles.push(`${name}-${version}.crate ${checksum}`);
      }
    }
    const owners = [...this.#owners].flatMap(([name, ids]) =>
      [...ids].map((id) => `${name} ${id}`)
    );
    const removed = [...this.#removed].map((it) => it.join(" "));
    const listed = [...this.crates.keys()].sort();
    return {
      ...{ git: lines.sort(), sparse: lines, crateFiles: crateFiles.sort() },
      ...{ owners: owners.sort(), removed: removed.sort() },
      ...{ names: names.sort(), listed, inProgress: [] },
    };
  }
}

/**
 * What can be seen of a registry.
 *
 * @param known the names of crates that are asked for.
 * @param registry by whom it is asked for.
 */
export async function viewOf(
  it: TestRegistry,
  known: readonly string[],
  registry: Registry = it.registry,
): Promise<View> {
  const page = { query: "", limit: 1_000, offset: 0 };
  const { crates } = await registry.list(page); // rows as of the tip
  const sparse: string[] = [];
  for (const name of known) {
    const file = await registry.indexFile(parseCrateName(name));
    sparse.push(...toLines(String(file?.body ?? "")));
  }
  const excluded = [":(exclude)config.json"];
  const git = await linesAtTip(it.path("index.git"), excluded);
  return {
    git: toLines(git.join("\n")).sort(),
    sparse: sparse.sort(),
    crateFiles: crateFilesOf(it).sort(),
    owners: rowsOf(it, "palletizer.db", "SELECT crate, user FROM owners"),
    removed: rowsOf(
      it,
      "palletizer.db",
      "SELECT crate, version, checksum FROM removed_versions",
    ),
    names: rowsOf(it, "derived.db", "SELECT name, version_count FROM crates"),
    listed: crates.map(({ name }) => String(name)).sort(),
    inProgress: filesBelow(it.path("tmp")),
  };
}

function toLines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const { name, vers, cksum, yanked } = JSON.parse(line);
    return `${name} ${vers} ${cksum} ${yanked}`;
  });
}

function crateFilesOf(it: TestRegistry): string[] {
  return filesBelow(it.path("crates")).map((path) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return `${name} ${sha256(Deno.readFileSync(path))}`;
  });
}

function filesBelow(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory ? filesBelow(path) : [path];
  });
}

function rowsOf(it: TestRegistry, database: string, sql: string): string[] {
  using handle = new DatabaseSync(it.path(database), { readOnly: true });
  return handle.prepare(sql).all().map((row) => Object.values(row).join(" "))
    .sort();
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
