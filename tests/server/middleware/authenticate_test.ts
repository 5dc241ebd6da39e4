import { Buffer } from "node:buffer";
import { OPERATOR, parseUserName, type Registry } from "../../../lib/mod.ts";
import { tokenIn } from "../../../server/middleware/authenticate.ts";
import type { ListenerConfig } from "../../../server/server_config.ts";
import { aCrate, type CrateBuilder } from "../../support/a_crate.ts";
import { aPublishFrame, requestOf } from "../../support/a_publish_request.ts";
import { aRegistry, type TestRegistry } from "../../support/a_registry.ts";
import { anApp, type TestAnswer } from "../../support/an_app.ts";
import {
  assertEquals,
  assertIncludes,
  assertRefuses,
  assertTrue,
} from "../../support/assert.ts";
import { assertStoresNothing } from "../../support/publishing.ts";

const TYPO = `plt_${"0".repeat(38)}`;
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

const HEADERS: [header: string | null, token: string | null, why: string][] = [
  [null, null, "no header"],
  ["", null, "an empty one"],
  ["plt_abc", "plt_abc", "raw, as cargo sends it"],
  ["plt_abc def", "plt_abc def", "raw, whatever it is"],
  ["sekret", "sekret", "raw, of another make"],
  ["Bearer plt_abc", "plt_abc", "behind Bearer"],
  ["bEARER  plt_abc", "plt_abc", "in any case, with blanks"],
  ["Bearer ", null, "Bearer alone"],
  ["Bearer", "Bearer", "a word like any other"],
  [basic("git:plt_abc"), "plt_abc", "the password of Basic"],
  [basic(":plt_abc"), "plt_abc", "without a name"],
  [basic("x:a:b"), "a:b", "a password with a colon in it"],
  [basic("plt_abc:"), null, "a name alone is no token"],
  [basic("plt_abc"), "plt_abc", "without a colon"],
  ["Token plt_abc", "Token plt_abc", "an unknown scheme is part of the word"],
];
for (const [header, token, why] of HEADERS) {
  Deno.test(`tokenIn() finds ${token} in ${header} (${why})`, () => {
    assertEquals(tokenIn(header), token);
  });
}

Deno.test("tokenIn() refuses Basic that is no base64", () => {
  assertRefuses(() => tokenIn("Basic %%%"), "token_invalid");
});

function aToken(registry: Registry, user = "alice"): string {
  const request = { by: OPERATOR, user: parseUserName(user), label: "" };
  return registry.createToken(request).secret.reveal();
}

type Listener = Partial<ListenerConfig>;

/** Who asks, by the header that they bring. */
type Who = "good" | "none" | "typo" | "word" | "revoked";

async function aRegistryWithTokens() {
  const it = await aRegistry();
  await it.add(aCrate("foo"));
  const good = aToken(it.registry);
  const revoked = aToken(it.registry);
  it.registry.revokeToken({ by: OPERATOR, id: 2 });
  const headers: Record<Who, Record<string, string>> = {
    none: {},
    good: { authorization: good },
    typo: { authorization: TYPO },
    word: { authorization: "anything" },
    revoked: { authorization: revoked },
  };
  return Object.assign(it, { good, headers });
}

const URL = "https://crates.example.com/rust";
const CARGO = `Cargo login_url="${URL}/me"`;
const BASIC = 'Basic realm="palletizer", charset="UTF-8"';

const PROTOCOL = "/index/info/refs?service=git-upload-pack";

