/**
 * A registry with its server, as a process of its own: made, changed and read
 * by everything that can, cargo first of all.
 *
 * Owns its folder and its configuration.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { CargoUser, type ProjectFiles } from "./cargo.ts";
import { git } from "./git.ts";
import { palletizer, palletizerDone, type RunResult } from "./palletizer.ts";
import { RunningServer } from "./running_server.ts";
import { type TempFolder, tempFolder } from "./temp_folder.ts";

/** How an index is fetched. */
export type Protocol = "sparse" | "git";

/** Both ways in which cargo fetches an index. */
export const PROTOCOLS: readonly Protocol[] = ["sparse", "git"];

/** What of a served registry a test may set otherwise. */
export interface ServedRegistryOptions {
  /** Lines of `[registry]`. */
  readonly registry?: string;
  /** Lines of `[limits]`. */
  readonly limits?: string;
  /** Who may read; everybody when left out. */
  readonly read?: "anyone" | "token";
  /** Who may publish; everybody when left out. */
  readonly publish?: "anyone" | "token" | "nobody";
  /** Further listeners, by the address at which each is. */
  readonly more?: (bind: string) => string;
}

/** A server that runs, ended at the end of the scope. */
export class ServedRegistry implements AsyncDisposable {
  readonly #temp: TempFolder;
  readonly #server: RunningServer;
  /** The folder of configuration, data and people. */
  readonly folder: string;
  /** Where it is reached. */
  readonly url: string;
  /** Where the further listener is reached, if there is one. */
  readonly otherUrl: string;

  private constructor(
    temp: TempFolder,
    url: string,
    otherUrl: string,
    server: RunningServer,
  ) {
    this.#temp = temp;
    this.#server = server;
    this.folder = temp.path;
    this.url = url;
    this.otherUrl = otherUrl;
  }

  /** Writes a configuration, starts the server and waits until it listens. */
  static async make(
    options: ServedRegistryOptions = {},
  ): Promise<ServedRegistry> {
    const { registry = "", limits = "" } = options;
    const { read = "anyone", publish = "anyone", more } = options;
    const temp = await tempFolder();
    const bind = `127.0.0.1:${freePort()}`;
    const url = `http://${bind}`;
    const otherBind = `127.0.0.1:${freePort()}`;
    await Deno.writeTextFile(
      join(temp.path, "palletizer.toml"),
      `data = "data"
url = "${url}"

[registry]
${registry}

[limits]
${limits}

[log]
access = "all"

[[listener]]
bind = "${bind}"
read = "${read}"
publish = "${publish}"
${more?.(otherBind) ?? ""}
`,
    );
    const server = await RunningServer.start(temp.path);
    return new ServedRegistry(temp, url, `http://${otherBind}`, server);
  }

  /** The process of the server. */
  get pid(): number {
    return this.#server.pid;
  }

  /** The index as cargo is told of it. */
  indexUrl(protocol: Protocol, url = this.url): string {
    return protocol === "sparse" ? `sparse+${url}/index/` : `${url}/index`;
  }

  /** Makes a user of the registry and answers the secret of a token. */
  async token(name: string): Promise<string> {
    await this.done("user", "add", name);
    return (await this.done("token", "create", "--user", name)).trim();
  }

  /** A person whose cargo knows this registry as `palletizer`, by one protocol. */
  user(
    name: string,
    protocol: Protocol,
    env: Readonly<Record<string, string>> = {},
  ): Promise<CargoUser> {
    const folder = join(this.folder, "people", name);
    return CargoUser.make(folder, this.indexUrl(protocol), {
      // Cargo wants a token to publish, even where none is asked for.
      CARGO_REGISTRIES_PALLETIZER_TOKEN: "anything",
      NO_PROXY: "127.0.0.1",
      ...env,
    });
  }

  /** Publishes a project; fails unless it is taken; answers what cargo said. */
  async publish(
    user: CargoUser,
    project: string,
    files: ProjectFiles,
  ): Promise<string> {
    const folder = await user.project(project, files);
    const { code, stdout, stderr } = await user.cargo(folder, PUBLISH);
    assert.equal(code, 0, `${stdout}${stderr}`);
    return stderr;
  }

  /** Runs a command on this registry, in another process than the server. */
  run(...args: string[]): Promise<RunResult> {
    return palletizer(args, { cwd: this.folder });
  }

  /** Runs a command, fails unless it exits with 0, and answers its stdout. */
  done(...args: string[]): Promise<string> {
    return palletizerDone(args, { cwd: this.folder });
  }

  /** An index file as the sparse index has it now; `null` when it has none. */
  async sparseFile(path: string): Promise<string | null> {
    const answer = await fetch(`${this.url}/index/${path}`);
    const text = await answer.text();
    assert.ok(answer.ok || answer.status === 404, text);
    return answer.ok ? text : null;
  }

  /** All index files, by path, as a fetch of the git index has them now. */
  async gitFiles(): Promise<Record<string, string>> {
    await using temp = await tempFolder();
    const clone = join(temp.path, "index.git");
    await git(clone, [
      "clone",
      "--quiet",
      "--bare",
      this.indexUrl("git"),
      clone,
    ]);
    const listed = await git(clone, ["ls-tree", "-r", "--name-only", "HEAD"]);
    const paths = listed.split("\n").filter((it) => it !== "");
    const files = paths.map(async (path) => {
      return [path, await git(clone, ["show", `HEAD:${path}`])] as const;
    });
    return Object.fromEntries(await Promise.all(files));
  }

  /** Ends the server and answers its log. */
  async stop(): Promise<string> {
    try {
      this.#server.signal("SIGTERM");
    } catch {
      // It has ended by itself: its log says why.
    }
    return (await this.#server.ended).stderr;
  }

  /** Ends the server and removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#temp[Symbol.asyncDispose]();
  }
}

const PUBLISH: readonly string[] = [
  ...["publish", "--registry", "palletizer"],
  ...["--no-verify", "--allow-dirty"],
];

/** A port that was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
