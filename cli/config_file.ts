/**
 * Finds and reads the configuration: `--config`, `$PALLETIZER_CONFIG`,
 * `./palletizer.toml`, `/etc/palletizer/palletizer.toml`, or the built-in
 * default.
 *
 * What the keys mean is read by the rooms that use them.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import {
  ConfigProblems,
  ConfigReader,
  readRegistryConfig,
  type RegistryConfig,
  type Setting,
} from "../lib/mod.ts";
import {
  BUILT_IN,
  formatBindAddress,
  indexUrlsOf,
  isAuthRequired,
  parseBindAddress,
  readServerConfig,
  type ServerConfig,
  usesTokens,
} from "../server/mod.ts";
import type { Io } from "./io.ts";

/** The name of a configuration file in a folder. */
export const CONFIG_NAME = "palletizer.toml";

/** A configuration that was read. */
export interface Config {
  /** Where it was found, or where it was looked for, as a sentence. */
  readonly lookedAt: string;
  /** The file; null where the built-in default is used. */
  readonly file: string | null;
  /** The registry's part. */
  readonly registry: RegistryConfig;
  /** The server's part. */
  readonly server: ServerConfig;
  /** Whether there is an address at which a token is of use. */
  readonly usesTokens: boolean;
  /** Every setting with where it came from. */
  readonly settings: readonly Setting[];
}

/**
 * Reads the configuration.
 *
 * @param configPath what `--config` says, if it was given.
 * @throws {ConfigProblems} also when a file that was named is not there.
 */
export async function readConfig(
  io: Io,
  configPath: string | null,
): Promise<Config> {
  const named = namedConfig(io, configPath);
  if (named !== null) {
    const text = await readText(named.file);
    if (text === null) throw unusable(named.file, "no such file");
    return parseConfig(named.file, text, ` (${named.by})`);
  }
  const files = [resolve(io.cwd, CONFIG_NAME), io.machineConfig];
  for (const file of files) {
    const text = await readText(file);
    if (text !== null) return parseConfig(file, text);
  }
  return readTables(
    ConfigReader.empty(io.cwd, BUILT_IN),
    `no configuration was named, and none is at \`${
      files.join("` or `")
    }\`: the built-in default is used`,
  );
}

/**
 * Reads the text of a configuration file.
 *
 * @param how it was found, in brackets.
 * @throws {ConfigProblems}
 */
export function parseConfig(file: string, text: string, how = ""): Config {
  return readTables(
    ConfigReader.parse({ file, folder: dirname(file), text }),
    `the configuration is \`${file}\`${how}`,
  );
}

/** The file that was named, by an option or by a variable. */
export function namedConfig(
  io: Io,
  configPath: string | null,
): { file: string; by: string } | null {
  if (configPath !== null) {
    return { file: resolve(io.cwd, configPath), by: "--config" };
  }
  const variable = io.env("PALLETIZER_CONFIG");
  if (!variable) return null;
  return { file: resolve(io.cwd, variable), by: "$PALLETIZER_CONFIG" };
}

/**
 * The text of a file; null when it is not there.
 *
 * @throws {ConfigProblems} when it cannot be read.
 */
export async function readText(file: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    const { NotFound, NotADirectory, IsADirectory, PermissionDenied } =
      Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) {
      return null;
    }
    if (error instanceof IsADirectory) throw unusable(file, "a folder");
    if (error instanceof PermissionDenied) {
      throw unusable(file, "a file that may not be read");
    }
    throw error;
  }
}

/** Each table is read by its room; the problems of all come together. */
function readTables(reader: ConfigReader, lookedAt: string): Config {
  const registry = readRegistryConfig(reader);
  const server = readServerConfig(reader, registry.url);
  reader.finish();
  const formerUrls = [...registry.formerUrls, ...indexUrlsOf(server)];
  return {
    ...{ lookedAt, file: reader.file, settings: reader.settings, server },
    registry: { ...registry, formerUrls, authRequired: isAuthRequired(server) },
    usesTokens: usesTokens(server),
  };
}

/** An address to listen on, as `bind` of a listener spells it. */
export interface Bind {
  /** The address. */
  readonly text: string;
  /** How it is reached; null where it stands for all addresses of the machine. */
  readonly url: string | null;
}

/** Reads an address to listen on; null for anything else. */
export function parseBind(typed: string): Bind | null {
  const address = parseBindAddress(typed);
  if (address === null) return null;
  const text = formatBindAddress(address);
  const isOne = !/^[0:.]+$/.test(address.hostname) && address.port !== 0;
  return { text, url: isOne ? `http://${text}` : null };
}

/** Whether a configuration has a listener at an address. */
export function listensAt({ server }: Config, { text }: Bind): boolean {
  return server.listeners.some(({ bind }) => formatBindAddress(bind) === text);
}

function unusable(file: string, found: string): ConfigProblems {
  const [keyPath, position, nearest] = [null, null, null];
  const expected = "a configuration file";
  return new ConfigProblems([
    { file, keyPath, position, found, expected, nearest },
  ]);
}
