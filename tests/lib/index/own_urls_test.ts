import fc from "fast-check";
import { CRATES_IO_INDEX } from "../../../lib/crate/dependency.ts";
import { OwnUrls, resolveRegistries } from "../../../lib/index/own_urls.ts";
import { anyText } from "../../support/any_text.ts";
import { assertEquals, assertRefuses } from "../../support/assert.ts";
import { aDependency, someMetadata } from "../../support/some_metadata.ts";

const OWN = new OwnUrls([
  "https://own.example/index/",
  "http://127.0.0.1:7171/below/index/",
  "file:///srv/pal letizer/index.git",
]);

const URLS: [url: string, own: boolean, why: string][] = [
  ["https://own.example/index/", true, "as given"],
  ["https://own.example/index", true, "without the final slash: git"],
  ["https://own.example/index.git", true, "with `.git`"],
  ["https://own.example/index.git/", true, "with both"],
  ["sparse+https://own.example/index/", true, "sparse"],
  ["SPARSE+HTTPS://own.example/index/", true, "schemes have no case"],
  ["https://OWN.example/index/", true, "nor have hosts"],
  ["https://own.example:443/index/", true, "the port that is meant anyhow"],
  ["https://someone@own.example/index/", true, "with the user's own name"],
  ["https://own.example/x/../index/", true, "by a detour"],
  ["http://127.0.0.1:7171/below/index", true, "below a path"],
  ["file:///srv/pal%20letizer/index.git", true, "on this machine"],
  ["file:///srv/pal letizer/index", true, "which git finds as well"],
  ["http://own.example/index/", false, "another protocol"],
  ["https://own.example:8443/index/", false, "another port"],
  ["https://own.example/Index/", false, "another path: they have case"],
  ["https://own.example/index/x/", false, "a longer path"],
  ["https://own.example/", false, "a shorter path"],
  ["https://own.example/index.git.git", false, "`.git` once too often"],
  ["https://own.example/index/?a", false, "a query"],
  ["https://own.example/index/#a", false, "a fragment"],
  ["https://own.example.evil.example/index/", false, "another host"],
  ["https://own.example@evil.example/index/", false, "a user like the host"],
  [CRATES_IO_INDEX, false, "crates.io"],
  ["", false, "empty"],
  ["own.example/index", false, "no URL"],
  ["sparse+", false, "a protocol alone"],
];
for (const [url, own, why] of URLS) {
  Deno.test(`OwnUrls takes ${JSON.stringify(url)} for ${own ? "its own" : "another's"} (${why})`, () => {
    assertEquals(OWN.isOwn(url), own);
  });
}

Deno.test("OwnUrls of nothing, or of what is no URL, owns nothing", () => {
  assertEquals(new OwnUrls([]).isOwn("https://own.example/index/"), false);
  assertEquals(new OwnUrls(["", "x"]).isOwn("x"), false);
});

Deno.test("OwnUrls never fails, whatever the text", () => {
  fc.assert(fc.property(anyText, (text) => {
    new OwnUrls([text]).isOwn(text);
  }));
});

const ALLOWED = [CRATES_IO_INDEX, "sparse+https://other.example/index/"];

function resolve(registry: string | null): string | null | undefined {
  const metadata = someMetadata({
    dependencies: [aDependency("a", { registry })],
  });
  return resolveRegistries(metadata, OWN, ALLOWED).dependencies[0]?.registry;
}

const RESOLVED: [
  registry: string | null,
  written: string | null,
  why: string,
][] = [
  [null, null, "its own already"],
  ["sparse+https://own.example/index/", null, "its own, sparse"],
  ["https://own.example/index.git", null, "its own, by git"],
  [CRATES_IO_INDEX, CRATES_IO_INDEX, "crates.io"],
  [
    "sparse+https://index.crates.io/",
    CRATES_IO_INDEX,
    "crates.io by its sparse URL, which cargo takes for the same",
  ],
  [
    "sparse+https://other.example/index/",
    "sparse+https://other.example/index/",
    "another's, verbatim",
  ],
  [
    "sparse+https://other.example/index",
    "sparse+https://other.example/index",
    "another's without the final slash, verbatim",
  ],
];
for (const [registry, written, why] of RESOLVED) {
  Deno.test(`resolveRegistries() writes ${written} for ${registry} (${why})`, () => {
    assertEquals(resolve(registry), written);
  });
}

const REFUSED: [registry: string, why: string][] = [
  ["https://evil.example/index/", "nobody allowed it"],
  ["https://other.example/index/", "allowed is the sparse one only"],
  [
    "sparse+https://other.example/index.git/",
    "old versions of cargo send it the token of the allowed one",
  ],
  ["sparse+https://other.example/index/x/", "a longer path"],
  ["", "empty"],
];
for (const [registry, why] of REFUSED) {
  Deno.test(`resolveRegistries() refuses ${JSON.stringify(registry)} (${why})`, () => {
    assertRefuses(
      () => resolve(registry),
      "dependency_registry_not_allowed",
      { dependency: "a", registry },
    );
  });
}

Deno.test("resolveRegistries() refuses crates.io where it is not allowed", () => {
  const metadata = someMetadata({
    dependencies: [aDependency("a", { registry: CRATES_IO_INDEX })],
  });
  assertRefuses(
    () => resolveRegistries(metadata, OWN, []),
    "dependency_registry_not_allowed",
  );
});

Deno.test("resolveRegistries() allows crates.io by whichever URL the operator wrote", () => {
  const metadata = someMetadata({
    dependencies: [aDependency("a", { registry: CRATES_IO_INDEX })],
  });
  const allowed = ["sparse+https://index.crates.io/"];
  assertEquals(resolveRegistries(metadata, OWN, allowed), metadata);
});

Deno.test("resolveRegistries() changes nothing but registries", () => {
  const metadata = someMetadata({
    description: "d",
    dependencies: [
      aDependency("b", { alias: "c", kind: "dev", registry: CRATES_IO_INDEX }),
      aDependency("a", { registry: "https://own.example/index" }),
    ],
  });
  assertEquals(resolveRegistries(metadata, OWN, ALLOWED), {
    ...metadata,
    dependencies: [
      aDependency("b", { alias: "c", kind: "dev", registry: CRATES_IO_INDEX }),
      aDependency("a"),
    ],
  });
});