/** Everything that can be read, and how one is told to bring a token. */
const READABLE: [path: string, challenge: string, why: string][] = [
  ["/index/config.json", CARGO, "where cargo begins"],
  ["/index/3/f/foo", CARGO, "an index file"],
  ["/index/3/b/bar", CARGO, "one that there is not tells no more"],
  ["/index/nonsense", CARGO, "nor does what can be none"],
  ["/crates/foo/foo-1.0.0.crate", CARGO, "a crate file"],
  ["/crates/bar/bar-1.0.0.crate", CARGO, "one that there is not"],
  [PROTOCOL, BASIC, "git begins"],
  [PROTOCOL.replace("index", "index.git"), BASIC, "by its other name"],
  ["/", BASIC, "the home page, in a browser"],
  ["/crates/foo", BASIC, "a crate's page"],
  ["/crates/bar", BASIC, "one that there is not"],
  ["/api/v1/crates?q=foo", CARGO, "search"],
  ["/api/v1/crates/foo", CARGO, "a crate"],
  ["/api/v1/crates/foo/owners", CARGO, "its owners"],
  ["/api/v1/crates/foo/1.0.0", CARGO, "a version"],
  ["/api/v1/crates/foo/1.0.0/download", CARGO, "its crate file"],
];

Deno.test('read = "token" shows nothing to those without one, and all to those with one', async (t) => {
  await using it = await aRegistryWithTokens();
  const closed = anApp(it.registry, { listener: { url: URL, read: "token" } });
  const open = anApp(it.registry, { listener: { url: URL, read: "anyone" } });
  for (const [path, challenge, why] of READABLE) {
    await t.step(`${path} (${why})`, async () => {
      const isApi = path.startsWith("/api/");
      const ask = async (who: Who) => await closed.get(path, it.headers[who]);
      const missing = await ask("none");
      assertEquals(missing.status, 401);
      assertEquals(missing.headers.get("www-authenticate"), challenge);
      assertShape(missing, isApi);
      assertIncludes(missing.text, `${URL}/me`);
      for (const who of ["typo", "word", "revoked"] as const) {
        const wrong = await ask(who);
        assertEquals(wrong.status, isApi ? 403 : 401);
        const told = wrong.headers.get("www-authenticate");
        assertEquals(told, isApi ? null : challenge);
        assertShape(wrong, isApi);
      }
      const shown = await ask("good");
      const usual = await open.get(path);
      assertEquals(shown.status, usual.status);
      if (path !== "/index/config.json" && path !== "/") {
        assertEquals(shown.text, usual.text);
      }
    });
  }
});

/** The body is never empty, in the shape that its asker reads. */
function assertShape({ text, headers }: TestAnswer, isApi: boolean): void {
  if (isApi) assertTrue(JSON.parse(text).errors[0].detail !== "", text);
  else assertTrue(text.length > 20 && !text.startsWith("{"), text);
  assertEquals(headers.get("cache-control"), "no-store");
}

