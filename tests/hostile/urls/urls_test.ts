/**
 * What requests are aimed at, as no client writes it: over real sockets, since
 * clients tidy up what they send.
 *
 * @module
 */

import fc from "fast-check";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { head } from "../../support/raw_http.ts";
import { fuzz, underAttack, VICTIM_PATH } from "../attack.ts";
import { REQUESTS } from "./requests.ts";
import { TARGETS, TRAVERSALS } from "./targets.ts";

Deno.test("hand-written requests get what they deserve", (t) =>
  underAttack({}, async (victim) => {
    await using served = await victim.serve();
    for (const [text, status, why] of REQUESTS) {
      const [line = ""] = text.split("\r\n");
      await t.step(
        `${JSON.stringify(line.slice(0, 60))} is a ${status} (${why})`,
        async () => {
          const request = text.replaceAll("HOST", served.host);
          const answer = await served.send(request);
          assertEquals(answer?.status, status, answer?.body);
          assertEquals(answer?.headers.has("allow"), status === 405);
          await served.assertUnharmed();
        },
      );
    }
  }));

Deno.test("a target that could be read in two ways is refused", (t) =>
  underAttack({}, async (victim) => {
    await using served = await victim.serve();
    for (const [target, passes, why] of TARGETS) {
      await t.step(
        `${JSON.stringify(target.slice(0, 40))} (${why})`,
        async () => {
          const answer = await served.send(head(`GET ${target}`, "Host: h"));
          const status = answer?.status ?? 0;
          // Deno itself may drop a fragment.
          const isDropped = target.includes("#") && status !== 400;
          if (passes || isDropped) {
            assertTrue(status === 200 || status === 404, `${status}`);
          } else assertEquals(status, 400, answer?.body);
          await served.assertUnharmed();
        },
      );
    }
  }));

Deno.test("no target leads to a file of the server", (t) =>
  underAttack({}, async (victim) => {
    await using served = await victim.serve();
    for (const base of ["", "/index", "/crates/victim", "/api/v1/crates"]) {
      for (const traversal of TRAVERSALS) {
        await t.step(`${base}/${traversal}`, async () => {
          const line = `GET ${base}/${traversal}`;
          const answer = await served.send(head(line, "Host: h"));
          const status = answer?.status ?? 400;
          assertTrue(status === 400 || status === 404, `${status}`);
          await served.assertUnharmed();
        });
      }
    }
  }));

Deno.test("any target at all is answered with less than 500, and changes nothing", () =>
  underAttack({}, async (victim) => {
    await using served = await victim.serve();
    const piece = fc.constantFrom(
      ...[
        "/",
        "/index",
        "/crates",
        "/api/v1",
        "/health",
        "/me",
        "/git-upload-pack",
      ],
      ...[
        "/victim",
        "/1.0.0",
        "/yank",
        "/owners",
        "/new",
        "/info/refs",
        "/live",
      ],
      ...[
        "..",
        ".",
        "%2e",
        "%2F",
        "%5c",
        "\\",
        "%00",
        "%",
        "%zz",
        "?",
        "#",
        ";",
      ],
      ...["@", ":", "//", "http://", "é", "\x01", "\x7f", "~", "*", "a", "%25"],
    );
    const target = fc.array(piece, { maxLength: 7 }).map((it) => it.join(""));
    const method = fc.constantFrom("GET", "HEAD", "POST", "OPTIONS", "TRACE");
    await fuzz(fc.tuple(method, target), async ([method, target]) => {
      const request = head(
        `${method} ${target}`,
        "Host: h",
        "Connection: close",
      );
      const answer = await served.send(request);
      assertTrue((answer?.status ?? 400) < 500, `${answer?.status}`);
      await served.assertUnharmed();
    });
    const { status } = await victim.ask(VICTIM_PATH);
    assertEquals(status, 200);
  }));
