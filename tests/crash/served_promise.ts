/**
 * What clients of a server that is killed were told, held against what the next
 * server says: by the sparse index, the git index, downloads, search and owners.
 *
 * @module
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { parseCrateName } from "../../lib/mod.ts";
import { indexPath } from "../../lib/index/path.ts";
import { aCrate, type CrateBuilder } from "../support/a_crate.ts";
import { aPublishFrame, requestOf } from "../support/a_publish_request.ts";
import { git } from "../support/git.ts";
import { palletizer, palletizerDone } from "../support/palletizer.ts";
import { tempFolder } from "../support/temp_folder.ts";
import type { Line, Told } from "./told.ts";

/** How long a request may take, in ms: for one that a dead server never answers. */
const PATIENCE_MS = 30_000;

/** Where servers come and go. */
export interface ServedSite {
  /** The folder that `palletizer.toml` is in. */
  readonly folder: string;
  /** The index repository. */
  readonly repository: string;
  /** What was acknowledged. */
  readonly told: Told;
  /** All lines of the index. */
  lines(): Promise<Line[]>;
}

/** The clients of one registry. */
export class ServedPromise {
  readonly #site: ServedSite;
  readonly #url: string;
  readonly #token: string;
  /** Crates whose second owner was acknowledged. */
  readonly #shared = new Set<string>();
  #removable: string | null = null;
  #isListening = true;

  /** How many changes clients were told to be done. */
  told = 0;

  private constructor(site: ServedSite, url: string, token: string) {
    this.#site = site;
    this.#url = url;
    this.#token = token;
  }

  /**
   * Writes the configuration of the servers, and makes a token for `alice`.
   *
   * @param data the data folder, in which there are `alice` and `bob`.
   */
  static async make(site: ServedSite, data: string): Promise<ServedPromise> {
    const bind = `127.0.0.1:${freePort()}`;
    await Deno.writeTextFile(
      join(site.folder, "palletizer.toml"),
      `data = "${data}"\nurl = "http://${bind}"\n[log]\nlevel = "error"\n[[listener]]\n` +
        `bind = "${bind}"\nread = "anyone"\npublish = "token"\n`,
    );
    const args = ["token", "create", "--user", "alice"];
    const token = await palletizerDone(args, { cwd: site.folder });
    return new ServedPromise(site, `http://${bind}`, token.trim());
  }

