/**
 * The real git fetches the index from a running server: every protocol version,
 * whole, shallow and step by step, and never pushes.
 *
 * @module
 */

import { join } from "node:path";
import { aCrate } from "../support/a_crate.ts";
import {
  assertEquals,
  assertIncludes,
  assertMatch,
  assertTrue,
} from "../support/assert.ts";
import { palletizerDone, runProgram } from "../support/palletizer.ts";
import { RunningServer } from "../support/running_server.ts";
import { tempFolder } from "../support/temp_folder.ts";

const CONFIG = `
data = "data"
[limits]
git_clones = 2
[[listener]]
bind = "127.0.0.1:0"
read = "anyone"
publish = "nobody"
`;

/** A served registry and a place for clones. */
class GitTest implements AsyncDisposable {
  readonly #parts: AsyncDisposableStack;
  readonly folder: string;
  readonly server: RunningServer;

  private constructor(
    parts: AsyncDisposableStack,
    folder: string,
    server: RunningServer,
  ) {
    this.#parts = parts;
    this.folder = folder;
    this.server = server;
  }

  static async make(): Promise<GitTest> {
    await using parts = new AsyncDisposableStack();
    const { path } = parts.use(await tempFolder());
    await Deno.writeTextFile(join(path, "palletizer.toml"), CONFIG);
    const server = parts.use(await RunningServer.start(path));
    return new GitTest(parts.move(), path, server);
  }

  get url(): string {
    return `${this.server.address}/index`;
  }

  /** Adds crate files by the command, beside the server. */
  async add(...versions: string[]): Promise<void> {
    const files = await Promise.all(versions.map(async (version) => {
      const crate = aCrate("foo", version);
      const path = join(this.folder, crate.fileName);
      await Deno.writeFile(path, crate.bytes());
      return path;
    }));
    await palletizerDone(["crate", "add", ...files], { cwd: this.folder });
  }

  /** Runs git in a folder; fails unless it exits with 0. */
  async git(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.tryGit(...args);
    assertEquals(code, 0, `git ${args.join(" ")}\n${stderr}`);
    return stdout.trim();
  }

  tryGit(...args: string[]) {
    return runProgram("git", args, {
      cwd: this.folder,
      env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_TERMINAL_PROMPT: "0" },
    });
  }

  /** The lines of `foo` in a clone. */
  async lines(clone: string, commit = "HEAD"): Promise<number> {
    const text = await this.git("-C", clone, "show", `${commit}:3/f/foo`);
    return text.split("\n").length;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync();
  }
}

for (const version of ["0", "1", "2"]) {
  const protocol = ["-c", `protocol.version=${version}`];

  Deno.test(`git clones and fetches the index by protocol version ${version}`, async () => {
    await using test = await GitTest.make();
    await test.add("1.0.0");
    const tip = await test.git(...protocol, "ls-remote", test.url, "HEAD");
    await test.git(...protocol, "clone", "--quiet", test.url, "clone");
    assertEquals(await test.lines("clone"), 1);
    assertIncludes(tip, await test.git("-C", "clone", "rev-parse", "HEAD"));

    await test.add("1.1.0", "1.2.0");
    await test.git(...protocol, "-C", "clone", "fetch", "--quiet");
    assertEquals(await test.lines("clone", "origin/HEAD"), 3);
    await test.git(...protocol, "-C", "clone", "fetch", "--quiet"); // nothing new
    await test.git("-C", "clone", "fsck", "--full", "--strict");
  });

  Deno.test(`git clones a part of the history by protocol version ${version}, then more`, async () => {
    await using test = await GitTest.make();
    for (const it of ["1.0.0", "1.1.0", "1.2.0"]) await test.add(it);
    const depth = ["--depth", "1"];
    await test.git(...protocol, "clone", "-q", ...depth, test.url, "clone");
    const count = () => test.git("-C", "clone", "rev-list", "--count", "HEAD");
    assertEquals(await count(), "1");
    assertEquals(await test.lines("clone"), 3);
    await test.git(...protocol, "-C", "clone", "fetch", "-q", "--deepen", "1");
    assertEquals(await count(), "2");
    await test.git(...protocol, "-C", "clone", "fetch", "-q", "--unshallow");
    assertEquals(await count(), "4");
    await test.git("-C", "clone", "fsck", "--full", "--strict");
  });
}

Deno.test("git clones from both names of the index, and from a filtered one", async () => {
  await using test = await GitTest.make();
  await test.add("1.0.0");
  const urls = [test.url, `${test.url}/`, `${test.url}.git`];
  for (const [at, url] of urls.entries()) {
    await test.git("clone", "--quiet", url, `clone-${at}`);
    assertEquals(await test.lines(`clone-${at}`), 1);
  }
  await test.git("clone", "-q", "--filter=blob:none", test.url, "filtered");
  assertEquals(await test.lines("filtered"), 1);
});

Deno.test("git sends long requests compressed or in chunks, and both are understood", async () => {
  await using test = await GitTest.make();
  await test.add("1.0.0");
  await test.git("clone", "--quiet", test.url, "clone");
  // A younger history of its own makes git tell at length what it has, before
  // it comes to what both have.
  const commits = Array.from(
    { length: 5_000 },
    (_, it) =>
      `commit refs/heads/own\ncommitter a <a@b> ${
        4_000_000_000 + it
      } +0000\ndata 1\nx\n`,
  );
  const imported = await runProgram(
    "git",
    ["-C", join(test.folder, "clone"), "fast-import", "--quiet", "--done"],
    { stdin: `${commits.join("")}done\n` },
  );
  assertEquals(imported.code, 0, imported.stderr);
  // What is past the buffer is sent in chunks, what is long compressed.
  const chunked = ["-c", "http.postBuffer=65536"];
  for (
    const [options, version, sends] of [
      [[], "1.1.0", "Content-Encoding: gzip"],
      [chunked, "1.2.0", "Transfer-Encoding: chunked"],
    ] as const
  ) {
    await test.add(version);
    const { code, stderr } = await runProgram(
      "git",
      ["-C", join(test.folder, "clone"), ...options, "fetch", "--quiet"],
      { env: { GIT_TRACE_CURL: "1", GIT_TRACE_CURL_NO_DATA: "1" } },
    );
    assertEquals(code, 0, stderr.slice(-1000));
    assertTrue(stderr.toLowerCase().includes(sends.toLowerCase()), sends);
  }
  assertEquals(await test.lines("clone", "origin/HEAD"), 3);
});

Deno.test("git cannot push, whatever it tries", async () => {
  await using test = await GitTest.make();
  await test.add("1.0.0");
  await test.git("clone", "--quiet", test.url, "clone");
  const before = await test.git("ls-remote", test.url);
  const { code, stderr } = await test.tryGit(
    ...["-C", "clone", "push", "origin", "HEAD:refs/heads/other"],
  );
  assertTrue(code !== 0, "it was refused");
  assertMatch(stderr, /403/);
  assertEquals(await test.git("ls-remote", test.url), before);
});

Deno.test("many gits that clone at once are all served", async () => {
  await using test = await GitTest.make();
  await test.add("1.0.0");
  const clones = Array.from({ length: 8 }, (_, it) => `clone-${it}`);
  await Promise.all(
    clones.map((clone) => test.git("clone", "--quiet", test.url, clone)),
  );
  for (const clone of clones) assertEquals(await test.lines(clone), 1);
});
