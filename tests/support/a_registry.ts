/**
 * A real registry in a fresh folder, as the library offers it.
 *
 * ```ts
 * await using it = await aRegistry();
 * await it.add(aCrate("foo", "1.0.0"));
 * const before = await it.stored();
 * await assertRejects(() => it.registry.yank(…), "version_not_found");
 * assertEquals(await it.stored(), before);
 * ```
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { PeopleDatabase } from "../../lib/database/people.ts";
import { Git } from "../../lib/git/command.ts";
import { FastImport } from "../../lib/git/fast_import.ts";
import { INDEX_REF, IndexRef } from "../../lib/git/ref.ts";
import {
  type AddCrateFilesRequest,
  type AddOutcome,
  ConfigReader,
  type Identity,
  initRegistry,
  type OpenOptions,
  openRegistry,
  OPERATOR,
  parseCrateName,
  parseCrateVersion,
  parseUserName,
  readRegistryConfig,
  type Registry,
  type RegistryConfig,
  type RegistryEvent,
  type SearchResult,
  toTimestamp,
} from "../../lib/mod.ts";
import { dataPaths } from "../../lib/storage/data_folder.ts";
import { Generation } from "../../lib/storage/generation.ts";
import type { CrateBuilder } from "./a_crate.ts";
import { newCommit } from "./a_repository.ts";
import { assertEquals } from "./assert.ts";
import { FIXED_CLOCK } from "./fixed_clock.ts";
import { FolderCopy } from "./folder_copy.ts";
import { type TempFolder, tempFolder } from "./temp_folder.ts";

/** What of a registry a test may set otherwise. */
export interface TestRegistryOptions extends OpenOptions {
  /** What is in its data folder; two users and nothing else when left out. */
  readonly data?: FolderCopy;
  /** The folder that its fresh folder is made in; the system's own when left out. */
  readonly parent?: string;
  /** Bounds that are not the usual ones. */
  readonly limits?: Partial<RegistryConfig["limits"]>;
  /** Metadata that it insists on. */
  readonly requiredFields?: RegistryConfig["requiredFields"];
  /** Other registries that dependencies may come from. */
  readonly allowedRegistries?: RegistryConfig["allowedRegistries"];
}

/** All that a registry keeps, so far as a refusal must not change it. */
export interface Stored {
  /** The commit at the tip of the index. */
  readonly tip: string;
  /** Each file in `crates/`, with its SHA-256. */
  readonly crateFiles: Readonly<Record<string, string>>;
  /** Each file in `tmp/`; the folders of living processes do not count. */
  readonly inProgress: readonly string[];
  /** Rows of palletizer.db. */
  readonly users: readonly Row[];
  readonly tokens: readonly Row[];
  readonly owners: readonly Row[];
  readonly removedVersions: readonly Row[];
  /** Rows of derived.db. */
  readonly names: readonly Row[];
  readonly dependents: readonly Row[];
  /** What a list shows. */
  readonly list: SearchResult;
}

/** The user `alice`, the first of every test registry. */
export const ALICE: Identity = { kind: "user", id: 1 };
/** The user `bob`, the second. */
export const BOB: Identity = { kind: "user", id: 2 };

type Row = Readonly<Record<string, SQLOutputValue>>;

/** Makes a registry with two users and nothing else, in a fresh folder, and opens it. */
export async function aRegistry(
  options: TestRegistryOptions = {},
): Promise<TestRegistry> {
  const folder = await tempFolder(options.parent);
  const config = readRegistryConfig(ConfigReader.empty(folder.path));
  const test = new TestRegistry(folder, {
    ...config,
    requiredFields: options.requiredFields ?? config.requiredFields,
    allowedRegistries: options.allowedRegistries ?? config.allowedRegistries,
    limits: { ...config.limits, ...options.limits },
  }, options);
  (options.data ?? await newDataFolder()).writeTo(test.data);
  await test.reopen();
  return test;
}

let fresh: Promise<FolderCopy> | undefined;

/** The data folder of a new registry with two users: git makes it but once. */
function newDataFolder(): Promise<FolderCopy> {
  return fresh ??= (async () => {
    await using folder = await tempFolder();
    const config = readRegistryConfig(ConfigReader.empty(folder.path));
    await initRegistry(config, { clock: FIXED_CLOCK });
    addUsers(config.dataFolder, "alice", "bob");
    return new FolderCopy(config.dataFolder);
  })();
}

