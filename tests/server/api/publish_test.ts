import { aCrate } from "../../support/a_crate.ts";
import { aPublishFrame, requestOf } from "../../support/a_publish_request.ts";
import { aRegistry, type TestRegistry } from "../../support/a_registry.ts";
import { aServer } from "../../support/a_server.ts";
import { noise, piecesOf } from "../../support/a_tar.ts";
import { ApiClient, type ApiRequest } from "../../support/api_client.ts";
import {
  assertEquals,
  assertIncludes,
  assertTrue,
} from "../../support/assert.ts";
import { oddGit, SILENT } from "../../support/odd_git.ts";
import { OtherProcess } from "../../support/other_process.ts";
import { assertStoresNothing } from "../../support/publishing.ts";
import { until } from "../../support/until.ts";

const FOO = aCrate("foo", "1.0.0");

function bodyOf(crate: ReturnType<typeof aCrate>, json = {}): Uint8Array {
  return aPublishFrame(requestOf(crate, json), crate.bytes());
}

/** With the length that cargo says. */
function sized(body: Uint8Array): ApiRequest {
  return { body, headers: { "content-length": String(body.length) } };
}

/** Without a length, as a chunked body has none. */
function chunked(body: Uint8Array): ApiRequest {
  return { body: ReadableStream.from(piecesOf(body, 100)) };
}

async function assertRefused(
  it: TestRegistry,
  request: ApiRequest,
  status: number,
): Promise<string> {
  let detail = "";
  await assertStoresNothing(it, async () => {
    const client = new ApiClient(it);
    const put = ["PUT", "/crates/new", request] as const;
    detail = await client.assertRefused([...put], status);
  });
  return detail;
}

for (
  const [how, request] of [["sized", sized], ["chunked", chunked]] as const
) {
  Deno.test(`PUT crates/new publishes a ${how} body and answers as cargo wants it`, async () => {
    await using it = await aRegistry();
    const client = new ApiClient(it);
    const crate = FOO.with({ description: "d", license: "MIT" });
    const answer = await client.ask(
      "PUT",
      "/crates/new",
      request(bodyOf(crate)),
    );
    assertEquals(answer.status, 200);
    assertEquals(answer.json, {
      warnings: { invalid_categories: [], invalid_badges: [], other: [] },
    });
    assertEquals(await it.versions(), ["foo 1.0.0"]);
  });
}

Deno.test("PUT crates/new answers with warnings, a sentence each", async () => {
  await using it = await aRegistry();
  const { warnings } = await new ApiClient(it).publish(FOO);
  assertEquals(warnings.invalid_categories, []);
  assertEquals(warnings.other.length, 2);
  assertIncludes(warnings.other[0] ?? "", "`package.description`");
});

Deno.test("PUT crates/new names categories that crates.io does not have where cargo looks for them", async () => {
  await using it = await aRegistry();
  const categories = ["utilities", "algorithms", "os::plan9-apis"];
  const { warnings } = await new ApiClient(it).publish(
    FOO.with({ categories, description: "d", license: "MIT" }),
  );
  assertEquals(warnings, {
    invalid_categories: ["utilities", "os::plan9-apis"],
    invalid_badges: [],
    other: [],
  });
  assertEquals(await it.versions(), ["foo 1.0.0"]);
});

Deno.test("PUT crates/new says that a version is there, whatever its bytes", async () => {
  await using it = await aRegistry();
  const client = new ApiClient(it);
  await client.publish(FOO);
  for (
    const crate of [FOO, FOO.withLibrary("// other"), aCrate("foo", "1.0.0+x")]
  ) {
    const detail = await assertRefused(it, sized(bodyOf(crate)), 409);
    assertIncludes(detail, "already has version 1.0.0");
  }
});

const REFUSED: [why: string, request: ApiRequest, status: number][] = [
  ["no body", {}, 400],
  ["an empty body", { body: "" }, 400],
  ["a body that is text", { body: "hello, registry" }, 400],
  ["half a body", sized(bodyOf(FOO).slice(0, 100)), 400],
  ["half a chunked body", chunked(bodyOf(FOO).slice(0, 100)), 400],
  [
    "a request that disagrees with the Cargo.toml",
    sized(bodyOf(FOO, { links: "z" })),
    400,
  ],
  ["a reserved name", sized(bodyOf(aCrate("con"))), 400],
];
for (const [why, request, status] of REFUSED) {
  Deno.test(`PUT crates/new refuses ${why} and stores nothing`, async () => {
    await using it = await aRegistry();
    await assertRefused(it, request, status);
  });
}

Deno.test("PUT crates/new refuses names that another spelling has", async () => {
  await using it = await aRegistry();
  await new ApiClient(it).publish(aCrate("foo-bar"));
  for (const name of ["foo_bar", "FOO-BAR"]) {
    const body = bodyOf(aCrate(name, "2.0.0"));
    const detail = await assertRefused(it, sized(body), 409);
    assertIncludes(detail, "`foo-bar`");
  }
});

