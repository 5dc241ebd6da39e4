/**
 * `palletizer init`: a commented configuration and an empty registry.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import EXAMPLE from "../palletizer.example.toml" with { type: "text" };
import {
  initRegistry,
  openRegistry,
  parseBaseUrl,
  Refusal,
  type RegistryConfig,
} from "../lib/mod.ts";
import {
  type Bind,
  type Config,
  CONFIG_NAME,
  listensAt,
  namedConfig,
  parseBind,
  parseConfig,
  readText,
} from "./config_file.ts";
import { EXIT, UsageError } from "./exit.ts";
import {
  handOverFirstToken,
  namedRegistry,
  printCargoLines,
} from "./first_token.ts";
import type { Io } from "./io.ts";
import { all, defineCommand, folder, option, optional } from "./parser.ts";

/** `palletizer init [DIR] [--url URL] [--bind ADDR]` */
export const init = defineCommand({
  summary:
    "Make a configuration, an empty registry and its first user; what is there is kept.",
  examples: [
    "palletizer init --url https://crates.example.com",
    "palletizer init --bind 10.8.0.1:7171",
  ],
  takes: all({
    dir: optional(
      folder(
        "DIR",
        "Where palletizer.toml and the data go; else the working folder.",
      ),
    ),
    url: option(
      "--url",
      "URL",
      "How people and cargo will reach the registry; else by the address of --bind.",
    ),
    bind: option(
      "--bind",
      "ADDR",
      "Where the server will listen, like 127.0.0.1:7171, the default.",
    ),
  }),
  async run({ dir, url: typedUrl, bind: typedBind }, { io, configPath }) {
    const file = fileToMake(io, configPath, dir);
    const url = typedUrl === undefined ? null : readUrl(typedUrl);
    const bind = typedBind === undefined ? null : readBind(typedBind);
    const existing = await readText(file);
    const text = existing ?? newConfiguration(url, bind);
    const config = parseConfig(file, text);
    if (existing !== null) requireSame(file, config, url, bind);
    else await makeFolder(dirname(file));
    await initRegistry(config.registry);
    if (existing === null) await writeNew(file, text);
    io.err(`${existing === null ? "wrote" : "kept"} ${file}`);
    io.err(`the registry is at ${config.registry.dataFolder}`);
    await printForCargo(io, file, config);
    return EXIT.done;
  },
});

/**
 * The configuration that is made, or kept if it is there.
 *
 * @throws {UsageError} when a folder and a file are named.
 */
function fileToMake(
  io: Io,
  configPath: string | null,
  dir: string | undefined,
): string {
  if (dir === undefined) {
    const named = namedConfig(io, configPath);
    return named?.file ?? resolve(io.cwd, CONFIG_NAME);
  }
  if (configPath !== null) {
    throw new UsageError("DIR and `--config` both say where to begin");
  }
  return resolve(io.cwd, dir, CONFIG_NAME);
}

function readUrl(text: string): string {
  const url = parseBaseUrl(text);
  if (url === null) {
    throw new UsageError(
      `\`${text}\` cannot be the address of a registry: an http or https URL without user name, password, query and fragment is expected`,
    );
  }
  return url;
}

function readBind(text: string): Bind {
  const bind = parseBind(text);
  if (bind === null) {
    throw new UsageError(
      `\`${text}\` is no address to listen on: one like \`127.0.0.1:7171\` or \`[::1]:7171\` is expected`,
    );
  }
  return bind;
}

/** A file that is there is kept, so it must say what was asked for. */
function requireSame(
  file: string,
  config: Config,
  url: string | null,
  bind: Bind | null,
): void {
  const { registry } = config;
  if (url !== null && url !== registry.url) {
    throw new UsageError(
      `\`${file}\` is there and says \`url = "${registry.url}"\`: change it there, then run \`palletizer init\` without \`--url\``,
    );
  }
  if (bind !== null && !listensAt(config, bind)) {
    throw new UsageError(
      `\`${file}\` is there and has no listener at \`${bind.text}\`: change it there, then run \`palletizer init\` without \`--bind\``,
    );
  }
}

/**
 * The example, in which every key is explained, with these addresses and for
 * users alone.
 *
 * @throws {UsageError} when it cannot be told how people will reach it.
 */
function newConfiguration(typedUrl: string | null, bind: Bind | null): string {
  const url = typedUrl ?? bind?.url ?? null;
  if (bind !== null && url === null) {
    throw new UsageError(
      `\`${bind.text}\` does not tell how people will reach the registry: say so by \`--url\``,
    );
  }
  const settings: Record<string, string> = {
    read: "token",
    ...(url === null ? {} : { url }),
    ...(bind === null ? {} : { bind: bind.text }),
  };
  return Object.entries(settings).reduce(withSetting, EXAMPLE);
}

/** A text with the first setting of this key that is not commented out changed. */
function withSetting(text: string, [key, value]: [string, string]): string {
  const line = new RegExp(`^${key} = .*$`, "m");
  return text.replace(line, () => `${key} = ${JSON.stringify(value)}`);
}

async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    const { AlreadyExists, NotADirectory } = Deno.errors;
    if (error instanceof AlreadyExists || error instanceof NotADirectory) {
      throw new UsageError(`\`${path}\` is not a folder`);
    }
    throw translate(error, path);
  }
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await Deno.writeTextFile(file, text, { createNew: true });
  } catch (error) {
    throw translate(error, file);
  }
}

/** What the machine refuses, as a refusal. */
function translate(cause: unknown, path: string): unknown {
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new Refusal("permission_denied", { path }, { cause });
    case "ENOSPC":
    case "EDQUOT":
      return new Refusal("disk_full", { path }, { cause });
    default:
      return cause;
  }
}

/** What is to be pasted goes to stdout, the rest to stderr. */
async function printForCargo(
  io: Io,
  file: string,
  config: Config,
): Promise<void> {
  const named = namedRegistry(config);
  if (named === null) return printForDisk(io, file, config.registry);
  await using registry = await openRegistry(config.registry);
  const say = (sentence: string) => io.err(`warning: ${sentence}`);
  if (!handOverFirstToken({ io, registry, config, say })) {
    printCargoLines(io, named);
  }
  const option = file === resolve(io.cwd, CONFIG_NAME)
    ? ""
    : ` --config ${file}`;
  io.err("");
  io.err(
    `next: \`palletizer serve${option}\` serves it at ${named.url}, and \`palletizer user add NAME${option}\` makes another user`,
  );
}

/** Without a server, cargo reads it from this disk. */
function printForDisk(io: Io, file: string, registry: RegistryConfig): void {
  const data = pathToFileURL(registry.dataFolder).href;
  io.err(
    "no listener is configured; on this machine cargo finds the registry by these lines in ~/.cargo/config.toml, or in a project's .cargo/config.toml:",
  );
  io.err("");
  io.out(`[registries.${registry.name}]`);
  io.out(`index = "${data}/index.git"`);
  io.err("");
  if (!registry.dl.startsWith("file:")) {
    io.err(`crate files will be fetched from ${registry.dl}`);
    io.err(
      `to let cargo fetch them from this disk, with no server, put this under [registry] in ${file} and run \`palletizer init\` again:`,
    );
    io.err(`  dl = "${data}/crates/{crate}/{crate}-{version}.crate"`);
  }
  io.err("next: `palletizer crate add FILE.crate` publishes crate files");
}
