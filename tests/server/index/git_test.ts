import { gzipSync } from "node:zlib";
import type { ServedRegistry } from "../../../server/context.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aRegistry } from "../../support/a_registry.ts";
import { anApp } from "../../support/an_app.ts";
import {
  assertEquals,
  assertIncludes,
  assertTrue,
} from "../../support/assert.ts";

const REQUEST = "application/x-git-upload-pack-request";
const LIST_REFS = new TextEncoder().encode(
  "0014command=ls-refs\n00010000",
);
const INFO = "/info/refs?service=git-upload-pack";

Deno.test("the git index advertises its refs at both of its names", async () => {
  await using it = await aRegistry();
  const app = anApp(it.registry);
  for (const base of ["/index", "/index.git"]) {
    const answer = await app.get(base + INFO);
    assertEquals(answer.status, 200);
    assertEquals(
      answer.headers.get("content-type"),
      "application/x-git-upload-pack-advertisement",
    );
    assertIncludes(answer.headers.get("cache-control") ?? "", "no-cache");
    assertTrue(
      answer.text.startsWith("001e# service=git-upload-pack\n0000"),
      answer.text.slice(0, 60),
    );
    assertIncludes(answer.text, `${await it.tip()} HEAD`);
  }
});

const VERSIONS: [header: string, begins: string, why: string][] = [
  ["version=2", "000eversion 2\n", "version 2 begins with git's own words"],
  ["version=1", "001e# service=git-upload-pack\n0000000eversion 1\n", ""],
  ["version=2\u007f", "001e# service=", "a header that is not understood"],
];
for (const [header, begins, why] of VERSIONS) {
  Deno.test(`the git index advertises to Git-Protocol ${JSON.stringify(header)} (${why})`, async () => {
    await using it = await aRegistry();
    const app = anApp(it.registry);
    const answer = await app.get(`/index${INFO}`, { "git-protocol": header });
    assertTrue(answer.text.startsWith(begins), answer.text.slice(0, 60));
  });
}

const ENCODINGS: [encoding: string | null, body: Uint8Array, why: string][] = [
  [null, LIST_REFS, "as it is"],
  ["identity", LIST_REFS, "as it is, and says so"],
  ["gzip", gzipSync(LIST_REFS), "compressed"],
  ["X-GZIP", gzipSync(LIST_REFS), "an old name of the same"],
];
for (const [encoding, body, why] of ENCODINGS) {
  Deno.test(`the git index answers a request with encoding ${encoding} (${why})`, async () => {
    await using it = await aRegistry();
    const app = anApp(it.registry);
    const answer = await app.ask("/index/git-upload-pack", {
      method: "POST",
      headers: {
        "content-type": REQUEST,
        "git-protocol": "version=2",
        ...(encoding === null ? {} : { "content-encoding": encoding }),
      },
      body: body as BodyInit,
    });
    assertEquals(answer.status, 200);
    assertEquals(
      answer.headers.get("content-type"),
      "application/x-git-upload-pack-result",
    );
    assertIncludes(answer.text, await it.tip());
    assertEquals(app.inFlight, 0);
  });
}

Deno.test("the git index counts an answer as in flight until it was read", async () => {
  await using it = await aRegistry();
  const app = anApp(it.registry);
  const ask = () =>
    app.fetch("/index/git-upload-pack", {
      method: "POST",
      headers: { "content-type": REQUEST, "git-protocol": "version=2" },
      body: LIST_REFS as BodyInit,
    });
  const [read, dropped] = [await ask(), await ask()];
  assertEquals(app.inFlight, 2);
  await read.bytes();
  assertEquals(app.inFlight, 1);
  await dropped.body?.cancel();
  assertEquals(app.inFlight, 0);
});

type Asked = [path: string, init: RequestInit];

const post = (
  headers: Record<string, string> = {},
  body = "",
): RequestInit => ({
  method: "POST",
  headers,
  body,
});

const REFUSED: [asked: Asked, status: number, why: string][] = [
  [["/index/info/refs?service=git-receive-pack", {}], 403, "a push"],
  [["/index/git-receive-pack", post()], 403, "a push, without asking first"],
  [["/index.git/git-receive-pack", post()], 403, "at the other name"],
  [["/index/info/refs", {}], 403, "the dumb protocol"],
  [["/index/info/refs?service=x", {}], 403, "a service that there is not"],
  [["/index/HEAD", {}], 404, "a file of the repository"],
  [["/index.git/HEAD", {}], 404, "at the other name"],
  [["/index.git/config", {}], 404, "the repository's configuration"],
  [["/index.git/3/f/foo", {}], 404, "the sparse index has one base"],
  [["/index/git-upload-pack", {}], 405, "GET"],
  [["/index/info/refs", post()], 405, "POST"],
  [["/index/git-upload-pack", post()], 415, "no type"],
  [
    ["/index/git-upload-pack", post({ "content-type": "text/plain" })],
    415,
    "another type",
  ],
  [
    [
      "/index/git-upload-pack",
      post({ "content-type": REQUEST, "content-encoding": "br" }),
    ],
    415,
    "an encoding that git has not",
  ],
  [
    [
      "/index/git-upload-pack",
      post({ "content-type": REQUEST, "content-length": "16777217" }),
    ],
    413,
    "longer than any negotiation",
  ],
];
Deno.test("the git index refuses all that is no fetch, in plain text", async (t) => {
  await using it = await aRegistry();
  const app = anApp(it.registry);
  for (const [[path, init], status, why] of REFUSED) {
    const { method = "GET" } = init;
    await t.step(`${method} ${path} is a ${status} (${why})`, async () => {
      const answer = await app.ask(path, init);
      assertEquals(answer.status, status, answer.text);
      assertIncludes(answer.headers.get("content-type") ?? "", "text/plain");
      assertTrue(answer.text.length > 0, "libgit2 hangs on an empty body");
    });
  }
});

Deno.test("the git index says when to come again while too many are served", async () => {
  await using it = await aRegistry({
    limits: { gitClonesMax: 1, gitClonesWaitingMax: 0 },
  });
  const app = anApp(it.registry);
  const init = () => ({
    method: "POST",
    headers: { "content-type": REQUEST, "git-protocol": "version=2" },
    body: LIST_REFS as BodyInit,
  });
  const first = await app.fetch("/index/git-upload-pack", init());
  const second = await app.ask("/index/git-upload-pack", init());
  assertEquals([second.status, second.headers.get("retry-after")], [503, "5"]);
  await first.bytes();
});

Deno.test("the git index inflates no more of a request than may be read", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  let readBytes = 0;
  const counting: ServedRegistry = Object.create(it.registry, {
    config: { value: it.config },
    gitUploadPack: {
      async value({ body }: { body: ReadableStream<Uint8Array> }) {
        const reader = body.getReader();
        const { value } = await reader.read();
        readBytes = value?.length ?? 0;
        await reader.cancel();
        return new Blob(["0000"]).stream();
      },
    },
  });
  const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024));
  await anApp(counting).ask("/index/git-upload-pack", {
    method: "POST",
    headers: { "content-type": REQUEST, "content-encoding": "gzip" },
    body: bomb as BodyInit,
  });
  assertTrue(readBytes > 0 && readBytes <= 8 * 1024 * 1024, `${readBytes}`);
});
