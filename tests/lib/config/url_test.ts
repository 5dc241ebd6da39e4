import {
  BASE_URL,
  DOWNLOAD_URL,
  INDEX_URL,
  parseBaseUrl,
} from "../../../lib/config/url.ts";
import { assertEquals } from "../../support/assert.ts";

const BASE_URLS: [text: string, url: string | null, why: string][] = [
  ["http://127.0.0.1:7171", "http://127.0.0.1:7171", "an address and a port"],
  ["https://crates.example.com", "https://crates.example.com", "a name"],
  ["https://example.com/", "https://example.com", "a final slash goes"],
  ["https://example.com/a/b//", "https://example.com/a/b", "so do more"],
  ["http://[::1]:7171", "http://[::1]:7171", "an IPv6 address"],
  ["https://Example.COM:443/x", "https://example.com/x", "as browsers spell"],
  ["https://example.com/?a", null, "a query"],
  ["https://example.com/?", null, "an empty query"],
  ["https://example.com/#a", null, "a fragment"],
  ["https://user@example.com/", null, "a user name"],
  ["https://user:secret@example.com/", null, "a password"],
  ["ftp://example.com", null, "another scheme"],
  ["file:///srv/palletizer", null, "a file"],
  ["example.com", null, "no scheme"],
  ["/path", null, "relative"],
  ["http:example.com", null, "slashes missing"],
  ["https:\\\\example.com", null, "backslashes"],
  ["https://exa mple.com", null, "a blank"],
  ["https://example.com\n", null, "a newline"],
  ["https://", null, "no host"],
  ["http://example.com:99999", null, "no such port"],
  ["", null, "empty"],
];
for (const [text, url, why] of BASE_URLS) {
  Deno.test(`parseBaseUrl() makes ${JSON.stringify(text)} ${url} (${why})`, () => {
    assertEquals(parseBaseUrl(text), url);
    assertEquals(BASE_URL.read(text), url);
  });
}

const INDEX_URLS: [text: string, valid: boolean, why: string][] = [
  ["https://github.com/rust-lang/crates.io-index", true, "crates.io by git"],
  ["sparse+https://example.com/index/", true, "a sparse index"],
  ["file:///srv/palletizer/index.git", true, "an index on this machine"],
  ["ssh://git@example.com/index.git", true, "ssh needs its user"],
  ["https://example.com/index?x=1", true, "a query is part of the URL"],
  ["registry+https://example.com/index", false, "cargo's own spelling"],
  ["sparse+sparse+https://example.com/", false, "sparse twice"],
  ["crates-io", false, "a name"],
  ["git@example.com:index.git", false, "no URL: cargo refuses it as well"],
  ["https://example.com/#x", false, "a fragment"],
  ["javascript://x", false, "another scheme"],
  ["", false, "empty"],
];
for (const [text, valid, why] of INDEX_URLS) {
  Deno.test(`INDEX_URL ${valid ? "takes" : "refuses"} ${text || "nothing"} (${why})`, () => {
    assertEquals(INDEX_URL.read(text), valid ? text : null);
  });
}

const DOWNLOAD_URLS: [text: string, valid: boolean, why: string][] = [
  ["https://dl.example.com/{crate}/{crate}-{version}.crate", true, "the usual"],
  ["file:///srv/crates/{crate}/{crate}-{version}.crate", true, "files"],
  [
    "https://dl.example.com/api/v1/crates",
    true,
    "no marker: cargo adds a path",
  ],
  [
    "https://e.com/{prefix}/{lowerprefix}/{sha256-checksum}",
    true,
    "the others",
  ],
  ["https://e.com/{crate}?version={version}", true, "a marker in the query"],
  ["https://e.com/{crate}/", true, "a final slash behind markers"],
  ["https://dl.example.com/crates/", false, "cargo would ask for `//`"],
  ["https://e.com/{name}", false, "an unknown marker"],
  ["https://e.com/{crate", false, "half a marker"],
  ["https://e.com/crate}", false, "the other half"],
  ["/crates/{crate}", false, "relative: cargo cannot fetch it"],
  ["sftp://e.com/{crate}", false, "cargo knows no such scheme"],
  ["https://user:secret@e.com/{crate}", false, "everybody would read it"],
  ["https://e.com/{crate}#x", false, "a fragment is never sent"],
  ["https://e.com/ {crate}", false, "a blank"],
  ["", false, "empty"],
];
for (const [text, valid, why] of DOWNLOAD_URLS) {
  Deno.test(`DOWNLOAD_URL ${valid ? "takes" : "refuses"} ${text || "nothing"} (${why})`, () => {
    assertEquals(DOWNLOAD_URL.read(text), valid ? text : null);
  });
}

Deno.test("BASE_URL, INDEX_URL and DOWNLOAD_URL take nothing but text", () => {
  for (const kind of [BASE_URL, INDEX_URL, DOWNLOAD_URL]) {
    for (const value of [1n, 1.5, true, [], new Map(), { date: "2026" }]) {
      assertEquals(kind.read(value), null);
    }
  }
});
