/**
 * What comes over the wire and no client would send: the gate in front of all
 * routes, and what Deno makes of it.
 *
 * @module
 */

import { aCrate } from "../support/a_crate.ts";
import { aRegistry } from "../support/a_registry.ts";
import { aServer } from "../support/a_server.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { head, RawConnection, rawRequest } from "../support/raw_http.ts";

const PATH = "/index/3/f/foo";
const CRATE_FILE = "/crates/foo/foo-1.0.0.crate";

Deno.test("CONNECT opens no tunnel", async () => {
  await using it = await aRegistry();
  await using server = await aServer(it.registry);
  const { host } = new URL(server.address);
  const text = head(`CONNECT ${host}`, `Host: ${host}`);
  const { status } = await rawRequest(server.address, text);
  assertTrue(status >= 400 && status < 500, `${status}`);
});

Deno.test("HEAD is answered with the headers of GET and nothing behind them", async () => {
  await using it = await aRegistry();
  const crate = aCrate("foo");
  await it.add(crate);
  await using server = await aServer(it.registry);
  const sizes = [
    [PATH, (await it.indexFile("3/f/foo")).length],
    [CRATE_FILE, crate.bytes().length],
    ["/api/v1/crates/foo/1.0.0/download", crate.bytes().length],
  ] as const;
  using connection = await RawConnection.open(server.address);
  for (const [path, size] of sizes) {
    await connection.write(head(`HEAD ${path}`, "Host: h"));
    const answer = await connection.answer(true);
    assertEquals(answer.status, 200);
    assertEquals(answer.headers.get("content-length"), String(size), path);
  }
  await connection.write(head(`GET ${PATH}`, "Host: h"));
  assertEquals((await connection.answer()).status, 200);
});

Deno.test("requests that are sent at once are answered in their order", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  await using server = await aServer(it.registry);
  using connection = await RawConnection.open(server.address);
  const paths = [PATH, "/nothing", "/index/a%2fb", CRATE_FILE, "/health/live"];
  await connection.write(
    paths.map((path) => head(`GET ${path}`, "Host: h")).join(""),
  );
  const statuses: number[] = [];
  for (const _ of paths) statuses.push((await connection.answer()).status);
  assertEquals(statuses, [200, 404, 400, 200, 200]);
});

Deno.test("crate files are never labelled as compressed, index files neither", async () => {
  await using it = await aRegistry();
  await it.add(
    aCrate("foo").withDependency("bar", "^1").with({
      description: "x".repeat(500),
    }),
  );
  await using server = await aServer(it.registry);
  for (const path of [PATH, CRATE_FILE, "/index/config.json"]) {
    const text = head(
      `GET ${path}`,
      "Host: h",
      "Accept-Encoding: deflate, gzip, br",
    );
    const { status, headers } = await rawRequest(server.address, text);
    assertEquals(status, 200);
    assertEquals(headers.get("content-encoding"), undefined, path);
    assertTrue(headers.get("etag")?.startsWith('"') ?? false, "a strong tag");
    assertTrue(Number(headers.get("content-length")) > 0, path);
  }
});

Deno.test("a part of a crate file comes over the wire as one", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  await using server = await aServer(it.registry);
  const text = head(`GET ${CRATE_FILE}`, "Host: h", "Range: bytes=2-5");
  const answer = await rawRequest(server.address, text);
  assertEquals([answer.status, answer.body.length], [206, 4]);
});

Deno.test("a publish that is too large is refused before it is sent", async () => {
  await using it = await aRegistry({ limits: { crateFileBytesMax: 1000 } });
  const before = await it.stored();
  await using server = await aServer(it.registry);
  using connection = await RawConnection.open(server.address);
  await connection.write(head(
    "PUT /api/v1/crates/new",
    "Host: h",
    "Content-Length: 20000000",
    "Expect: 100-continue",
  ));
  const first = await connection.answer();
  // Newer Denos ask for the body before anybody can refuse it.
  const answer = first.status === 100 ? await connection.answer() : first;
  if (Deno.version.deno.startsWith("2.7.")) assertEquals(first.status, 413);
  assertEquals(answer.status, 413);
  assertTrue("errors" in JSON.parse(answer.body), answer.body);
  assertEquals(await it.stored(), before);
});

Deno.test("a short publish that is refused unread hears why", async () => {
  await using it = await aRegistry();
  await using server = await aServer(it.registry, {
    listener: { publish: "nobody" },
  });
  using connection = await RawConnection.open(server.address);
  const size = 200_000;
  await connection.write(head(
    "PUT /api/v1/crates/new",
    "Host: h",
    `Content-Length: ${size}`,
  ));
  await connection.write(new Uint8Array(size));
  const answer = await connection.answer();
  assertEquals(answer.status, 403);
});

Deno.test("a request in chunks is the last of its connection, whatever its length is said to be", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  await using server = await aServer(it.registry);
  for (const headers of [[], ["Content-Length: 5"]]) {
    using connection = await RawConnection.open(server.address);
    const chunked = "Transfer-Encoding: chunked";
    await connection.write(
      `${head(`POST ${PATH}`, "Host: h", chunked, ...headers)}0\r\n\r\n`,
    );
    const { status, headers: answered } = await connection.answer();
    assertTrue(status === 405 || status === 400, `${status}`); // Deno's own
    assertEquals(answered.get("connection"), "close");
  }
});