/** Makes users, of which no event tells. */
function addUsers(folder: string, ...names: readonly string[]): void {
  const paths = dataPaths(folder);
  using generation = Generation.open(paths.generation);
  using people = PeopleDatabase.open(paths.people, generation);
  const created = toTimestamp(FIXED_CLOCK.now());
  people.transaction(() => {
    for (const name of names) {
      people.users.add({ name: parseUserName(name), isAdmin: false, created });
    }
  });
}

/** A registry, closed and gone at the end of the scope. */
export class TestRegistry implements AsyncDisposable {
  readonly #folder: TempFolder;
  readonly #opened: Registry[] = [];

  /** How it is configured. */
  readonly config: RegistryConfig;
  /** How it is opened. */
  readonly options: OpenOptions;
  /** What happened in it, the oldest first. */
  readonly events: RegistryEvent[] = [];

  /** Made by {@linkcode aRegistry}. */
  constructor(
    folder: TempFolder,
    config: RegistryConfig,
    options: TestRegistryOptions,
  ) {
    this.#folder = folder;
    this.config = config;
    const { clock = FIXED_CLOCK, emit, reached = () => {} } = options;
    this.options = {
      ...{ clock, reached },
      emit: (event) => {
        this.events.push(event);
        emit?.(event);
      },
    };
  }

  /** Sets bounds otherwise from now on. */
  bound(limits: Partial<RegistryConfig["limits"]>): void {
    Object.assign(this.config.limits, limits);
  }

  /** The registry as it was opened last. */
  get registry(): Registry {
    const opened = this.#opened.at(-1);
    if (opened === undefined) throw new Error("the registry is not open");
    return opened;
  }

  /** The folder that the data folder is in: commands run there find it. */
  get folder(): string {
    return this.#folder.path;
  }

  /** The data folder. */
  get data(): string {
    return this.config.dataFolder;
  }

  /** A file or folder in the data folder. */
  path(...parts: string[]): string {
    return join(this.data, ...parts);
  }

  /** The index repository, for hands other than the registry's. */
  get git(): Git {
    return new Git(this.path("index.git"));
  }

  /** Closes the registry, does something to its folder, and opens it again. */
  async reopen(meanwhile?: () => unknown): Promise<Registry> {
    await this.close();
    await meanwhile?.();
    const registry = await openRegistry(this.config, this.options);
    this.#opened.push(registry);
    return registry;
  }

  /** Opens the folder once more, as another process would. */
  async second(options: OpenOptions = {}): Promise<Registry> {
    const registry = await openRegistry(this.config, {
      ...this.options,
      ...options,
    });
    this.#opened.unshift(registry);
    return registry;
  }

