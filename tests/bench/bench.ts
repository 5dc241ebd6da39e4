/**
 * What all questions of a run share: its registries, made once for each size,
 * and their servers.
 *
 * @module
 */

import { join } from "node:path";
import { dataPaths } from "../../lib/storage/data_folder.ts";
import { programAndFlags } from "../support/palletizer.ts";
import { RunningServer } from "../support/running_server.ts";
import { makeManyCrates, type ManyCrates } from "./many_crates.ts";
import type { Row } from "./table.ts";

/** A question about speed or size, and how it is answered. */
export type Question = (bench: Bench) => Promise<Row[]>;

/** A registry of many crates, without a server. */
export interface BenchRegistry extends ManyCrates {
  /** The folder of its configuration. */
  readonly folder: string;
  /** Where everything of it is. */
  readonly paths: ReturnType<typeof dataPaths>;
  /** Where its server listens when there is one. */
  readonly url: string;
  /** How many crates it was made with. */
  readonly count: number;
}

/** A run of the benchmark. */
export class Bench {
  readonly #folder: string;
  readonly #made = new Map<string, Promise<BenchRegistry>>();
  /** How many crates, from few to many. */
  readonly sizes: readonly number[];
  /** Told what goes on. */
  readonly say: (line: string) => void;

  /** @param folder an empty one for everything that the run writes. */
  constructor(
    folder: string,
    sizes: readonly number[],
    say: (line: string) => void,
  ) {
    this.#folder = folder;
    this.sizes = sizes;
    this.say = say;
  }

  /** The largest registry. */
  get largest(): number {
    return Math.max(...this.sizes);
  }

  /** A folder for a question's own files. */
  async folder(name: string): Promise<string> {
    const path = join(this.#folder, name);
    await Deno.mkdir(path, { recursive: true });
    return path;
  }

  /** The registry of so many crates that came in one commit. */
  registry(count: number): Promise<BenchRegistry> {
    return this.#registry(count, false);
  }

  /** The registry of so many crates that came one by one. */
  registryOfCommits(count: number): Promise<BenchRegistry> {
    return this.#registry(count, true);
  }

  #registry(count: number, commitEach: boolean): Promise<BenchRegistry> {
    const name = `${count}${commitEach ? "-commits" : ""}`;
    let made = this.#made.get(name);
    if (made === undefined) {
      made = this.#make(name, count, commitEach);
      this.#made.set(name, made);
    }
    return made;
  }

  async #make(
    name: string,
    count: number,
    commitEach: boolean,
  ): Promise<BenchRegistry> {
    const start = performance.now();
    const folder = await this.folder(name);
    const bind = `127.0.0.1:${freePort()}`;
    const url = `http://${bind}`;
    await Deno.writeTextFile(
      join(folder, "palletizer.toml"),
      `url = "${url}"

[[listener]]
bind = "${bind}"
read = "anyone"
publish = "token"
`,
    );
    const made = await makeManyCrates(folder, { count, url, commitEach });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    this.say(`made a registry of ${name} crates in ${seconds} s`);
    const paths = dataPaths(join(folder, "palletizer-data"));
    return { ...made, folder, paths, url, count };
  }
}

/** Starts the server of a registry and waits until it answers. */
export async function serve(
  { folder }: BenchRegistry,
  programAndArgs = programAndFlags(),
): Promise<RunningServer> {
  return await RunningServer.start(folder, {}, programAndArgs);
}

/** A port that was free a moment ago. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