Deno.test("PUT crates/new refuses a body by its length, without reading any of it", async () => {
  const limits = { crateFileBytesMax: 1000, metadataBytesMax: 1000 };
  await using it = await aRegistry({ limits });
  let isRead = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      isRead = true;
      controller.close();
    },
  }, { highWaterMark: 0 });
  // Whoever waits for `100 Continue` has not sent anything.
  const headers = { "content-length": "3002301", expect: "100-continue" };
  await assertRefused(it, { headers, body }, 413);
  assertEquals(isRead, false);
});

Deno.test("PUT crates/new refuses a crate file above the limit, though its length was not said", async () => {
  const limits = { crateFileBytesMax: 1000 };
  await using it = await aRegistry({ limits });
  const crate = FOO.withFile("noise", noise(5000));
  await assertRefused(it, chunked(bodyOf(crate)), 413);
});

Deno.test("PUT crates/new tells why a crate that the operator added is closed", async () => {
  await using it = await aRegistry();
  await it.add(FOO);
  const body = bodyOf(aCrate("foo", "1.1.0"));
  const detail = await assertRefused(it, sized(body), 403);
  assertIncludes(detail, "`foo`");
});

Deno.test("PUT crates/new is refused unread where nobody may publish", async () => {
  await using it = await aRegistry();
  const client = new ApiClient(it, { publish: "nobody" });
  let isRead = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      isRead = true;
      controller.enqueue(bodyOf(FOO));
      controller.close();
    },
  }, { highWaterMark: 0 });
  await assertStoresNothing(it, async () => {
    await client.assertRefused(["PUT", "/crates/new", { body }], 403);
  });
  assertEquals(isRead, false);
});

Deno.test("PUT crates/new tells nothing of the machine when the body breaks off", async () => {
  await using it = await aRegistry();
  async function* pieces() {
    yield bodyOf(FOO).slice(0, 200);
    throw new Error("reset by /dev/peer");
  }
  const request = { body: ReadableStream.from(pieces()) };
  const detail = await assertRefused(it, request, 400);
  assertTrue(!detail.includes("/dev/peer"), detail);
});

Deno.test("crates/new knows PUT, and GET for a crate of that name", async () => {
  await using it = await aRegistry();
  const client = new ApiClient(it);
  const { status, headers } = await client.ask("POST", "/crates/new");
  assertEquals([status, headers.get("allow")], [405, "PUT, GET, HEAD"]);
  await client.assertRefused(["GET", "/crates/new"], 404);
});

Deno.test("PUT crates/new stores nothing and fails nowhere when its client hangs up", async () => {
  await using it = await aRegistry();
  await using server = await aServer(it.registry, { log: { access: "all" } });
  await assertStoresNothing(it, async () => {
    const { hostname, port } = new URL(server.address);
    const body = bodyOf(FOO);
    const head = `PUT /api/v1/crates/new HTTP/1.1\r\nHost: ${hostname}\r\n` +
      `Content-Length: ${body.length}\r\n\r\n`;
    const connection = await Deno.connect({ hostname, port: Number(port) });
    await connection.write(new TextEncoder().encode(head));
    await connection.write(body.slice(0, -10));
    connection.close();
    await until(() => server.lines.length > 0, "the request is logged");
  });
  assertEquals(server.lines.length, 1);
  assertIncludes(server.lines[0] ?? "", "PUT /api/v1/crates/new 400");
});

Deno.test("PUT crates/new tells in time that its turn did not come, and stores nothing", async () => {
  await using it = await aRegistry({ limits: { changeWaitMsMax: 50 } });
  const [holder] = await OtherProcess.start("lock_holder.ts", it.path("lock"));
  await using _ = holder;
  await assertStoresNothing(it, async () => {
    const { status, headers, json } = await new ApiClient(it)
      .ask<{ errors: { detail: string }[] }>(
        "PUT",
        "/crates/new",
        sized(bodyOf(FOO)),
      );
    assertEquals([status, headers.get("retry-after")], [503, "5"]);
    const detail = json.errors[0]?.detail ?? "";
    assertIncludes(detail, `process ${holder.pid}`);
    assertIncludes(detail, "nothing was changed");
  });
});

Deno.test("PUT crates/new tells that a version may be published when git cannot tell", async () => {
  using odd = oddGit();
  const limits = {
    ...{ changeWaitMsMax: 1000, changeGitMsMax: 1100, changeMsMax: 1400 },
  };
  await using it = await aRegistry({ limits });
  await it.registry.catchUp();
  odd.make("fast-import", SILENT);
  odd.make("log", "sleep 1; exit 1");
  const { status, headers, json } = await new ApiClient(it)
    .ask<{ errors: { detail: string }[] }>(
      "PUT",
      "/crates/new",
      sized(bodyOf(FOO)),
    );
  assertEquals([status, headers.get("retry-after")], [503, "10"]);
  assertIncludes(json.errors[0]?.detail ?? "", "may be published");
  odd.mend();
  await it.reopen();
  await assertRefused(it, sized(bodyOf(FOO)), 409);
});