  /** Closes all that is open. */
  async close(): Promise<void> {
    for (const registry of this.#opened.splice(0)) await registry.close();
  }

  /** Adds crates as the operator; fails unless all are added. */
  async add(...crates: readonly CrateBuilder[]): Promise<void> {
    await this.addBy(OPERATOR, ...crates);
  }

  /** Adds crates as somebody; fails unless all are added. */
  async addBy(by: Identity, ...crates: readonly CrateBuilder[]): Promise<void> {
    const outcomes = await addTo(this.registry, crates, { by });
    const refusals = outcomes.flatMap((it) =>
      it.outcome === "refused" ? [it.refusal.message] : []
    );
    assertEquals(refusals, []);
  }

  /** Tries to add crates; what became of each, in the order in which it is told. */
  tryToAdd(
    crates: readonly CrateBuilder[],
    request: Partial<AddCrateFilesRequest> = {},
  ): Promise<AddOutcome[]> {
    return addTo(this.registry, crates, request);
  }

  /** `NAME VERSION`, with `yanked` where it is, of all versions. */
  async versions(registry: Registry = this.registry): Promise<string[]> {
    const found: string[] = [];
    const page = { query: "", limit: 1_000, offset: 0 };
    for (const { name } of (await registry.list(page)).crates) {
      for (const { version, yanked } of (await registry.show(name)).versions) {
        found.push(`${name} ${version}${yanked ? " yanked" : ""}`);
      }
    }
    return found.sort();
  }

  /** All that the registry keeps, so far as a refusal must not change it. */
  async stored(): Promise<Stored> {
    const crateFiles = await filesBelow(this.path("crates"));
    const inProgress = await filesBelow(this.path("tmp"));
    const page = { query: "", limit: 1_000, offset: 0 };
    await this.registry.fillDescriptions(1000);
    const list = await this.registry.list(page); // derived rows as of the tip
    return {
      tip: await this.tip(),
      crateFiles,
      inProgress: Object.keys(inProgress),
      ...this.#rows("palletizer.db", {
        users: "users",
        tokens: "tokens",
        owners: "owners",
        removedVersions: "removed_versions",
      }),
      ...this.#rows("derived.db", {
        names: "crates",
        dependents: "dependents",
      }),
      list,
    };
  }

  /** The commit at the tip of the index. */
  async tip(): Promise<string> {
    return await new IndexRef(this.git).read() ?? "none";
  }

  /** The messages of all commits, the oldest first. */
  async messages(): Promise<string[]> {
    const log = ["log", "--reverse", "--topo-order", "--format=%B%x00"];
    const { stdout } = await this.git.run(log);
    return stdout.split("\0").map((it) => it.trim()).filter((it) => it !== "");
  }

  /**
   * Makes a commit beside the registry, as a push by hand or a process that
   * dies right behind it does: no row follows.
   */
  async commit(
    files: Record<string, string | null>,
    message: string = "by hand",
  ): Promise<string> {
    const ref = new IndexRef(this.git);
    const importer = new FastImport(this.git, ref);
    try {
      const commit = newCommit(message, files);
      return await importer.commit(await ref.read(), [commit]);
    } finally {
      await importer.end();
    }
  }

  /** Makes the present tree the first commit of a new history. */
  async cutHistory(): Promise<string> {
    const { stdout } = await this.git.run([
      ...["-c", "user.name=hand", "-c", "user.email=hand@localhost"],
      ...["commit-tree", "HEAD^{tree}", "-m", "cut"],
    ]);
    await this.git.run(["update-ref", INDEX_REF, stdout.trim()]);
    return stdout.trim();
  }

  /** The index file of a crate now. */
  async indexFile(path: string): Promise<string> {
    const args = ["cat-file", "blob", `HEAD:${path}`];
    return (await this.git.run(args)).stdout;
  }

  /** Puts a crate file where the registry keeps it, by hand. */
  async putCrateFile(crate: CrateBuilder): Promise<void> {
    const name = crate.fileName.replace(/-\d.*$/, "");
    await Deno.mkdir(this.path("crates", name), { recursive: true });
    const path = this.path("crates", name, crate.fileName);
    await Deno.writeFile(path, crate.bytes());
  }

  /** Closes everything and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await this.#folder[Symbol.asyncDispose]();
  }

  /** The rows of some tables of a database, which is opened once for all. */
  #rows<Name extends string>(
    database: string,
    tables: Record<Name, string>,
  ): Record<Name, readonly Row[]> {
    using handle = new DatabaseSync(this.path(database), { readOnly: true });
    const read = (table: string) =>
      handle.prepare(`SELECT * FROM ${table}`).all().map((row) => ({ ...row }));
    const rows = {} as Record<Name, readonly Row[]>;
    for (const name in tables) rows[name] = read(tables[name]);
    return rows;
  }
}

/** Adds crates to a registry; what became of each, in the order told. */
export function addTo(
  registry: Registry,
  crates: readonly CrateBuilder[],
  request: Partial<AddCrateFilesRequest> = {},
): Promise<AddOutcome[]> {
  const files = crates.map((crate) => ({
    label: crate.fileName,
    read: () => crate.pieces(),
  }));
  return Array.fromAsync(
    registry.addCrateFiles({ by: OPERATOR, files, ...request }),
  );
}

/** What became of each file, for comparison: the outcome, or why it was refused. */
export function outcomesOf(
  outcomes: readonly AddOutcome[],
): Record<string, string> {
  return Object.fromEntries(
    outcomes.map((it) => [
      it.label,
      it.outcome === "refused" ? it.refusal.code : it.outcome,
    ]),
  );
}

/** A version as `NAME VERSION` spells it, for requests. */
export function the(name: string, version: string) {
  return {
    by: OPERATOR,
    crate: parseCrateName(name),
    version: parseCrateVersion(version),
  };
}

/** Each file below a folder by its path, with its SHA-256. */
async function filesBelow(folder: string): Promise<Record<string, string>> {
  const files: [path: string, checksum: string][] = [];
  const look = async (path: string) => {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      const inner = join(path, name);
      if (isDirectory) await look(inner);
      else {
        const hash = createHash("sha256").update(await Deno.readFile(inner));
        files.push([relative(folder, inner), hash.digest("hex")]);
      }
    }
  };
  await look(folder);
  return Object.fromEntries(files.sort());
}
