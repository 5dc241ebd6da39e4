/**
 * Headers as no client sends them: over real sockets where it is Deno that
 * reads them first.
 *
 * Which of the refusals it is differs from one Deno to the next; that it is one,
 * and that nothing hidden behind it is done, does not.
 *
 * @module
 */

import fc from "fast-check";
import { aCrate } from "../../support/a_crate.ts";
import { joined, toBytes } from "../../support/a_tar.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { head, type RawAnswer } from "../../support/raw_http.ts";
import {
  answerOrNull,
  bodyOf,
  fuzz,
  type ServedVictim,
  underAttack,
  VICTIM_PATH,
} from "../attack.ts";
import {
  AUTHORIZATIONS,
  CHUNKS,
  CONDITIONS,
  FRAMINGS,
  HEADS,
  NO_REQUESTS,
} from "./headers.ts";

const PUT = "PUT /api/v1/crates/new";
const FILE = "/crates/victim/victim-1.0.0.crate";

/** What is done if a body is taken for a request of its own. */
const HIDDEN = head("DELETE /api/v1/crates/victim/1.0.0/yank", "Host: h");

/** Refused, or hung up on. */
function assertNo(answer: RawAnswer | null): void {
  const status = answer?.status ?? 400;
  assertTrue(status >= 400 && status !== 500, `${status} ${answer?.body}`);
}

Deno.test("a request whose length can be read in two ways hides no other", (t) =>
  underAttack({}, async (victim) => {
    await using served = await victim.serve();
    for (const [headers, why] of FRAMINGS) {
      for (const line of [PUT, `POST ${VICTIM_PATH}`]) {
        await t.step(`${line} with ${why}`, async () => {
          const start = head(line, "Host: h", ...headers);
          const body = `0\r\n\r\n${HIDDEN}`;
          assertNo(await served.send(start + body));
          await served.assertQuiet();
        });
      }
    }
  }));

/** Some Denos wait for more where others see that nothing can follow. */
const SHORT_OF_PATIENCE = { limits: { uploadStalledMsMax: 500 } };

Deno.test("chunks that are none end a publish, and hide no other request", (t) =>
  underAttack(SHORT_OF_PATIENCE, async (victim) => {
    await using served = await victim.serve();
    for (const [body, why] of CHUNKS) {
      await t.step(why, async () => {
        const start = head(PUT, "Host: h", "Transfer-Encoding: chunked");
        assertNo(await served.send(start + body));
        await served.assertQuiet();
      });
    }
  }));

Deno.test("a refused publish that waits for 100 Continue hides no other request", async () => {
  await underAttack({ listener: { publish: "nobody" } }, async (victim) => {
    await using served = await victim.serve();
    for (const expect of ["100-continue", "100-Continue, x", "evil"]) {
      const length = `Content-Length: ${HIDDEN.length}`;
      const start = head(PUT, "Host: h", length, `Expect: ${expect}`);
      await served.send(start + HIDDEN);
      await served.assertQuiet();
    }
  });
});

Deno.test("heads that are none are refused", (t) =>
  underAttack({}, async (victim) => {
    await using served = await victim.serve();
    for (const [lines, why] of HEADS) {
      await t.step(why, async () => {
        assertNo(await served.send(head(`GET ${VICTIM_PATH}`, lines)));
        await served.assertQuiet();
      });
    }
  }));

Deno.test("what is no HTTP is refused", (t) =>
  underAttack({}, async (victim) => {
    await using served = await victim.serve();
    for (const [data, why] of NO_REQUESTS) {
      await t.step(why, async () => {
        assertNo(await hangUp(served, data));
        await served.assertQuiet();
      });
    }
  }));

/** Sends something, says that it is all, and waits for what comes of it. */
async function hangUp(
  served: ServedVictim,
  data: string | Uint8Array,
): Promise<RawAnswer | null> {
  using connection = await served.connect();
  try {
    await connection.write(data);
    await connection.end();
  } catch {
    // It was told to stop.
  }
  return await answerOrNull(connection);
}

