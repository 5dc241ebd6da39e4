import { aCrate } from "../support/a_crate.ts";
import { aRegistry, the } from "../support/a_registry.ts";
import { anApp, type TestAnswer } from "../support/an_app.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { checksumOf } from "../../lib/crate/checksum.ts";

const FOO = aCrate("foo", "1.0.0+b.1");
const PATH = "/crates/foo/foo-1.0.0+b.1.crate";

Deno.test("crate files are sent whole, to be kept for ever", async () => {
  await using it = await aRegistry();
  await it.add(FOO);
  const answer = await anApp(it.registry).get(PATH);
  const bytes = FOO.bytes();
  assertEquals(answer.status, 200);
  assertEquals(answer.bytes, new Uint8Array(bytes));
  const names = ["content-type", "content-length", "etag", "cache-control"];
  assertEquals(names.map((name) => answer.headers.get(name)), [
    "application/octet-stream",
    String(bytes.length),
    `"${checksumOf(bytes)}"`,
    "public, max-age=31536000, immutable, no-transform",
  ]);
  assertEquals(answer.headers.get("content-encoding"), null);
  assertEquals(answer.headers.get("accept-ranges"), "bytes");
  assertTrue(
    !Number.isNaN(Date.parse(answer.headers.get("last-modified") ?? "")),
    "a date",
  );
});

const SPELLINGS: [path: string, why: string][] = [
  ["/crates/foo/foo-1.0.0%2Bb.1.crate", "an escaped plus sign"],
  ["/crates/f%6fo/foo-1.0.0+b.1.crate", "an escaped letter"],
  ["/crates/FOO/FOO-1.0.0+b.1.crate", "another case"],
  ["/api/v1/crates/foo/1.0.0+b.1/download", "as crates.io has it"],
  ["/api/v1/crates/Foo/1.0.0%2Bb.1/download", "the same, spelt otherwise"],
];
Deno.test("crate files are found by every spelling of their path", async (t) => {
  await using it = await aRegistry();
  await it.add(FOO);
  const app = anApp(it.registry);
  for (const [path, why] of SPELLINGS) {
    await t.step(`${path} (${why})`, async () => {
      const answer = await app.get(path);
      assertEquals(answer.status, 200, answer.text.slice(0, 200));
      assertEquals(answer.bytes.length, FOO.bytes().length);
    });
  }
});

Deno.test("crate files are found with `-` for `_`", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("my-crate"));
  const answer = await anApp(it.registry)
    .get("/api/v1/crates/my_crate/1.0.0/download");
  assertEquals(answer.status, 200);
});

const MISSING: [path: string, status: number, why: string][] = [
  ["/crates/bar/bar-1.0.0.crate", 404, "no such crate"],
  ["/crates/foo/foo-2.0.0.crate", 404, "no such version"],
  ["/crates/foo/foo-1.0.0.crate", 404, "the version with build metadata"],
  ["/crates/foo/bar-1.0.0+b.1.crate", 404, "the folder of another crate"],
  ["/crates/foo/foo-1.0.0+b.1", 404, "no extension"],
  ["/crates/foo/foo-1.0.0+b.1.crate/", 404, "a final slash"],
  ["/crates/foo/foo-1.0.0+b.1.crate/x", 404, "a path below a file"],
  ["/crates/foo/foo-1.crate", 400, "no version"],
  ["/crates/1st/1st-1.0.0.crate", 400, "no name"],
  ["/crates/foo/foo-1.0.0%2525.crate", 400, "an escape that was escaped"],
  ["/crates/foo/..%2ffoo-1.0.0+b.1.crate", 400, "an escaped slash"],
];
Deno.test("crate files that are not there are told so in plain text, and not for ever", async (t) => {
  await using it = await aRegistry();
  await it.add(FOO);
  const app = anApp(it.registry);
  for (const [path, status, why] of MISSING) {
    await t.step(`${path} is a ${status} (${why})`, async () => {
      const answer = await app.get(path);
      assertEquals(answer.status, status, answer.text);
      assertTrue(
        answer.headers.get("content-type")?.startsWith("text/plain") ?? false,
        answer.headers.get("content-type") ?? "",
      );
      assertEquals(answer.headers.get("cache-control"), "no-store");
    });
  }
});

