import { Refusal, REFUSAL_CODES } from "../../lib/mod.ts";
import {
  methodNotAllowed,
  toErrorAnswer,
  toJsonResponse,
  toTextResponse,
} from "../../server/error_response.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const ID = "0123456789abcdef";

Deno.test("toErrorAnswer() tells a refusal in its own words", () => {
  const refusal = new Refusal("crate_not_found", { crate: "foo" });
  assertEquals(toErrorAnswer(refusal, ID), {
    status: 404,
    detail: refusal.message,
    headers: {},
  });
});

Deno.test("toErrorAnswer() says when to come again", () => {
  const busy = [
    new Refusal("git_busy", { running: 4, waiting: 100 }),
    new Refusal("uploads_busy", { limit_bytes: 1 }),
    new Refusal("index_busy", { waited_ms: 1, holder: "process 1" }),
    new Refusal("index_write_unknown", { crate: "foo", problem: "it died" }),
  ];
  for (const refusal of busy) {
    const { status, headers } = toErrorAnswer(refusal, ID);
    assertEquals(status, 503);
    const seconds = Number(headers["retry-after"]);
    assertTrue(seconds >= 1 && seconds <= 10, "cargo waits 10 s at most");
  }
});

Deno.test("toErrorAnswer() keeps paths of the machine to itself", () => {
  const path = "/srv/secret";
  const troubles = [
    new Refusal("disk_full", { path }),
    new Refusal("permission_denied", { path }),
    new Refusal("database_unusable", { path, problem: path }),
    new Refusal("index_write_failed", { problem: path }),
    new Refusal("index_write_unknown", { crate: "foo", problem: path }),
    new Error(path),
    path,
  ];
  for (const error of troubles) {
    const { status, detail } = toErrorAnswer(error, ID);
    assertTrue(status >= 500, `${status}`);
    assertTrue(!detail.includes("secret"), detail);
  }
});

Deno.test("toErrorAnswer() names the request where only the log has more", () => {
  const { status, detail } = toErrorAnswer(new TypeError("x"), ID);
  assertEquals(status, 500);
  assertTrue(detail.includes(ID), detail);
});

Deno.test("toErrorAnswer() has a status for every refusal", () => {
  for (const code of REFUSAL_CODES) {
    const error = new Refusal("not_confirmed", { action: "" });
    Object.assign(error, { code });
    const { status } = toErrorAnswer(error, ID);
    assertTrue(status >= 400 && status < 600, `${code}: ${status}`);
  }
});

Deno.test("errors are JSON for cargo and text for people, and nobody keeps them", async () => {
  const answer = toErrorAnswer(methodNotAllowed("PUT", ["GET"]), ID);
  const json = toJsonResponse(answer, ID);
  const text = toTextResponse(answer, ID);
  assertEquals(await json.json(), { errors: [{ detail: answer.detail }] });
  assertEquals(await text.text(), `${answer.detail}\n`);
  for (const { status, headers } of [json, text]) {
    assertEquals(status, 405);
    assertEquals(headers.get("allow"), "GET");
    assertEquals(headers.get("cache-control"), "no-store");
    assertEquals(headers.get("x-request-id"), ID);
  }
});