  /**
   * Publishes, yanks, takes yanks back and adds owners, until the server is gone
   * or `rounds` are over.
   *
   * @param name of the client in this round, which no other shares.
   */
  async work(name: string, rounds = 1000): Promise<void> {
    this.#isListening = true;
    for (let count = 0; count < rounds; count++) {
      const crate = aCrate(`own-${name}-${count % 3}`, `1.${count}.0`);
      if (!await this.#publish(crate)) return;
      if (count % 3 === 1 && !await this.#yank(crate, "yank")) return;
      if (count % 6 === 1 && !await this.#yank(crate, "unyank")) return;
      if (count % 4 === 0 && !await this.#share(crate)) return;
    }
  }

  /** Removes a crate that there is from before, by a command beside the server. */
  async removeByCommand(): Promise<void> {
    const line = this.#removable;
    this.#removable = null;
    if (line === null) return;
    const [name = "", version = ""] = line.split(" ");
    const args = ["crate", "remove", name, version, "--yes"];
    const { code, stdout, stderr } = await palletizer(args, {
      cwd: this.#site.folder,
    });
    assert.equal(code, 0, stderr);
    this.#site.told.heard(stdout);
  }

  /** Fails unless a server that runs says what clients were told. */
  async assertServed(): Promise<void> {
    const lines = await this.#site.lines();
    const byCrate = Map.groupBy(lines, ({ name }) => name);
    await this.#assertIndexes(byCrate);
    for (const [name, versions] of byCrate) {
      const found = await this.#json(`?q=${name}&per_page=1`);
      assert.equal(found.crates[0]?.name, name, "search");
      for (const { vers, cksum } of versions) {
        const path = `/crates/${name}/${name}-${vers}.crate`;
        const bytes = new Uint8Array(await this.#get(path));
        const checksum = createHash("sha256").update(bytes).digest("hex");
        assert.equal(checksum, cksum, path);
      }
      const { users } = await this.#json(`/${name}/owners`);
      const logins = users.map(({ login }: { login: string }) => login);
      assert.ok(logins.includes("alice"), `${name} is ${logins}'s`);
      const isShared = !this.#shared.has(name) || logins.includes("bob");
      assert.ok(isShared, `bob owns ${name} no longer`);
    }
    const known = lines.find(({ yanked }) => !yanked);
    this.#removable = known ? `${known.name} ${known.vers}` : null;
  }

  /** Nobody believes answers any more, until a server is asked anew. */
  stopListening(): void {
    this.#isListening = false;
  }

  /** Forgets all: somebody has removed every crate. */
  startAfresh(): void {
    this.#shared.clear();
    this.#removable = null;
  }

  async #assertIndexes(byCrate: ReadonlyMap<string, Line[]>): Promise<void> {
    await using temp = await tempFolder();
    const clone = join(temp.path, "clone.git");
    const url = `${this.#url}/index`;
    await git(clone, ["clone", "--quiet", "--bare", url, clone]);
    for (const name of byCrate.keys()) {
      const path = indexPath(parseCrateName(name));
      const sparse = new TextDecoder().decode(
        await this.#get(`/index/${path}`),
      );
      const there = await git(this.#site.repository, ["show", `HEAD:${path}`]);
      assert.equal(sparse, there, `${path} of the sparse index`);
      const cloned = await git(clone, ["show", `HEAD:${path}`]);
      assert.equal(cloned, there, `${path} of the git index`);
    }
  }

  async #publish(crate: CrateBuilder): Promise<boolean> {
    const bytes = crate.bytes();
    this.#site.told.note(crate, bytes);
    const frame = aPublishFrame(requestOf(crate), bytes);
    const body = new Blob([new Uint8Array(frame)]);
    return await this.#tell(crate, "added", "PUT", "new", body);
  }

  #yank(crate: CrateBuilder, verb: "yank" | "unyank"): Promise<boolean> {
    const { name, version } = nameAndVersion(crate);
    const method = verb === "yank" ? "DELETE" : "PUT";
    const path = `${name}/${version}/${verb}`;
    return this.#tell(crate, `${verb}ed`, method, path);
  }

  async #share(crate: CrateBuilder): Promise<boolean> {
    const { name } = nameAndVersion(crate);
    const body = JSON.stringify({ users: ["bob"] });
    const isDone = await this.#ask("PUT", `${name}/owners`, body);
    if (isDone) this.#shared.add(name);
    return isDone;
  }

  /** Asks for a change; what becomes of one that is not answered is open. */
  async #tell(
    crate: CrateBuilder,
    done: string,
    method: string,
    path: string,
    body?: BodyInit,
  ): Promise<boolean> {
    const { name, version } = nameAndVersion(crate);
    const isDone = await this.#ask(method, path, body);
    if (isDone) this.#site.told.heard(`${done} ${name} ${version}\n`);
    else this.#site.told.forget(name, version);
    return isDone;
  }

  /** Whether it was done; false when the server died over it, or git did. */
  async #ask(
    method: string,
    path: string,
    body?: BodyInit,
  ): Promise<boolean> {
    if (!this.#isListening) return false;
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(`${this.#url}/api/v1/crates/${path}`, {
        method,
        headers: { authorization: this.#token },
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body === undefined ? {} : { body }),
      });
      text = await answer.text();
    } catch {
      return false; // the server is gone
    }
    if (!this.#isListening) return false;
    const isExpected = answer.ok || answer.status === 503;
    assert.ok(isExpected, `${method} ${path}: ${answer.status} ${text}`);
    if (answer.ok) this.told++;
    return answer.ok;
  }

  async #get(path: string): Promise<ArrayBuffer> {
    const answer = await fetch(`${this.#url}${path}`);
    const bytes = await answer.arrayBuffer();
    assert.equal(answer.status, 200, path);
    return bytes;
  }

  // deno-lint-ignore no-explicit-any
  async #json(path: string): Promise<any> {
    const bytes = await this.#get(`/api/v1/crates${path}`);
    return JSON.parse(new TextDecoder().decode(bytes));
  }
}

function nameAndVersion(crate: CrateBuilder) {
  const [, name = "", version = ""] =
    /^(.+)-(\d+\.\d+\.\d+)\.crate$/.exec(crate.fileName) ?? [];
  return { name, version };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
