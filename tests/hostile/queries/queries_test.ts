/**
 * Query strings as no client sends them: a search takes any text and refuses
 * pages that there cannot be; nobody else looks at them.
 *
 * @module
 */

import fc from "fast-check";
import { anyText } from "../../support/any_text.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { fuzz, underAttack, VICTIM_PATH } from "../attack.ts";
import { MORE_PAGES_REFUSED, PAGES_REFUSED, QUERIES_TAKEN } from "./queries.ts";

const SEARCH = "/api/v1/crates";

Deno.test("a search is refused for a page that there cannot be", (t) =>
  underAttack({}, async (victim) => {
    for (const [query, why] of [...PAGES_REFUSED, ...MORE_PAGES_REFUSED]) {
      await t.step(`${query} (${why})`, async () => {
        await victim.refuses(`${SEARCH}?${query}`, {}, 400);
      });
    }
  }));

Deno.test("a search takes any other query, and what it answers is JSON", (t) =>
  underAttack({}, async (victim) => {
    for (const [query, why] of QUERIES_TAKEN) {
      await t.step(`${query.slice(0, 40)} (${why})`, async () => {
        const { status, text } = await victim.ask(`${SEARCH}?${query}`);
        assertEquals(status, 200, text);
        const { crates, meta } = JSON.parse(text);
        assertTrue(Array.isArray(crates), text);
        assertTrue(Number.isInteger(meta.total), text);
        await victim.assertUnharmed();
      });
    }
  }));

/** What must not be had by asking for it behind a question mark. */
const OTHERS: readonly (readonly [path: string, status: number])[] = [
  [`${VICTIM_PATH}?service=git-receive-pack`, 200],
  [`${VICTIM_PATH}?../../palletizer.db`, 200],
  ["/index/info/refs", 403],
  ["/index/info/refs?service=git-receive-pack", 403],
  ["/index/info/refs?service=git-upload-archive", 403],
  ["/index/info/refs?service=git-upload-pack%00", 403],
  ["/index/info/refs?service=git-upload-pack%20--help", 403],
  ["/index/info/refs?service=..%2fgit-upload-pack", 403],
  ["/index/info/refs?service=git-receive-pack&service=git-upload-pack", 403],
  ["/index/info/refs?service=git-upload-pack&service=git-receive-pack", 200],
  ["/api/v1/crates/victim?_method=DELETE", 200],
  ["/api/v1/crates/victim/1.0.0/yank?_method=DELETE", 405],
  ["/me?next=https://evil.example/", 200],
  ["/?<script>", 200],
];
Deno.test("other paths do not do what a query says", (t) =>
  underAttack({}, async (victim) => {
    for (const [path, expected] of OTHERS) {
      await t.step(path, async () => {
        const { status, text } = await victim.ask(path);
        assertEquals(status, expected, text.slice(0, 300));
        assertTrue(!text.includes("evil.example"), text);
        await victim.assertUnharmed();
      });
    }
  }));

Deno.test("any query at all is answered with less than 500", () =>
  underAttack({}, async (victim) => {
    const key = fc.constantFrom("q", "per_page", "page", "service", "", "q%00");
    const text = fc.oneof(
      anyText.map((it) => encodeURIComponent(it.toWellFormed())),
      fc.string({ unit: fc.constantFrom(..."a1%2Bf&=+\"*'();:-") }),
    );
    const pairs = fc.array(fc.tuple(key, text).map((it) => it.join("=")), {
      maxLength: 5,
    });
    await fuzz(pairs, async (pairs) => {
      const answer = await victim.ask(`${SEARCH}?${pairs.join("&")}`);
      assertTrue([200, 400].includes(answer.status), answer.text);
      await victim.survives(answer);
    });
  }));
