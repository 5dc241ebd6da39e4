/**
 * Beginning and ending of a server, in this process: taken addresses, and what
 * becomes of requests that are in flight.
 *
 * @module
 */

import { aCrate } from "../support/a_crate.ts";
import { aPublishFrame, requestOf } from "../support/a_publish_request.ts";
import { aRegistry, type TestRegistry } from "../support/a_registry.ts";
import { aServer } from "../support/a_server.ts";
import {
  assertEquals,
  assertIncludes,
  assertRejects,
  assertTrue,
} from "../support/assert.ts";
import { RawConnection, rawRequest } from "../support/raw_http.ts";
import { EventLog, serve, type ServerConfig } from "../../server/mod.ts";
import { FIXED_CLOCK } from "../support/fixed_clock.ts";
import { until } from "../support/until.ts";

const GET = "GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n";

/** A publish request in two parts: with the first, its crate file has begun. */
function parts(crate = aCrate("foo")): [Uint8Array, Uint8Array] {
  const frame = aPublishFrame(requestOf(crate), crate.bytes());
  const head = new TextEncoder().encode(
    `PUT /api/v1/crates/new HTTP/1.1\r\nHost: h\r\nContent-Length: ${frame.length}\r\n\r\n`,
  );
  const first = new Uint8Array(head.length + frame.length - 10);
  first.set(head);
  first.set(frame.subarray(0, -10), head.length);
  return [first, frame.subarray(-10)];
}

const isThere = async (it: TestRegistry) =>
  (await it.versions()).includes("foo 1.0.0");

const uploads = async (it: TestRegistry) =>
  (await it.stored()).inProgress.length;

function untilUploads(it: TestRegistry, count: number): Promise<void> {
  return until(
    async () => await uploads(it) === count,
    `${count} uploads on their way in`,
  );
}

/**
 * Waits until an address refuses connections. A closed socket may be there a
 * moment longer: in a child that was being started just then, until it executes.
 */
function untilNobodyListens(
  at: { hostname: string; port: number },
): Promise<void> {
  return until(async () => {
    try {
      (await Deno.connect(at)).close();
      return false;
    } catch (error) {
      return error instanceof Deno.errors.ConnectionRefused;
    }
  }, "nobody listens there");
}

Deno.test("a server that stops finishes an upload, and sends new requests away", async () => {
  await using it = await aRegistry();
  await using server = await aServer(it.registry);
  const [first, second] = parts();
  using uploading = await RawConnection.open(server.address);
  using kept = await RawConnection.open(server.address);
  await kept.write(GET);
  assertEquals((await kept.answer()).status, 200);
  await uploading.write(first);
  await untilUploads(it, 1);

  let hasStopped = false;
  const stopped = server.stop().then(() => hasStopped = true);
  for (const connection of [kept, await RawConnection.open(server.address)]) {
    await connection.write(GET);
    const answer = await connection.answer();
    assertEquals(answer.status, 503);
    assertEquals(answer.headers.get("connection"), "close");
    assertEquals(answer.headers.get("retry-after"), "2");
    connection.close();
  }
  assertEquals(hasStopped, false);

  await uploading.write(second);
  assertEquals((await uploading.answer()).status, 200);
  await stopped;
  assertTrue(await isThere(it), "what was acknowledged is there");
});

Deno.test("a server that stops does not wait for ever for an upload", async () => {
  await using it = await aRegistry();
  await using server = await aServer(it.registry, { stopMs: 50 });
  const before = await it.stored();
  const [first] = parts();
  const uploading = await RawConnection.open(server.address);
  await uploading.write(first);
  await untilUploads(it, 1);
  await server.stop();
  uploading.close();
  await server.finished;
  await untilUploads(it, 0);
  assertEquals(await it.stored(), before);
});

Deno.test("a server that stops finishes a download", async () => {
  await using it = await aRegistry();
  const noise = Array.from(
    { length: 60 },
    () => crypto.getRandomValues(new Uint8Array(65_536)),
  );
  const crate = aCrate("foo").withFile(
    "noise",
    new Uint8Array(await new Blob(noise).arrayBuffer()),
  );
  await it.add(crate);
  await using server = await aServer(it.registry);
  using downloading = await RawConnection.open(server.address);
  await downloading.write(
    "GET /crates/foo/foo-1.0.0.crate HTTP/1.1\r\nHost: h\r\n\r\n",
  );
  await downloading.begun(); // more than fits into the sockets is to come
  const stopped = server.stop();
  const { status, body } = await downloading.answer();
  assertEquals([status, body.length], [200, crate.bytes().length]);
  await stopped;
});

Deno.test("a server that stops closes idle connections at once, and may be told twice", async () => {
  await using it = await aRegistry();
  await using server = await aServer(it.registry);
  using idle = await RawConnection.open(server.address);
  await idle.write(GET);
  await idle.answer();
  await Promise.all([server.stop(), server.stop()]);
  await server.finished;
  assertTrue(await idle.isClosed(), "it is closed");
  const { hostname, port } = new URL(server.address);
  await untilNobodyListens({ hostname, port: Number(port) });
});

const LISTENER = {
  url: "http://127.0.0.1:7171",
  read: "anyone",
  publish: "anyone",
} as const;

function serveAt(
  it: TestRegistry,
  binds: readonly { hostname: string; port: number }[],
  lines: string[] = [],
) {
  const config: ServerConfig = {
    log: { level: "info", format: "text", access: "none" },
    listeners: binds.map((bind) => ({ ...LISTENER, bind })),
  };
  const write = (line: string) => lines.push(line);
  const log = new EventLog({ config: config.log, clock: FIXED_CLOCK, write });
  return serve(config, it.registry, { log });
}

Deno.test("a server whose address is taken says so, and listens nowhere", async () => {
  await using it = await aRegistry();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = free.addr.port;
  free.close();
  const hostname = "127.0.0.1";
  await assertRejects(
    () => serveAt(it, [{ hostname, port }, { ...taken.addr }]),
    "listener_unavailable",
    {
      bind: `127.0.0.1:${taken.addr.port}`,
      problem: "another program listens there",
    },
  );
  await untilNobodyListens({ hostname, port });
});

Deno.test("a server whose address is of another machine says so", async () => {
  await using it = await aRegistry();
  for (const hostname of ["192.0.2.1", "nowhere.invalid"]) {
    await assertRejects(
      () => serveAt(it, [{ hostname, port: 0 }]),
      "listener_unavailable",
      { bind: `${hostname}:0` },
    );
  }
});

Deno.test("a server listens at several addresses, and warns of one that is open to strangers", async () => {
  await using it = await aRegistry();
  const lines: string[] = [];
  await using server = await serveAt(it, [
    { hostname: "127.0.0.1", port: 0 },
    { hostname: "0.0.0.0", port: 0 },
  ], lines);
  for (const address of server.addresses) {
    assertEquals((await rawRequest(address, GET)).status, 200);
  }
  assertEquals(lines.length, 1);
  assertIncludes(lines[0] ?? "", "warn  whoever reaches 0.0.0.0:0 may publish");
});
