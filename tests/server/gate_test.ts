import fc from "fast-check";
import { RequestRefused } from "../../server/error_response.ts";
import { decodeSegment, pathBelow, readTarget } from "../../server/gate.ts";
import { TARGETS, URLS } from "../hostile/urls/targets.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

/** What the gate lets through, or "refused". */
function pass(url: string, host: string | null = null): string {
  try {
    const { path, query } = readTarget(url, host);
    return query === "" ? path : `${path}?${query}`;
  } catch (error) {
    assertTrue(error instanceof RequestRefused, String(error));
    assertEquals(error.status, 400);
    return "refused";
  }
}

for (const [target, passes, why] of TARGETS) {
  Deno.test(`readTarget() ${passes ? "lets through" : "refuses"} ${JSON.stringify(target.slice(0, 40))} (${why})`, () => {
    assertEquals(pass(`http://h${target}`), passes ? target : "refused");
    assertEquals(pass(`http://h${target}`, "h"), passes ? target : "refused");
  });
}

for (const [url, host, says, why] of URLS) {
  Deno.test(`readTarget() of ${JSON.stringify(url.slice(0, 40))} with Host ${JSON.stringify(host)} says ${says} (${why})`, () => {
    assertEquals(pass(url, host), says);
  });
}

Deno.test("readTarget() lets nothing through that URL parsers read otherwise", () => {
  const pieces = fc.constantFrom(
    ...["/", "a", ".", "..", "%2e", "%2f", "%5C", "\\", "%", "?", "#", ":"],
    ...["@", " ", "\t", "\n", "é", "%00", "~", "//", ";", "index", "+"],
  );
  fc.assert(fc.property(fc.array(pieces), (parts) => {
    const url = `http://h/${parts.join("")}`;
    if (pass(url, "h") === "refused") return;
    const { pathname, search } = new URL(url);
    const read = { path: pathname, query: search.slice(1) };
    assertEquals(readTarget(url, "h"), read);
  }));
});

const BELOW: [base: string, path: string, below: string, why: string][] = [
  ["", "/index/a", "/index/a", "no path in the URL"],
  ["/rust", "/rust/index/a", "/index/a", "below it"],
  ["/rust", "/index/a", "/index/a", "and at the root"],
  ["/rust", "/rust", "/", "the path itself"],
  ["/rust", "/rust/", "/", "the path itself, with a slash"],
  ["/rust", "/rusty/index/a", "/rusty/index/a", "a longer name"],
  ["/rust", "/rust/rust/index", "/rust/rust/index", "cut off once"],
  ["/a/b", "/a/b/api/v1/crates", "/api/v1/crates", "of several segments"],
  ["/a/b", "/a/index/x", "/a/index/x", "only a part of it"],
  ["/crates", "/crates/crates/foo/x", "/crates/foo/x", "like one of ours"],
  [
    "/crates",
    "/crates/foo/x",
    "/crates/foo/x",
    "like one of ours, at the root",
  ],
  [
    "/index",
    "/index/index/ca/rg/cargo",
    "/index/ca/rg/cargo",
    "like the index",
  ],
  [
    "/index",
    "/index/ca/rg/cargo",
    "/index/ca/rg/cargo",
    "like it, at the root",
  ],
  ["/index", "/index/config.json", "/index/config.json", "a file, at the root"],
];
for (const [base, path, below, why] of BELOW) {
  Deno.test(`pathBelow(${JSON.stringify(base)}) takes ${path} for ${below} (${why})`, () => {
    assertEquals(pathBelow(base, path), below);
  });
}

const SEGMENTS: [segment: string, decoded: string | null, why: string][] = [
  ["foo", "foo", "nothing to decode"],
  ["1.0.0%2Bb", "1.0.0+b", "an escape"],
  ["1.0.0+b", "1.0.0+b", "a plus sign is one"],
  ["%252B", "%2B", "decoded once"],
  ["%C3%A9", "é", "UTF-8"],
  ["%C3", null, "half a sign"],
];
for (const [segment, decoded, why] of SEGMENTS) {
  Deno.test(`decodeSegment() reads ${segment} as ${decoded} (${why})`, () => {
    let read = null;
    try {
      read = decodeSegment(segment);
    } catch (error) {
      assertTrue(error instanceof RequestRefused, String(error));
    }
    assertEquals(read, decoded);
  });
}
