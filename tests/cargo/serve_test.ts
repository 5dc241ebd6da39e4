/**
 * `palletizer serve` as the program that people run: its start, its signals, its
 * one place, and what it leaves behind.
 *
 * @module
 */

import { join } from "node:path";
import { aCrate } from "../support/a_crate.ts";
import { aPublishFrame, requestOf } from "../support/a_publish_request.ts";
import {
  assertEquals,
  assertIncludes,
  assertMatch,
  assertTrue,
} from "../support/assert.ts";
import { palletizer, palletizerDone } from "../support/palletizer.ts";
import { gitsOf } from "../support/processes.ts";
import { RawConnection, rawRequest } from "../support/raw_http.ts";
import { RunningServer } from "../support/running_server.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";
import { until } from "../support/until.ts";

const LISTENER = `
[[listener]]
bind = "127.0.0.1:0"
read = "anyone"
publish = "anyone"
`;

async function configured(config: string): Promise<TempFolder> {
  const folder = await tempFolder();
  const text = `data = "data"\n${config}`;
  await Deno.writeTextFile(join(folder.path, "palletizer.toml"), text);
  return folder;
}

const GET = "GET /health/ready HTTP/1.1\r\nHost: h\r\n\r\n";

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`palletizer serve makes a registry, serves it, and ends at ${signal}`, async () => {
    await using folder = await configured(LISTENER);
    await using server = await RunningServer.start(folder.path);
    assertEquals(server.addresses.length, 1);
    assertMatch(server.address, /^http:\/\/127\.0\.0\.1:\d+$/);
    assertEquals((await rawRequest(server.address, GET)).status, 200);
    server.signal(signal);
    const { code, stdout, stderr } = await server.ended;
    assertEquals([code, stdout], [0, `listening on ${server.address}\n`]);
    assertIncludes(stderr, `stopping after ${signal}`);
    assertEquals([...Deno.readDirSync(join(folder.path, "data", "tmp"))], []);
  });
}

/** Sends an upload but for its end, and answers that when the rest has come. */
async function beginUpload(
  connection: RawConnection,
  folder: TempFolder,
): Promise<Uint8Array> {
  const crate = aCrate("foo");
  const frame = aPublishFrame(requestOf(crate), crate.bytes());
  await connection.write(
    `PUT /api/v1/crates/new HTTP/1.1\r\nHost: h\r\nContent-Length: ${frame.length}\r\n\r\n`,
  );
  await connection.write(frame.subarray(0, -10));
  const tmp = join(folder.path, "data", "tmp");
  const isBegun = () =>
    [...Deno.readDirSync(tmp)].some(({ name }) =>
      [...Deno.readDirSync(join(tmp, name))].length > 0
    );
  await until(isBegun, "a crate file is on its way in");
  return frame.subarray(-10);
}

/** Waits until a server that was told to stop sends requests away. */
function untilStopping({ address }: RunningServer): Promise<void> {
  return until(
    async () => (await rawRequest(address, GET)).status === 503,
    "the server is stopping",
  );
}

Deno.test("palletizer serve finishes an upload when it is told to stop", async () => {
  await using folder = await configured(LISTENER);
  await using server = await RunningServer.start(folder.path);
  using connection = await RawConnection.open(server.address);
  const rest = await beginUpload(connection, folder);
  server.signal("SIGTERM");
  await untilStopping(server);
  await connection.write(rest);
  assertEquals((await connection.answer()).status, 200);
  const { code, stderr } = await server.ended;
  assertEquals(code, 0, stderr);
  assertIncludes(stderr, "published foo 1.0.0");
  const listed = await palletizerDone(["crate", "list"], { cwd: folder.path });
  assertIncludes(listed, "foo");
});

for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
  Deno.test(`palletizer serve ends at once at a second signal, ${signal}, with nothing half done`, async () => {
    await using folder = await configured(LISTENER);
    await using server = await RunningServer.start(folder.path);
    using connection = await RawConnection.open(server.address);
    await beginUpload(connection, folder);
    server.signal("SIGTERM");
    await untilStopping(server);
    server.signal(signal);
    const start = performance.now();
    const ended = await server.ended;
    const seconds = (performance.now() - start) / 1000;
    assertEquals(ended.code, code);
    assertTrue(seconds < 5, `it took ${seconds} seconds`);
    const list = ["crate", "list"];
    assertEquals(await palletizerDone(list, { cwd: folder.path }), "");
  });
}

