import fc from "fast-check";
import { RequestRefused } from "../../server/error_response.ts";
import { decodeSegment, pathBelow, readTarget } from "../../server/gate.ts";
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

const LONG = `/${"a".repeat(4096)}`;

const TARGETS: [target: string, passes: boolean, why: string][] = [
  ["/", true, "the root"],
  ["/index/ca/rg/cargo", true, "an index file"],
  ["/crates/foo/foo-1.0.0+a.crate", true, "a plus sign"],
  ["/crates/foo/foo-1.0.0%2Ba.crate", true, "an escaped plus sign"],
  ["/a~b!c$d&e'f(g)h*i,j;k=l:m@n", true, "all signs of a path"],
  ["/a%25b", true, "an escaped percent sign"],
  ["/a/", true, "a final slash"],
  ["/a..b/...", true, "dots that are no dot segment"],
  ["/.well-known", true, "a name that begins with a dot"],
  ["/api/v1/crates?q=a%2Bb&per_page=10", true, "a query"],
  ["/?q=[a]|'b", true, "a query that is not strict"],
  ["/?a?b//c/../d%2f%00", true, "a query is no path"],
  [LONG.slice(0, 4096), true, "as long as it may be"],
  [LONG, false, "too long"],
  [`/?${LONG}`, false, "too long a query"],
  ["/a/../b", false, "a dot segment"],
  ["/..", false, "a dot segment at the end"],
  ["/./a", false, "a single dot"],
  ["/a/.", false, "a single dot at the end"],
  ["/%2e%2e/b", false, "an escaped dot segment"],
  ["/a/.%2E", false, "a half escaped dot segment"],
  ["//a", false, "an empty segment"],
  ["/a//b", false, "an empty segment in the middle"],
  ["/a//", false, "an empty segment at the end"],
  ["/a%2fb", false, "an escaped slash"],
  ["/a%2Fb", false, "an escaped slash, upper case"],
  ["/a%5cb", false, "an escaped backslash"],
  ["/a\\b", false, "a backslash"],
  ["/a%00", false, "an escaped NUL"],
  ["/a%0d%0aX", false, "an escaped line break"],
  ["/a%7f", false, "an escaped DEL"],
  ["/a\u0000", false, "a NUL"],
  ["/a b", false, "a blank"],
  ["/a\tb", false, "a tab"],
  ["/é", false, "no ASCII"],
  ['/a"b', false, "a quotation mark"],
  ["/<a>", false, "angle brackets"],
  ["/a%", false, "an escape without digits"],
  ["/a%g1", false, "an escape that is none"],
  ["/a#b", false, "a fragment"],
  ["/?a#b", false, "a fragment behind a query"],
  ["/?é", false, "a query that is no ASCII"],
  ["/? a", false, "a blank in a query"],
];
for (const [target, passes, why] of TARGETS) {
  Deno.test(`readTarget() ${passes ? "lets through" : "refuses"} ${JSON.stringify(target.slice(0, 40))} (${why})`, () => {
    assertEquals(pass(`http://h${target}`), passes ? target : "refused");
    assertEquals(pass(`http://h${target}`, "h"), passes ? target : "refused");
  });
}

const URLS: [url: string, host: string | null, says: string, why: string][] = [
  ["http://h/a", null, "/a", "no Host at all"],
  ["http://h/a", "", "/a", "an empty Host"],
  ["http://h:80/a", "h:80", "/a", "a port"],
  ["http://[::1]:80/a", "[::1]:80", "/a", "IPv6"],
  ["https://h/a", "h", "/a", "over TLS"],
  ["http://H/a", "h", "/a", "case does not count"],
  ["http://other/a", "h", "refused", "an absolute target of another host"],
  ["http://evil/../x", "evil/..", "refused", "a path in the Host"],
  ["http://evil/../x", null, "refused", "a path in the authority"],
  ["http://evil?/x", "evil?", "refused", "a query in the Host"],
  ["http://evil#/x", "evil#", "refused", "a fragment in the Host"],
  ["http://a b/x", "a b", "refused", "a blank in the Host"],
  ["http://a/x", "a, b", "refused", "two Hosts"],
  ["http://u@h/x", "u@h", "refused", "a user in the Host"],
  ["http://h:x/x", "h:x", "refused", "a port that is none"],
  ["http://h:123456/x", "h:123456", "refused", "a port that is too long"],
  ["http://[::1/x", "[::1", "refused", "an open bracket"],
  ["http:///x", "", "refused", "no authority"],
  ["http://h", "h", "refused", "no path"],
  ["http://h?x", "h", "refused", "a query and no path"],
  ["ftp://h/x", "h", "refused", "another scheme"],
  ["HTTP://h/x", "h", "refused", "a scheme in capitals"],
  ["h:80", "h:80", "refused", "the target of CONNECT"],
  [`http://${"a".repeat(256)}/`, null, "refused", "a Host that is too long"],
];
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