Deno.test("crate files that are not there are told so in JSON below /api", async () => {
  await using it = await aRegistry();
  const answer = await anApp(it.registry)
    .get("/api/v1/crates/bar/1.0.0/download");
  assertEquals(answer.status, 404);
  assertEquals(Object.keys(JSON.parse(answer.text)), ["errors"]);
});

Deno.test("crate files of yanked versions are there, those of removed ones are not", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"), aCrate("bar"));
  const app = anApp(it.registry);
  await it.registry.yank(the("foo", "1.0.0"));
  assertEquals((await app.get("/crates/foo/foo-1.0.0.crate")).status, 200);
  await it.registry.remove(the("bar", "1.0.0"));
  assertEquals((await app.get("/crates/bar/bar-1.0.0.crate")).status, 404);
});

Deno.test("crate files are not sent to those who have them", async () => {
  await using it = await aRegistry();
  await it.add(FOO);
  const app = anApp(it.registry);
  const etag = `"${checksumOf(FOO.bytes())}"`;
  const answer = await app.get(PATH, { "if-none-match": `W/${etag}` });
  assertEquals([answer.status, answer.bytes.length], [304, 0]);
  assertEquals(answer.headers.get("etag"), etag);
  const other = await app.get(PATH, { "if-none-match": '"other"' });
  assertEquals(other.status, 200);
});

Deno.test("crate files answer HEAD with all headers and no file", async () => {
  await using it = await aRegistry();
  await it.add(FOO);
  const app = anApp(it.registry);
  for (const path of [PATH, "/api/v1/crates/foo/1.0.0+b.1/download"]) {
    const init = { method: "HEAD", headers: { range: "bytes=0-1" } };
    const answer = await app.ask(path, init);
    assertEquals([answer.status, answer.bytes.length], [200, 0]);
    const size = String(FOO.bytes().length);
    assertEquals(answer.headers.get("content-length"), size);
  }
});

/** A crate file that is streamed, since it is large. */
function aLargeCrate() {
  const noise = Array.from(
    { length: 10 },
    () => crypto.getRandomValues(new Uint8Array(65_536)),
  );
  const file = new Uint8Array(noise.flatMap((it) => [...it]));
  return aCrate("large").withFile("noise", file);
}

Deno.test("crate files are sent in part, small ones and streamed ones alike", async () => {
  await using it = await aRegistry();
  const large = aLargeCrate();
  await it.add(FOO, large);
  const app = anApp(it.registry);
  for (
    const [path, bytes] of [
      [PATH, FOO.bytes()],
      ["/crates/large/large-1.0.0.crate", large.bytes()],
    ] as const
  ) {
    const size = bytes.length;
    const ask = (range: string) => app.get(path, { range });
    assertPart(await ask("bytes=0-9"), bytes, 0, 10);
    assertPart(await ask("bytes=10-"), bytes, 10, size);
    assertPart(await ask("bytes=-10"), bytes, size - 10, size);
    assertPart(await ask(`bytes=5-${size * 2}`), bytes, 5, size);
    const outside = await ask(`bytes=${size}-`);
    assertEquals(outside.status, 416);
    assertEquals(outside.headers.get("content-range"), `bytes */${size}`);
    for (const whole of ["bytes=0-1,3-4", "bytes=9-1", "lines=1-2"]) {
      assertEquals((await ask(whole)).bytes.length, size, whole);
    }
    const stale = { range: "bytes=0-9", "if-range": '"other"' };
    assertEquals((await app.get(path, stale)).status, 200);
  }
});

function assertPart(
  answer: TestAnswer,
  whole: Uint8Array,
  start: number,
  end: number,
): void {
  assertEquals(answer.status, 206);
  assertEquals(answer.bytes, new Uint8Array(whole.slice(start, end)));
  assertEquals(answer.headers.get("content-length"), String(end - start));
  assertEquals(
    answer.headers.get("content-range"),
    `bytes ${start}-${end - 1}/${whole.length}`,
  );
}
