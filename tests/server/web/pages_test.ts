import { OPERATOR, parseUserName } from "../../../lib/mod.ts";
import { createHash } from "node:crypto";
import { aCrate } from "../../support/a_crate.ts";
import { aRegistry, the } from "../../support/a_registry.ts";
import { anApp } from "../../support/an_app.ts";
import {
  assertEquals,
  assertIncludes,
  assertTrue,
} from "../../support/assert.ts";

const PAGES = ["/", "/me", "/crates/foo"];

Deno.test("pages are HTML that a browser may do nothing with but show", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  const app = anApp(it.registry);
  for (const path of PAGES) {
    const { status, headers, text } = await app.get(path);
    assertEquals(status, 200);
    assertEquals(headers.get("content-type"), "text/html; charset=utf-8");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("referrer-policy"), "no-referrer");
    assertTrue(!/<script|javascript:|\son\w+=/i.test(text), path);
    const policy = headers.get("content-security-policy") ?? "";
    assertIncludes(policy, "default-src 'none'");
    const style = /<style>([^]*)<\/style>/.exec(text)?.[1] ?? "none";
    const checksum = createHash("sha256").update(style).digest("base64");
    assertIncludes(policy, `style-src 'sha256-${checksum}'`);
  }
});

Deno.test("the home page has cargo's lines for the listener that is asked", async () => {
  await using it = await aRegistry();
  const url = "https://crates.example.com/rust";
  const { text } = await anApp(it.registry, { listener: { url } }).get("/");
  assertIncludes(text, "<pre><code>[registries.palletizer]\n");
  assertIncludes(text, `index = &quot;sparse+${url}/index/&quot;`);
  assertIncludes(text, `index = &quot;${url}/index&quot;`);
});

Deno.test("the pages say whether anything can be published", async () => {
  await using it = await aRegistry();
  const open = anApp(it.registry);
  const closed = anApp(it.registry, { listener: { publish: "nobody" } });
  assertIncludes((await open.get("/")).text, "cargo publish");
  assertTrue(!(await closed.get("/")).text.includes("cargo publish"), "closed");
  assertIncludes((await open.get("/me")).text, "cargo login");
  assertTrue(!(await closed.get("/me")).text.includes("cargo login"), "closed");
});

Deno.test("the home page says what cargo and git need where reading takes a token", async () => {
  await using it = await aRegistry();
  const { secret } = it.registry.createToken({
    ...{ by: OPERATOR, user: parseUserName("alice"), label: "" },
  });
  const app = anApp(it.registry, {
    listener: { read: "token", publish: "token" },
  });
  const { status, text } = await app.get("/", {
    authorization: secret.reveal(),
  });
  assertEquals(status, 200);
  const provider = "credential-provider = [&quot;cargo:token&quot;]";
  assertEquals(text.split(provider).length, 3, "for both indexes");
  assertIncludes(text, "the token as the");
  assertTrue(!text.includes(secret.reveal()), "no page shows a token");
});

Deno.test("a crate's page shows what others wrote as text", async () => {
  await using it = await aRegistry();
  const description = `<script>alert("1")</script> & 'so on'`;
  await it.add(
    aCrate("foo", "1.0.0").with({ description }),
    aCrate("foo", "1.1.0+b").with({ description }),
  );
  await it.registry.yank(the("foo", "1.0.0"));
  await it.registry.list({ query: "", limit: 10, offset: 0 });
  const { text } = await anApp(it.registry).get("/crates/Foo");
  assertTrue(!text.includes("<script"), text);
  assertIncludes(
    text,
    "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp;",
  );
  assertIncludes(text, "/crates/foo/foo-1.1.0%2Bb.crate");
  assertIncludes(text, "yanked");
  assertIncludes(text, "cargo add --registry palletizer foo");
});

Deno.test("a page of a crate that there is not is a 404", async () => {
  await using it = await aRegistry();
  const app = anApp(it.registry);
  assertEquals((await app.get("/crates/foo")).status, 404);
  assertEquals((await app.get("/crates/%3Cscript%3E")).status, 400);
});
