/**
 * What a command is run with: the console, and the registry that the
 * configuration names.
 *
 * @module
 */

import { type OpenOptions, openRegistry, type Registry } from "../lib/mod.ts";
import { type Config, readConfig } from "./config_file.ts";
import type { Io } from "./io.ts";

/** What every command is handed. */
export class Context {
  #config: Config | null = null;

  /**
   * @param io the console.
   * @param configPath what `--config` says, if it was given.
   * @param options how the registry is opened.
   */
  constructor(
    readonly io: Io,
    readonly configPath: string | null,
    readonly options: OpenOptions,
  ) {}

  /**
   * The configuration.
   *
   * @throws {ConfigProblems}
   */
  async config(): Promise<Config> {
    return this.#config ??= await readConfig(this.io, this.configPath);
  }

  /** Where the configuration was found or looked for; null before that. */
  get lookedAt(): string | null {
    return this.#config?.lookedAt ?? null;
  }

  /**
   * Opens the registry; to be closed by the caller (`await using`).
   *
   * @throws {Refusal} `data_folder_missing` and all that opening refuses.
   */
  async openRegistry(): Promise<Registry> {
    const { registry } = await this.config();
    return await openRegistry(registry, this.options);
  }
}
