/**
 * The programs beside which the server is measured: nginx, which serves the same
 * files, and wrk, which asks both. Without them those rows are left out.
 *
 * @module
 */

import { join } from "node:path";
import { until } from "../support/until.ts";
import { freePort } from "./bench.ts";

/** How long wrk asks, in seconds, with how many connections. */
const WRK_SECONDS = 2;
const WRK_CONNECTIONS = 16;

/** A request that wrk makes again and again. */
export interface WrkRequest {
  /** The path, with its `/`. */
  readonly path: string;
  /** The tag of what is known already, if anything is. */
  readonly etag?: string;
}

/** Whether a program is there. */
export async function isInstalled(program: string): Promise<boolean> {
  try {
    await new Deno.Command(program, {
      args: ["-v"],
      stdout: "null",
      stderr: "null",
    }).output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Asks a server in a few connections, one request after the other.
 *
 * @param folder where wrk's script is written.
 * @returns requests a second.
 */
export async function wrk(
  url: string,
  requests: readonly WrkRequest[],
  folder: string,
): Promise<number> {
  const lines = requests.map(({ path, etag }) => {
    const headers = etag === undefined
      ? "nil"
      : `{["if-none-match"]=${JSON.stringify(etag)}}`;
    return `  wrk.format("GET", ${JSON.stringify(path)}, ${headers}),\n`;
  });
  const script = join(folder, "requests.lua");
  await Deno.writeTextFile(
    script,
    `local requests
local at = 0
function init()
  requests = {\n${lines.join("")}}
end
function request()
  at = at % #requests + 1
  return requests[at]
end
`,
  );
  const { stdout, stderr } = await new Deno.Command("wrk", {
    args: [
      ...["-t1", `-c${WRK_CONNECTIONS}`, `-d${WRK_SECONDS}s`],
      ...["-s", script, url],
    ],
  }).output();
  const text = new TextDecoder().decode(stdout);
  const rate = /^Requests\/sec:\s+([\d.]+)/m.exec(text)?.[1];
  if (rate === undefined || /Non-2xx|Socket errors/.test(text)) {
    throw new Error(`wrk: ${text}${new TextDecoder().decode(stderr)}`);
  }
  return Number(rate);
}

/** An nginx with one worker that serves a folder, ended at the end of the scope. */
export class Nginx implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  /** Where it listens. */
  readonly url: string;

  private constructor(process: Deno.ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  /** Starts it, with all that it writes in `folder`. */
  static async serve(root: string, folder: string): Promise<Nginx> {
    const bind = `127.0.0.1:${freePort()}`;
    const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((it) => `  ${it}_temp_path ${folder};\n`);
    const user = Deno.uid() === 0 ? "user root;\n" : ""; // it must read the folder
    const configuration = join(folder, "nginx.conf");
    await Deno.writeTextFile(
      configuration,
      `${user}worker_processes 1;
daemon off;
pid ${folder}/nginx.pid;
error_log stderr crit;
events {}
http {
${temp.join("")}  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  default_type text/plain;
  server {
    listen ${bind};
    root ${root};
  }
}
`,
    );
    const args = ["-c", configuration, "-e", "stderr"];
    const process = new Deno.Command("nginx", { args, stdout: "null" }).spawn();
    const url = `http://${bind}`;
    const nginx = new Nginx(process, url);
    await until(() => answers(url), "nginx answers");
    return nginx;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#process.status;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).body?.cancel();
    return true;
  } catch {
    return false; // it does not listen yet
  }
}
