import {
  NOBODY,
  parseChecksum,
  parseCrateName,
  parseCrateVersion,
  parseUserName,
  Refusal,
  type RegistryEvent,
} from "../../lib/mod.ts";
import { EventLog } from "../../server/event_log.ts";
import type { LogConfig } from "../../server/server_config.ts";
import { assertEquals, assertIncludes, assertTrue } from "../support/assert.ts";
import { FIXED_CLOCK } from "../support/fixed_clock.ts";

function logging(config: Partial<LogConfig>, act: (log: EventLog) => void) {
  const lines: string[] = [];
  const usual: LogConfig = { level: "info", format: "text", access: "changes" };
  act(
    new EventLog({
      config: { ...usual, ...config },
      clock: FIXED_CLOCK,
      write: (line) => lines.push(line),
    }),
  );
  return lines;
}

const CRATE = parseCrateName("foo");
const VERSION = parseCrateVersion("1.0.0+b");
const ANNA = parseUserName("anna");
const CHECKSUM = parseChecksum("ab".repeat(32));

const EVENTS: [event: RegistryEvent, line: string][] = [
  [
    {
      ...{ kind: "published", by: NOBODY, crate: CRATE, version: VERSION },
      ...{ checksum: CHECKSUM, sizeBytes: 7 },
    },
    `info  published foo 1.0.0+b crate=foo identity=nobody version=1.0.0+b checksum=${CHECKSUM} size_bytes=7`,
  ],
  [
    {
      kind: "yanked",
      by: { kind: "user", id: 3 },
      crate: CRATE,
      version: VERSION,
    },
    "info  yanked foo 1.0.0+b crate=foo identity=user:3 version=1.0.0+b",
  ],
  [
    {
      ...{ kind: "removed", by: { kind: "operator" }, crate: CRATE },
      ...{ versions: [VERSION], wholeCrate: false },
    },
    "info  removed foo 1.0.0+b crate=foo identity=operator versions=1.0.0+b",
  ],
  [
    {
      ...{ kind: "removed", by: { kind: "operator" }, crate: CRATE },
      ...{ versions: [VERSION, parseCrateVersion("2.0.0")], wholeCrate: true },
    },
    'info  removed foo with all versions crate=foo identity=operator versions="1.0.0+b 2.0.0"',
  ],
  [
    {
      ...{ kind: "owner_added", by: { kind: "user", id: 3 }, crate: CRATE },
      ...{ user: ANNA, userId: 7 },
    },
    "info  added owner anna of foo crate=foo user=anna user_id=7 identity=user:3",
  ],
  [
    {
      ...{ kind: "user_added", by: { kind: "operator" }, isAdmin: true },
      ...{ user: ANNA, userId: 7 },
    },
    "info  added user anna admin=true user=anna user_id=7 identity=operator",
  ],
  [
    {
      ...{ kind: "user_disabled", by: { kind: "operator" } },
      ...{ user: ANNA, userId: 7 },
    },
    "info  disabled user anna user=anna user_id=7 identity=operator",
  ],
  [
    {
      ...{ kind: "token_revoked", by: { kind: "operator" }, token: 9 },
      ...{ label: "my laptop", user: ANNA, userId: 7 },
    },
    'info  revoked token 9 of anna token=9 label="my laptop" user=anna user_id=7 identity=operator',
  ],
  [
    { kind: "auth_turned_on", registry: "acme" },
    'warn  the git index asks for a token from now on: whoever uses it needs `credential-provider = ["cargo:token"]` under [registries.acme] of cargo\'s configuration, and a token',
  ],
  [
    {
      kind: "background_failed",
      error: new Refusal("disk_full", { path: "/srv" }),
    },
    "warn  no space is left on the file system of `/srv`: nothing was changed; free some and try again code=disk_full",
  ],
];
for (const [event, line] of EVENTS) {
  Deno.test(`EventLog says \`${line.slice(0, 50)}…\``, () => {
    const lines = logging({}, (log) => log.registryEvent(event));
    assertEquals(lines, [`2026-01-02T03:04:05.000Z ${line}`]);
  });
}

Deno.test("EventLog writes an object a line for programs", () => {
  const lines = logging(
    { format: "json" },
    (log) =>
      log.info("request", "GET /\n200", {
        path: "/\n",
        status: 200,
        size: null,
      }),
  );
  assertEquals(lines.length, 1);
  assertTrue(!lines[0]?.includes("\n"), "one line");
  assertEquals(JSON.parse(lines[0] ?? ""), {
    time: "2026-01-02T03:04:05.000Z",
    level: "info",
    event: "request",
    message: "GET /\n200",
    path: "/\n",
    status: 200,
    size: null,
  });
});

Deno.test("EventLog shows signs that would forge lines or turn text around", () => {
  const [line = "", ...more] = logging(
    {},
    (log) =>
      log.info("x", "a\n2026 error b\u001b[31m\u202e", {
        path: "c d\u0000\u202e",
      }),
  );
  assertEquals(more, []);
  assertEquals(
    line.slice(25),
    'info  a\\u{a}2026 error b\\u{1b}[31m\\u{202e} path="c d\\u0000\\u{202e}"',
  );
});

const LEVELS: [level: LogConfig["level"], written: number][] = [
  ["info", 3],
  ["warn", 2],
  ["error", 1],
];
for (const [level, written] of LEVELS) {
  Deno.test(`EventLog writes ${written} of three levels at ${level}`, () => {
    const lines = logging({ level }, (log) => {
      log.error("x", "e");
      log.warn("x", "w");
      log.info("x", "i");
    });
    assertEquals(lines.length, written);
  });
}

Deno.test("EventLog tells a bug with its stack and its causes, a refusal by its words", () => {
  const bug = new TypeError("it broke", { cause: new Error("deep down") });
  const [text = ""] = logging({}, (log) => log.failure("failed", bug));
  assertIncludes(text, "error TypeError: it broke");
  assertIncludes(text, "event_log_test.ts");
  assertIncludes(text, "caused by: Error: deep down");
  const [json = ""] = logging(
    { format: "json" },
    (log) => log.failure("failed", bug),
  );
  assertIncludes(JSON.parse(json).stack, "deep down");
  const refusal = new Refusal("crate_not_found", { crate: "foo" });
  const [words = ""] = logging({}, (log) => log.failure("failed", refusal));
  assertIncludes(words, `${refusal.message} code=crate_not_found`);
  const [odd = ""] = logging({}, (log) => log.failure("failed", "a string"));
  assertIncludes(odd, "a string");
});
