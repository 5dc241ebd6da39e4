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
  parseBaseUrl,
  Refusal,
  type RegistryConfig,
} from "../lib/mod.ts";
import {
  CONFIG_NAME,
  namedConfig,
  parseConfig,
  readText,
} from "./config_file.ts";
import { EXIT, UsageError } from "./exit.ts";
import type { Io } from "./io.ts";
import { all, defineCommand, folder, option, optional } from "./parser.ts";

/** `palletizer init [DIR] [--url URL]` */
export const init = defineCommand({
  summary: "Make a configuration and an empty registry; what is there is kept.",
  examples: ["palletizer init --url https://crates.example.com"],
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
      "How people and cargo will reach the registry.",
    ),
  }),
  async run({ dir, url: typedUrl }, { io, configPath }) {
    const file = fileToMake(io, configPath, dir);
    const url = typedUrl === undefined ? null : parseUrl(typedUrl);
    const existing = await readText(file);
    const text = existing ?? newConfiguration(url);
    const { registry } = parseConfig(file, text);
    requireUrl(file, registry, url);
    if (existing === null) await makeFolder(dirname(file));
    await initRegistry(registry);
    if (existing === null) await writeNew(file, text);
    io.err(`${existing === null ? "wrote" : "kept"} ${file}`);
    io.err(`the registry is at ${registry.dataFolder}`);
    printForCargo(io, file, registry);
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

function parseUrl(text: string): string {
  const url = parseBaseUrl(text);
  if (url === null) {
    throw new UsageError(
      `\`${text}\` cannot be the address of a registry: an http or https URL without user name, password, query and fragment is expected`,
    );
  }
  return url;
}

/** A file that is there is kept, so it must say what was asked for. */
function requireUrl(
  file: string,
  registry: RegistryConfig,
  url: string | null,
): void {
  if (url === null || url === registry.url) return;
  throw new UsageError(
    `\`${file}\` is there and says \`url = "${registry.url}"\`: change it there, then run \`palletizer init\` without \`--url\``,
  );
}

/** The example, in which every key is explained, with this address. */
function newConfiguration(url: string | null): string {
  if (url === null) return EXAMPLE;
  return EXAMPLE.replace(/^url = .*$/m, () => `url = ${JSON.stringify(url)}`);
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

/** The lines for cargo's configuration, alone on stdout; the rest on stderr. */
function printForCargo(io: Io, file: string, registry: RegistryConfig): void {
  const data = pathToFileURL(registry.dataFolder).href;
  io.err(
    "cargo finds it by these lines in ~/.cargo/config.toml, or in a project's .cargo/config.toml:",
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