Deno.test('read = "token" holds for git\'s second request, and takes all three spellings', async () => {
  await using it = await aRegistryWithTokens();
  const app = anApp(it.registry, { listener: { read: "token" } });
  const ask = (authorization?: string) =>
    app.ask("/index/git-upload-pack", {
      method: "POST",
      headers: {
        "content-type": "application/x-git-upload-pack-request",
        "git-protocol": "version=2",
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: "0014command=ls-refs\n0000",
    });
  const missing = await ask();
  assertEquals(missing.status, 401);
  assertEquals(missing.headers.get("www-authenticate"), BASIC);
  assertTrue(missing.text.length > 0, "libgit2 hangs at an empty body");
  for (const header of [it.good, `Bearer ${it.good}`, basic(`x:${it.good}`)]) {
    const { status, text } = await ask(header);
    assertEquals(status, 200);
    assertIncludes(text, "refs/heads/");
  }
});

const ALWAYS: readonly string[] = ["/me", "/health/live", "/health/ready"];

Deno.test("how to get a token, and health, are shown to everybody", async () => {
  await using it = await aRegistryWithTokens();
  const app = anApp(it.registry, { listener: { url: URL, read: "token" } });
  for (const path of ALWAYS) {
    for (const who of ["none", "typo", "good"] as const) {
      assertEquals((await app.get(path, it.headers[who])).status, 200, path);
    }
  }
  const { text } = await app.get("/me");
  assertIncludes(text, "palletizer token create --user NAME");
  assertIncludes(text, "credential-provider = [&quot;cargo:token&quot;]");
  assertIncludes(text, "CARGO_REGISTRIES_PALLETIZER_TOKEN");
});

Deno.test("what is read with a token is kept by nobody on the way", async () => {
  await using it = await aRegistryWithTokens();
  for (const read of ["anyone", "token"] as const) {
    const app = anApp(it.registry, { listener: { read } });
    for (
      const path of [
        ...["/index/config.json", "/index/3/f/foo"],
        "/crates/foo/foo-1.0.0.crate",
      ]
    ) {
      const { status, headers } = await app.get(path, it.headers.good);
      assertEquals(status, 200);
      const etag = headers.get("etag") ?? "";
      const again = await app.get(path, {
        ...it.headers.good,
        "if-none-match": etag,
      });
      assertEquals(again.status, 304);
      for (const it of [headers, again.headers]) {
        const caching = it.get("cache-control") ?? "";
        assertEquals(caching.includes("private"), read === "token", path);
      }
    }
  }
});

Deno.test('config.json says auth-required where read = "token", and nowhere else', async () => {
  await using it = await aRegistryWithTokens();
  for (const read of ["anyone", "token"] as const) {
    const app = anApp(it.registry, { listener: { url: URL, read } });
    const { text } = await app.get("/index/config.json", it.headers.good);
    assertEquals(JSON.parse(text), {
      dl: `${URL}/crates/{crate}/{crate}-{version}.crate`,
      api: URL,
      ...(read === "token" ? { "auth-required": true } : {}),
    });
  }
});

/** Every change: what is sent. */
const CHANGES: [method: string, path: string, body: BodyInit | null][] = [
  ["PUT", "/crates/new", frameOf(aCrate("bar"))],
  ["DELETE", "/crates/foo/1.0.0/yank", null],
  ["PUT", "/crates/foo/1.0.0/unyank", null],
  ["PUT", "/crates/foo/owners", '{"users":["bob"]}'],
  ["DELETE", "/crates/foo/owners", '{"users":["bob"]}'],
];

function frameOf(crate: CrateBuilder): Uint8Array<ArrayBuffer> {
  return new Uint8Array(aPublishFrame(requestOf(crate), crate.bytes()));
}

/** Who is let through to the registry, which then judges by the owners. */
const PUBLISH: [publish: ListenerConfig["publish"], Record<Who, number>][] = [
  ["token", { none: 401, typo: 403, word: 403, revoked: 403, good: 0 }],
  ["anyone", { none: 0, typo: 403, word: 0, revoked: 403, good: 0 }],
  ["nobody", { none: 403, typo: 403, word: 403, revoked: 403, good: 403 }],
];

Deno.test("every change is let through by the listener's policy alone", async (t) => {
  for (const [publish, statuses] of PUBLISH) {
    for (const [who, status] of Object.entries(statuses)) {
      if (status === 0) continue;
      await t.step(`publish = "${publish}", ${who}: ${status}`, async () => {
        await using it = await aRegistryWithTokens();
        const listener: Listener = { url: URL, publish };
        const app = anApp(it.registry, { listener });
        for (const [method, path, body] of CHANGES) {
          await assertStoresNothing(it, async () => {
            const headers = it.headers[who as Who];
            const init = { method, headers, body };
            const answer = await app.ask(`/api/v1${path}`, init);
            assertEquals(answer.status, status, `${path}: ${answer.text}`);
            const told = answer.headers.get("www-authenticate");
            assertEquals(told, status === 401 ? CARGO : null);
            assertShape(answer, true);
          });
        }
      });
    }
  }
});

/** Publishes by way of a listener; the status, and the owners that came of it. */
async function publish(
  it: TestRegistry,
  listener: Listener,
  headers: Record<string, string>,
  crate = aCrate("bar"),
): Promise<[status: number, owners: string]> {
  const init = { method: "PUT", headers, body: frameOf(crate) };
  const app = anApp(it.registry, { listener });
  const { status } = await app.ask("/api/v1/crates/new", init);
  if (status !== 200) return [status, ""];
  const { owners } = JSON.parse(JSON.stringify(await it.stored()));
  const rows: { crate: string; user: number }[] = owners;
  return [status, rows.map(({ crate, user }) => `${crate} ${user}`).join()];
}

Deno.test("a publish belongs to the user of its token, in all three spellings", async () => {
  for (
    const spell of [
      String,
      (it: string) => `bearer ${it}`,
      (it: string) => basic(`ci:${it}`),
    ]
  ) {
    await using it = await aRegistryWithTokens();
    const headers = { authorization: spell(it.good) };
    for (const policy of ["token", "anyone"] as const) {
      const crate = aCrate(`of-${policy}`);
      const done = await publish(it, { publish: policy }, headers, crate);
      assertEquals(done[0], 200);
      assertIncludes(done[1], `of_${policy} 1`);
    }
  }
});

Deno.test('publish = "anyone" takes any other word for nobody, whose crates are everybody\'s', async () => {
  await using it = await aRegistryWithTokens();
  for (const who of ["none", "word"] as const) {
    const crate = aCrate(`of-${who}`);
    const [status, owners] = await publish(it, {}, it.headers[who], crate);
    assertEquals(status, 200);
    assertIncludes(owners, `of_${who} 0`);
  }
  const [status] = await publish(
    it,
    {},
    { authorization: basic("x:y") },
    aCrate("of-basic"),
  );
  assertEquals(status, 200);
});

Deno.test("a token counts as of the very next request, on listeners of any policy", async () => {
  await using it = await aRegistryWithTokens();
  const second = await it.second();
  const app = anApp(second, { listener: { read: "token", publish: "token" } });
  const ask = () => app.get("/index/3/f/foo", it.headers.good);
  assertEquals((await ask()).status, 200);
  it.registry.disableUser({ by: OPERATOR, user: parseUserName("alice") });
  assertEquals((await ask()).status, 401);
  assertEquals(
    (await publish(it, { publish: "token" }, it.headers.good))[0],
    403,
  );
  it.registry.enableUser({ by: OPERATOR, user: parseUserName("alice") });
  assertEquals((await ask()).status, 200);
  it.registry.revokeToken({ by: OPERATOR, id: 1 });
  assertEquals((await ask()).status, 401);
});

Deno.test("the log tells who asked, and never by what token", async () => {
  await using it = await aRegistryWithTokens();
  const listener: Listener = { read: "token", publish: "token" };
  const log = { access: "all", format: "json" } as const;
  const app = anApp(it.registry, { listener, log });
  await app.get("/index/3/f/foo", it.headers.good);
  await app.get("/index/3/f/foo", it.headers.revoked);
  await app.ask("/api/v1/crates/new", {
    ...{ method: "PUT", headers: it.headers.good, body: frameOf(aCrate("b")) },
  });
  const lines = app.lines.map((line) => JSON.parse(line));
  assertEquals(
    lines.map(({ status, identity }) => [status, identity]),
    [[200, "user:1"], [401, "nobody"], [200, "user:1"]],
  );
  const logged = app.lines.join();
  for (const { authorization = "-" } of Object.values(it.headers)) {
    const part = authorization.slice(4, 20);
    assertTrue(part.length < 5 || !logged.includes(part), logged);
  }
});

Deno.test("no answer repeats what came as a token", async () => {
  await using it = await aRegistryWithTokens();
  const app = anApp(it.registry, { listener: { read: "token" } });
  const word = "some-other-secret";
  for (const [path] of READABLE) {
    const headers = { authorization: word };
    const answer = await app.get(path, headers);
    const told = answer.text + JSON.stringify([...answer.headers]);
    assertTrue(!told.includes(word), told);
  }
});