Deno.test("no git outlives palletizer serve, not even one that was cloning", async () => {
  await using folder = await configured(LISTENER);
  await using server = await RunningServer.start(folder.path);
  using connection = await RawConnection.open(server.address);
  // A fetch that begins and never ends.
  await connection.write(
    "POST /index/git-upload-pack HTTP/1.1\r\nHost: h\r\n" +
      "Content-Type: application/x-git-upload-pack-request\r\n" +
      "Git-Protocol: version=2\r\nContent-Length: 1000\r\n\r\n0014command=ls-refs\n",
  );
  await until(() => gitsOf(folder.path).length > 0, "git works");
  server.signal("SIGTERM");
  await untilStopping(server);
  server.signal("SIGTERM");
  await server.ended;
  await until(() => gitsOf(folder.path).length === 0, "no git is left");
});

Deno.test("palletizer serve refuses a folder that is served, and names who serves it", async () => {
  await using folder = await configured(LISTENER);
  await using server = await RunningServer.start(folder.path);
  const second = await palletizer(["serve"], { cwd: folder.path });
  assertEquals([second.code, second.stdout], [1, ""]);
  assertIncludes(second.stderr, `process ${server.pid} since 2`);
  assertEquals((await rawRequest(server.address, GET)).status, 200);
  server.signal("SIGKILL");
  await server.ended;
  await using third = await RunningServer.start(folder.path);
  assertEquals((await rawRequest(third.address, GET)).status, 200);
});

Deno.test("palletizer serve exits with 2 when its address is taken", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const bind = `127.0.0.1:${taken.addr.port}`;
  await using folder = await configured(LISTENER.replace("127.0.0.1:0", bind));
  const { code, stdout, stderr } = await palletizer(["serve"], {
    cwd: folder.path,
  });
  assertEquals([code, stdout], [2, ""]);
  assertIncludes(stderr, `\`${bind}\` cannot be listened on`);
});

const BAD: [config: string, says: string, why: string][] = [
  ["", "[[listener]]", "no listener"],
  [
    LISTENER.replace('read = "anyone"', 'read = "nobody"'),
    "listener[0].read",
    "nobody may read",
  ],
];
for (const [config, says, why] of BAD) {
  Deno.test(`palletizer serve exits with 2 and makes nothing where ${why}`, async () => {
    await using folder = await configured(config);
    const { code, stdout, stderr } = await palletizer(["serve"], {
      cwd: folder.path,
    });
    assertEquals([code, stdout], [2, ""]);
    assertIncludes(stderr, says);
    const made = Array.from(Deno.readDirSync(folder.path), ({ name }) => name);
    assertEquals(made, ["palletizer.toml"]);
  });
}

Deno.test("palletizer serve brings config.json of the git index up to the configuration", async () => {
  await using folder = await configured(LISTENER);
  await palletizerDone(["init"], { cwd: folder.path });
  const url = "https://crates.example.com";
  const file = join(folder.path, "palletizer.toml");
  const before = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, `url = "${url}"\n${before}`);
  await using server = await RunningServer.start(folder.path);
  const { stdout } = await new Deno.Command("git", {
    args: [
      "-C",
      join(folder.path, "data", "index.git"),
      "show",
      "HEAD:config.json",
    ],
  }).output();
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)).api, url);
  const sparse = await rawRequest(
    server.address,
    "GET /index/config.json HTTP/1.1\r\nHost: h\r\n\r\n",
  );
  assertEquals(JSON.parse(sparse.body).api, url);
});

Deno.test("palletizer serve logs objects for programs where it is told so", async () => {
  const log = '[log]\nformat = "json"\naccess = "all"\n';
  await using folder = await configured(log + LISTENER);
  await using server = await RunningServer.start(folder.path);
  await rawRequest(server.address, GET);
  server.signal("SIGTERM");
  const { stderr } = await server.ended;
  const lines = stderr.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertTrue(
    lines.some((line) =>
      line.event === "request" && line.path === "/health/ready"
    ),
    stderr,
  );
});
