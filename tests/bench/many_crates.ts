/**
 * Makes registries of many crates quickly: the index as one stream into git,
 * the rows by the library itself, which catches up with it.
 *
 * The same seed makes the same crates. Crate files are left out unless they are
 * asked for: nothing but downloads needs them.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { DerivedDatabase } from "../../lib/database/derived.ts";
import {
  canonicalCrateName,
  ConfigReader,
  indexPath,
  initRegistry,
  openRegistry,
  OPERATOR,
  parseCrateName,
  parseCrateVersion,
  parseUserName,
  readRegistryConfig,
  type RegistryConfig,
} from "../../lib/mod.ts";
import { dataPaths } from "../../lib/storage/data_folder.ts";
import { aCrate } from "../support/a_crate.ts";
import { crateNames, description } from "./crate_names.ts";
import { pick, type Random, randomFrom } from "./numbers.ts";

/** What a registry of many crates is to be like. */
export interface ManyCratesOptions {
  /** How many crates. */
  readonly count: number;
  /** Where it will be served; the default when left out. */
  readonly url?: string;
  /** Another number makes other crates. */
  readonly seed?: number;
  /** A commit for each crate, as if each was published alone; else one for all. */
  readonly commitEach?: boolean;
  /**
   * Whether each version has a crate file on disk, small but valid, and then no
   * dependencies. 200,000 crates have some 500,000 of them.
   */
  readonly crateFiles?: boolean;
}

/** A registry that was made. */
export interface ManyCrates {
  /** Its crates. */
  readonly names: readonly string[];
  /** The secret of a token of an admin. */
  readonly token: string;
}

/** A version as it will be in the index. */
interface Version {
  readonly line: string;
  readonly crateFile: Uint8Array | null;
  readonly text: string;
}

/** A commit for each crate leaves a pack for so many of them. */
const COMMITS_PER_PACK = 256;

/** Text that is handed to git at once, in characters. */
const PIECE_LENGTH = 1 << 20;

/** Descriptions that are noted in one transaction. */
const DESCRIPTIONS_AT_ONCE = 5000;

/**
 * Makes a registry below a folder, where a configuration that names no other
 * data folder has it.
 *
 * @returns what is needed to use it.
 */
export async function makeManyCrates(
  folder: string,
  options: ManyCratesOptions,
): Promise<ManyCrates> {
  const url = options.url === undefined ? "" : `url = "${options.url}"\n`;
  const config = readRegistryConfig(ConfigReader.empty(folder, url));
  const random = randomFrom(options.seed ?? 1);
  const names = crateNames(options.count, random);
  await initRegistry(config);
  await writeIndex(config, names, options, random);
  const token = await catchUp(config);
  describe(config, random);
  return { names, token };
}

async function writeIndex(
  { dataFolder }: RegistryConfig,
  names: readonly string[],
  options: ManyCratesOptions,
  random: Random,
): Promise<void> {
  const paths = dataPaths(dataFolder);
  const git = new Deno.Command("git", {
    args: ["--git-dir", paths.index, "fast-import", "--quiet", "--done"],
    stdin: "piped",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const stream = new TextEncoderStream();
  const ended = stream.readable.pipeTo(git.stdin);
  const writer = stream.writable.getWriter();
  let piece = "";
  for (const [position, name] of names.entries()) {
    const versions = versionsOf(name, names, options, random);
    if (options.crateFiles) await writeCrateFiles(paths.crates, name, versions);
    if (options.commitEach) {
      if (position % COMMITS_PER_PACK === 0) piece += "checkpoint\n";
      piece += commit(`publish ${name}`, position === 0);
    } else if (position === 0) {
      piece += commit("publish many crates", true);
    }
    const text = versions.map(({ line }) => `${line}\n`).join("");
    const path = indexPath(parseCrateName(name));
    piece += `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`;
    if (piece.length < PIECE_LENGTH) continue;
    await writer.write(piece);
    piece = "";
  }
  await writer.write(`${piece}done\n`);
  await writer.close();
  await ended;
  const { success } = await git.status;
  if (!success) throw new Error("git fast-import failed");
}

const BRANCH = "refs/heads/master";

function commit(message: string, isFirst: boolean): string {
  const by = "palletizer <palletizer@localhost> 1750000000 +0000";
  const from = isFirst ? `from ${BRANCH}^0\n` : "";
  return `commit ${BRANCH}\ncommitter ${by}\ndata ${message.length}\n${message}\n${from}`;
}

/** One version or more, some crates many: under three on average. */
function versionsOf(
  name: string,
  names: readonly string[],
  { crateFiles = false }: ManyCratesOptions,
  random: Random,
): Version[] {
  const count = 1 + Math.floor(-Math.log(1 - random()) * 2.2);
  return Array.from({ length: count }, (_, number) => {
    const text = `0.${Math.floor(number / 10)}.${number % 10}`;
    const crateFile = crateFiles ? aCrate(name, text).bytes() : null;
    const line = JSON.stringify({
      name,
      vers: text,
      deps: crateFiles ? [] : dependencies(names, random),
      cksum: createHash("sha256")
        .update(crateFile ?? `${name} ${text}`).digest("hex"),
      features: {},
      yanked: random() < 0.02,
      pubtime: "2026-01-02T03:04:05Z",
    });
    return { line, crateFile, text };
  });
}

/** Up to four, sorted as in an index; some crates are depended on by many. */
function dependencies(names: readonly string[], random: Random): unknown[] {
  const count = Math.floor(random() * 5);
  const of = new Set(
    Array.from({ length: count }, () => pick(names, random, 3)),
  );
  return [...of].sort().map((name) => ({
    name,
    req: `^0.${Math.floor(random() * 3)}`,
    features: [],
    optional: random() < 0.2,
    default_features: true,
    target: null,
    kind: "normal",
    registry: null,
  }));
}

async function writeCrateFiles(
  crates: string,
  name: string,
  versions: readonly Version[],
): Promise<void> {
  const folder = join(crates, name);
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { text, crateFile } of versions) {
    const path = join(folder, `${name}-${text}.crate`);
    Deno.writeFileSync(path, crateFile ?? new Uint8Array(), { mode: 0o600 });
  }
}

/** Lets the library take in the index, and makes an admin with a token. */
async function catchUp(config: RegistryConfig): Promise<string> {
  await using registry = await openRegistry(config);
  await registry.catchUp();
  const user = parseUserName("bench");
  registry.addUser({ by: OPERATOR, name: user, isAdmin: true });
  const { secret } = registry.createToken({ by: OPERATOR, user, label: "it" });
  return secret.reveal();
}

/** What the crate files would tell if there were any. */
function describe(
  { dataFolder }: RegistryConfig,
  random: Random,
): void {
  using derived = DerivedDatabase.open(dataPaths(dataFolder).derived);
  for (;;) {
    const crates = derived.undescribed(DESCRIPTIONS_AT_ONCE);
    if (crates.length === 0) return;
    derived.transaction(() => {
      for (const { name, newestVersion } of crates) {
        derived.describe(
          canonicalCrateName(name),
          parseCrateVersion(newestVersion),
          { description: description(random), keywords: ["bench"] },
        );
      }
    });
  }
}