for (const read of ["anyone", "token"] as const) {
  Deno.test(`what is no token lets nobody in where ${read} may read`, (t) =>
    underAttack({ listener: { read, publish: "token" } }, async (victim) => {
      const body = bodyOf(aCrate("foo"));
      const requests: [path: string, method: string][] = [
        ["/api/v1/crates/new", "PUT"],
        ["/api/v1/crates/victim/1.0.0/yank", "DELETE"],
        ["/api/v1/crates/victim/owners", "DELETE"],
        [VICTIM_PATH, "GET"],
        [FILE, "GET"],
        ["/index/info/refs?service=git-upload-pack", "GET"],
      ];
      for (const [authorization, why] of AUTHORIZATIONS) {
        await t.step(why, async () => {
          for (const [path, method] of requests) {
            const { status, text } = await victim.ask(path, {
              method,
              headers: {
                authorization,
                ...(method === "PUT"
                  ? { "content-length": `${body.length}` }
                  : {}),
              },
              ...(method === "PUT" ? { body: body as BodyInit } : {}),
            });
            const isOpen = method === "GET" && read === "anyone";
            const isNo = status === 401 || status === 403;
            assertTrue(isOpen ? status === 200 : isNo, `${path}: ${status}`);
            const secret = authorization.slice(-20);
            const isTold = secret.length > 10 && text.includes(secret);
            assertTrue(!isTold, `it tells what came: ${text.slice(0, 200)}`);
          }
          await victim.assertUnharmed();
        });
      }
    }));
}

Deno.test("conditions of lookups are understood, or do not matter", (t) =>
  underAttack({}, async (victim) => {
    const whole = await victim.ask(FILE);
    for (const [name, value, why] of CONDITIONS) {
      await t.step(`${name}: ${value.slice(0, 30)} (${why})`, async () => {
        for (const path of [FILE, VICTIM_PATH, "/api/v1/crates/victim", "/"]) {
          const headers = new Headers();
          try {
            headers.set(name, value);
          } catch {
            return; // no header at all: `HEADS` sends such by hand
          }
          const { status, bytes } = await victim.ask(path, { headers });
          assertTrue([200, 206, 304, 416].includes(status), `${status}`);
          if (path !== FILE) continue;
          if (status === 200) assertEquals(bytes, whole.bytes);
          if (status === 206) {
            assertTrue(bytes.length <= whole.bytes.length, "more than all");
          }
        }
        await victim.assertUnharmed();
      });
    }
  }));

Deno.test("any headers are answered with less than 500, and change nothing", () =>
  underAttack({}, async (victim) => {
    await using served = await victim.serve();
    const name = fc.constantFrom(
      ...["Host", "Content-Length", "Transfer-Encoding", "Expect", "Range"],
      ...["If-None-Match", "Authorization", "Connection", "Upgrade", "TE", "X"],
      ...["Content-Type", "Accept-Encoding", "Trailer", "Git-Protocol", ""],
    );
    const value = fc.constantFrom(
      ...[
        "",
        "0",
        "1",
        "-1",
        "chunked",
        "gzip",
        "100-continue",
        "bytes=0-",
        "*",
      ],
      ...[
        "close",
        "h2c",
        "a, b",
        '"',
        "\0",
        "\r",
        "\n",
        "\t",
        "plt_",
        "Basic =",
      ],
      ...["x".repeat(9_000), "\u00e9", "trailers", "version=2", "localhost"],
    );
    const header = fc.tuple(name, fc.constantFrom(":", ": ", " :", ""), value)
      .map((it) => it.join(""));
    const line = fc.constantFrom(
      ...[`GET ${VICTIM_PATH}`, `GET ${FILE}`, `HEAD ${FILE}`, `POST /`, PUT],
      ...["GET /index/info/refs?service=git-upload-pack"],
      ...["POST /index/git-upload-pack", "GET /api/v1/crates?q=v"],
    );
    const request = fc.tuple(line, fc.array(header, { maxLength: 4 }));
    await fuzz(request, async ([line, headers]) => {
      const text = head(line, ...headers);
      const answer = await hangUp(served, joined(toBytes(text), toBytes("x")));
      assertTrue((answer?.status ?? 400) < 500, `${answer?.status}`);
      await served.assertQuiet();
    });
  }));
