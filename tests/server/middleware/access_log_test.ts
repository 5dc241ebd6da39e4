import { isLogged } from "../../../server/middleware/access_log.ts";
import type { LogConfig } from "../../../server/server_config.ts";
import { aRegistry } from "../../support/a_registry.ts";
import { anApp } from "../../support/an_app.ts";
import { assertEquals, assertMatch, assertTrue } from "../../support/assert.ts";

type Access = LogConfig["access"];

const REQUESTS: [method: string, path: string, changes: boolean][] = [
  ["GET", "/index/ca/rg/cargo", false],
  ["HEAD", "/crates/foo/foo-1.0.0.crate", false],
  ["POST", "/index/git-upload-pack", false],
  ["PUT", "/api/v1/crates/new", true],
  ["DELETE", "/api/v1/crates/foo/1.0.0/yank", true],
  ["POST", "/index/git-receive-pack", true],
  ["FOO", "/", true],
];
for (const [method, path, changes] of REQUESTS) {
  Deno.test(`isLogged() takes ${method} ${path} for ${changes ? "a change" : "a lookup"}`, () => {
    const logged = (access: Access, level: LogConfig["level"] = "info") =>
      isLogged({ level, format: "text", access }, method, path);
    assertEquals(logged("all"), true);
    assertEquals(logged("changes"), changes);
    assertEquals(logged("none"), false);
    assertEquals(logged("all", "warn"), false);
  });
}

Deno.test("each answered request is one line, with the name that the answer has", async () => {
  await using it = await aRegistry();
  const app = anApp(it.registry, { log: { access: "all", format: "json" } });
  const answers = [
    await app.get("/api/v1/crates?q=secret"),
    await app.get("/index/3/f/foo", { authorization: "secret" }),
    await app.get("/nothing%0asecret"),
  ];
  assertEquals(answers.map(({ status }) => status), [200, 404, 400]);
  const lines = app.lines.map((line) => JSON.parse(line));
  assertEquals(
    lines.map(({ method, path, status }) => [method, path, status]),
    [
      ["GET", "/api/v1/crates", 200],
      ["GET", "/index/3/f/foo", 404],
      ["GET", "/", 400],
    ],
  );
  for (const [at, line] of lines.entries()) {
    assertMatch(line.request_id, /^[0-9a-f]{16}$/);
    const told = answers[at]?.headers.get("x-request-id") ?? line.request_id;
    assertEquals(told, line.request_id);
    assertEquals([line.client, line.identity], ["127.0.0.1", "nobody"]);
    assertTrue(line.duration_ms >= 0, "a duration");
  }
  assertTrue(!app.lines.join().includes("secret"), "nothing secret");
});
