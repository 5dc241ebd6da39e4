/**
 * The first start of a registry, as the person sees it who types it: on a
 * terminal, through a pipe, and under a journal.
 *
 * @module
 */

import { join } from "node:path";
import {
  assertEquals,
  assertIncludes,
  assertMatch,
  assertTrue,
} from "../support/assert.ts";
import { CargoUser } from "../support/cargo.ts";
import {
  palletizerDone,
  programAndFlags,
  runProgram,
} from "../support/palletizer.ts";
import { RunningServer } from "../support/running_server.ts";
import { aTextLibrary } from "../support/rust_project.ts";
import { tempFolder } from "../support/temp_folder.ts";

const CONFIG = `
data = "data"
[[listener]]
bind = "127.0.0.1:0"
`;

async function configured(config = CONFIG) {
  const folder = await tempFolder();
  await Deno.writeTextFile(join(folder.path, "palletizer.toml"), config);
  return folder;
}

/** Starts a server, lets it say what it has to say, and ends it. */
async function started(folder: string) {
  await using server = await RunningServer.start(folder);
  await pause(500);
  server.signal("SIGTERM");
  return await server.ended;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const SECRET = /^plt_[0-9A-Za-z]{38}$/m;

Deno.test("palletizer serve makes the first user at its first start, and only then", async () => {
  await using folder = await configured();
  const first = await started(folder.path);
  const [secret = ""] = SECRET.exec(first.stdout) ?? [];
  const lines = first.stdout.split("\n");
  assertMatch(lines[0] ?? "", /^listening on http:\/\/127\.0\.0\.1:\d+$/);
  assertEquals(lines.slice(2, 5), [
    "[registries.palletizer]",
    'index = "sparse+http://127.0.0.1:7171/index/"',
    'credential-provider = ["cargo:token"]',
  ]);
  assertEquals(lines.filter((it) => it.includes(secret)).length, 1);
  assertIncludes(first.stderr, "warn  the first token was not written to a");
  assertTrue(!first.stderr.includes(secret), "the log has no secret");

  const second = await started(folder.path);
  assertMatch(second.stdout, /^listening on \S+\n$/);
  assertTrue(!second.stderr.includes("first token"), second.stderr);
  const list = ["token", "list", "--json"];
  const tokens = await palletizerDone(list, { cwd: folder.path });
  assertEquals(tokens.trim().split("\n").length, 1);
});

const NO_USE: [config: string, why: string][] = [
  [`${CONFIG}read = "anyone"\npublish = "anyone"\n`, "everybody may all"],
  [`${CONFIG}read = "anyone"\npublish = "nobody"\n`, "nobody may publish"],
];
for (const [config, why] of NO_USE) {
  Deno.test(`palletizer serve makes no user where ${why}`, async () => {
    await using folder = await configured(config);
    const { stdout } = await started(folder.path);
    assertMatch(stdout, /^listening on \S+\n$/);
    const users = await palletizerDone(["user", "list"], { cwd: folder.path });
    assertEquals(users, "");
  });
}

Deno.test("palletizer serve warns nobody whose terminal shows the first token", async () => {
  await using folder = await configured();
  const command = [...programAndFlags(), "serve"].map((it) => `'${it}'`)
    .join(" ");
  const { stdout } = await runProgram("timeout", [
    ...["--signal=INT", "8", "script", "--quiet", "--return"],
    ...["--command", command, join(folder.path, "typescript")],
  ], { cwd: folder.path });
  assertMatch(stdout.replaceAll("\r", ""), SECRET);
  assertTrue(!stdout.includes("replace it"), stdout);
});

Deno.test("palletizer serve under a journal puts the first token into a file", async () => {
  await using folder = await configured();
  const log = join(folder.path, "journal");
  const run = [...programAndFlags(), "serve"].map((it) => `'${it}'`).join(" ");
  // What systemd does: it opens the stream and names it.
  const script = `
    exec > '${log}' 2>&1
    JOURNAL_STREAM=$(stat -L -c %d:%i '${log}')
    export JOURNAL_STREAM
    exec timeout --signal=TERM 4 ${run}
  `;
  await runProgram("sh", ["-c", script], { cwd: folder.path });
  const logged = await Deno.readTextFile(log);
  const file = join(folder.path, "data", "first-token");
  const secret = (await Deno.readTextFile(file)).trimEnd();
  assertMatch(secret, SECRET);
  assertEquals(((await Deno.stat(file)).mode ?? 0) & 0o777, 0o600);
  assertIncludes(logged, `the first user \`admin\` is in \`${file}\``);
  assertIncludes(logged, "[registries.palletizer]");
  assertTrue(!/plt_[0-9A-Za-z]{8}/.test(logged), logged);
});

Deno.test("a variable of another stream makes no journal", async () => {
  await using folder = await configured();
  const run = [...programAndFlags(), "init"].map((it) => `'${it}'`).join(" ");
  const { stdout } = await runProgram("sh", ["-c", `exec ${run}`], {
    cwd: folder.path,
    env: { JOURNAL_STREAM: "8:1" },
  });
  assertMatch(stdout, SECRET);
});

Deno.test("what palletizer serve prints without any configuration is all that cargo needs to publish", async () => {
  await using folder = await tempFolder();
  // The built-in default listens at one port, so its configuration is copied.
  const bind = `127.0.0.1:${freePort()}`;
  const config = `data = "palletizer-data"\nurl = "http://${bind}"\n` +
    `[[listener]]\nbind = "${bind}"\nread = "anyone"\n`;
  await Deno.writeTextFile(join(folder.path, "palletizer.toml"), config);
  await using server = await RunningServer.start(folder.path);
  await pause(500);
  const said = server.said;
  const user = await CargoUser.make(join(folder.path, "ana"), "file:///no");
  const home = user.env.CARGO_HOME ?? "";
  const pasted = said.slice(said.indexOf("#"), said.indexOf("plt_"));
  await Deno.writeTextFile(join(home, "config.toml"), pasted);
  const env = { ...user.env, NO_PROXY: "127.0.0.1" };
  const [secret = ""] = SECRET.exec(said) ?? [];
  const login = await runProgram("cargo", [
    ...["login", "--registry", "palletizer"],
  ], { cwd: folder.path, env, stdin: `${secret}\n` });
  assertEquals(login.code, 0, login.stderr);
  const project = await user.project("hello", aTextLibrary("hello", "hello"));
  const published = await runProgram("cargo", [
    ...["publish", "--registry", "palletizer", "--allow-dirty", "--no-verify"],
  ], { cwd: project, env });
  assertEquals(published.code, 0, published.stderr);
});

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("palletizer serve says so when reading begins to take a token", async () => {
  await using folder = await configured(
    `${CONFIG}read = "anyone"\npublish = "anyone"\n`,
  );
  const before = await started(folder.path);
  assertTrue(!before.stderr.includes("asks for a token"), before.stderr);
  await Deno.writeTextFile(join(folder.path, "palletizer.toml"), CONFIG);
  const turned = await started(folder.path);
  assertIncludes(turned.stderr, "the git index asks for a token from now on");
  assertIncludes(turned.stderr, 'credential-provider = ["cargo:token"]');
  const after = await started(folder.path);
  assertTrue(!after.stderr.includes("asks for a token"), after.stderr);
});

Deno.test("if one of several listeners cannot be had, none stays open and no user is made", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const free = `127.0.0.1:${freePort()}`;
  const config = `data = "data"\n[[listener]]\nbind = "${free}"\n` +
    `[[listener]]\nbind = "127.0.0.1:${taken.addr.port}"\n`;
  await using folder = await configured(config);
  const [program, ...first] = programAndFlags();
  const { code, stdout } = await runProgram(program, [...first, "serve"], {
    cwd: folder.path,
  });
  assertEquals([code, stdout], [2, ""]);
  Deno.listen({ hostname: "127.0.0.1", port: Number(free.split(":")[1]) })
    .close();
  const users = await palletizerDone(["user", "list"], { cwd: folder.path });
  assertEquals(users, "");
});
