/**
 * `palletizer serve`: the registry over HTTP, until it is told to stop.
 *
 * Owns the process's signals: the first one finishes what is in flight, a second
 * one ends at once.
 *
 * @module
 */

import {
  ConfigProblems,
  initRegistry,
  isRefusal,
  openRegistry,
  type Registry,
  SYSTEM_CLOCK,
} from "../lib/mod.ts";
import { EventLog, serve as startServer } from "../server/mod.ts";
import type { Config } from "./config_file.ts";
import type { Context } from "./context.ts";
import { EXIT } from "./exit.ts";
import { handOverFirstToken } from "./first_token.ts";
import { all, defineCommand } from "./parser.ts";

/** `palletizer serve` */
export const serve = defineCommand({
  summary: "Serve the registry until it is told to stop by SIGINT or SIGTERM.",
  examples: ["palletizer serve --config /etc/palletizer/palletizer.toml"],
  takes: all({}),
  async run(_, context) {
    requireListener(await context.config());
    using signals = new StopSignals();
    return await Promise.race([
      serveUntilStopped(context, signals),
      signals.second,
    ]);
  },
});

/**
 * @throws {ConfigProblems} when the configuration has no address to serve at.
 */
function requireListener({ file, server }: Config): void {
  if (server.listeners.length > 0) return;
  throw new ConfigProblems([{
    file: file ?? "built-in default",
    keyPath: "listener",
    position: null,
    found: "nothing",
    expected: "a [[listener]], as `palletizer init` writes one",
    nearest: null,
  }]);
}

async function serveUntilStopped(
  context: Context,
  signals: StopSignals,
): Promise<number> {
  const { io, options } = context;
  const config = await context.config();
  const log = new EventLog({
    config: config.server.log,
    clock: options.clock ?? SYSTEM_CLOCK,
    write: (line) => io.err(line),
  });
  await using registry = await openToServe(context, log);
  const { signal } = signals;
  const server = await startServer(config.server, registry, { log, signal });
  for (const address of server.addresses) io.out(`listening on ${address}`);
  const say = (sentence: string) => log.warn("first_token", sentence);
  handOverFirstToken({ io, registry, config, say });
  const name = await signals.first;
  log.info("stopping", `stopping after ${name}; a second one ends at once`);
  await server.stop();
  log.info("stopped", "stopped");
  return EXIT.done;
}

/**
 * Opens the registry as the one server of its folder, which is made if it is
 * missing, and brings it up to the configuration and to what other hands did.
 */
async function openToServe(
  context: Context,
  log: EventLog,
): Promise<Registry> {
  const { registry: config } = await context.config();
  const options = {
    ...context.options,
    emit: log.registryEvent.bind(log),
  };
  const registry = await openRegistry(config, options).catch(async (error) => {
    if (!isRefusal(error, "data_folder_missing")) throw error;
    await initRegistry(config, options);
    return await openRegistry(config, options);
  });
  try {
    registry.claimServing();
    await initRegistry(config, options); // config.json may be of another time
    await registry.catchUp();
    return registry;
  } catch (error) {
    await registry.close();
    throw error;
  }
}

/** A shell adds this to the number of the signal that ended a process. */
const SIGNALLED = 128;

const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/** The signals that ask a server to stop. */
class StopSignals implements Disposable {
  readonly #ending = new AbortController();
  readonly #first = Promise.withResolvers<string>();
  readonly #second = Promise.withResolvers<number>();
  readonly #listeners: [name: keyof typeof NUMBERS, listener: () => void][];
  #count = 0;

  constructor() {
    this.#listeners = (["SIGINT", "SIGTERM"] as const).map((name) => [
      name,
      () => this.#take(name),
    ]);
    for (const [name, it] of this.#listeners) Deno.addSignalListener(name, it);
  }

  /** Fulfilled with the name of the first signal. */
  get first(): Promise<string> {
    return this.#first.promise;
  }

  /** Fulfilled at the second signal with the exit status that it asks for. */
  get second(): Promise<number> {
    return this.#second.promise;
  }

  /** Aborted at the second signal. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Leaves signals to do what they do by themselves. */
  [Symbol.dispose](): void {
    for (const [name, it] of this.#listeners) {
      Deno.removeSignalListener(name, it);
    }
  }

  #take(name: keyof typeof NUMBERS): void {
    if (this.#count++ === 0) return this.#first.resolve(name);
    this.#ending.abort();
    this.#second.resolve(SIGNALLED + NUMBERS[name]);
  }
}
