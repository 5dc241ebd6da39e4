import fc from "fast-check";
import {
  CRATES_IO_INDEX,
  type Dependency,
} from "../../../lib/crate/dependency.ts";
import { parseCrateName } from "../../../lib/crate/name.ts";
import { parsePlatform } from "../../../lib/crate/platform.ts";
import { parsePublishJson } from "../../../lib/crate/publish_json.ts";
import { parseRequirement } from "../../../lib/crate/requirement.ts";
import { parseCrateVersion } from "../../../lib/crate/version.ts";
import { DEFAULT_LIMITS } from "../../../lib/limits.ts";
import { isRefusal } from "../../../lib/refusal.ts";
import {
  DEPENDENCY_FIELDS,
  FIELDS,
  FIELDS_MISSING,
  NO_OBJECTS,
  VALUES,
  VALUES_REFUSED,
} from "../../hostile/publish_json/publish_json.ts";
import {
  aPublishDependency,
  somePublishJson,
} from "../../support/a_publish_request.ts";
import {
  assertEquals,
  assertRefuses,
  assertTrue,
} from "../../support/assert.ts";
import { aDependency, someMetadata } from "../../support/some_metadata.ts";

/** Reads a request that says this in the place of what cargo would say. */
function parse(stated: Record<string, unknown> = {}) {
  return parsePublishJson(JSON.stringify({ ...somePublishJson(), ...stated }));
}

/** Reads a request with one dependency that says this. */
function parseDependency(stated: Record<string, unknown>) {
  const [dependency] =
    parse({ deps: [{ ...aPublishDependency("bar"), ...stated }] }).dependencies;
  return dependency;
}

Deno.test("parsePublishJson() reads what cargo sends", () => {
  const json = somePublishJson({
    name: "Foo-Bar",
    vers: "1.2.3-rc.1+b.5",
    deps: [aPublishDependency("bar")],
    features: { b: ["a"], a: [] },
    authors: ["A <a@example.com>"],
    description: "What it is,\nin two lines. ☃",
    documentation: "https://b.example",
    homepage: "https://a.example",
    readme: "# Read",
    readme_file: "docs/README.md",
    keywords: ["one", "two"],
    categories: ["parsing"],
    license: "MIT",
    license_file: "LICENSE",
    repository: "ssh://c.example",
    badges: { maintenance: { status: "none" } },
    links: "z",
    rust_version: "1.70",
  });
  assertEquals(parsePublishJson(JSON.stringify(json)), {
    ...someMetadata(),
    name: parseCrateName("Foo-Bar"),
    version: parseCrateVersion("1.2.3-rc.1+b.5"),
    dependencies: [aDependency("bar")],
    features: new Map([["b", ["a"]], ["a", []]]),
    authors: ["A <a@example.com>"],
    description: "What it is,\nin two lines. ☃",
    documentation: "https://b.example",
    homepage: "https://a.example",
    readmeFile: "docs/README.md",
    keywords: ["one", "two"],
    categories: ["parsing"],
    license: "MIT",
    licenseFile: "LICENSE",
    repository: "ssh://c.example",
    links: "z",
    rustVersion: "1.70",
    saysRustVersion: true,
  });
});

Deno.test("parsePublishJson() takes name and version for enough", () => {
  const metadata = parsePublishJson('{"name":"foo","vers":"1.0.0"}');
  assertEquals(metadata, { ...someMetadata(), saysRustVersion: false });
});

const DEPENDENCIES: [
  json: Record<string, unknown>,
  means: Partial<Dependency>,
  why: string,
][] = [
  [{}, {}, "this registry, since none is named"],
  [{ registry: null }, {}, "this registry too, though cargo never says null"],
  [
    { registry: CRATES_IO_INDEX },
    { registry: CRATES_IO_INDEX },
    "crates.io, by the URL that cargo sends",
  ],
  [
    { registry: "sparse+https://other.example/index/" },
    { registry: "sparse+https://other.example/index/" },
    "another registry, as it is sent",
  ],
  [
    { explicit_name_in_toml: "baz" },
    { alias: "baz" },
    "a renamed one: here `name` is the crate",
  ],
  [{ explicit_name_in_toml: "_" }, { alias: "_" }, "an alias no crate has"],
  [
    { explicit_name_in_toml: "bar" },
    { alias: "bar" },
    "renamed to its own name, which is not the same as not renamed",
  ],
  [{ explicit_name_in_toml: null }, {}, "not renamed"],
  [{ kind: "dev" }, { kind: "dev" }, "a dev-dependency"],
  [{ kind: "build" }, { kind: "build" }, "a build-dependency"],
  [{ optional: true }, { optional: true }, "an optional one"],
  [{ default_features: false }, { defaultFeatures: false }, "bare"],
  [
    { features: ["b", "", "a"] },
    { features: ["b", "a"] },
    "features, without the empty ones that cargo ignores",
  ],
  [
    { target: "cfg( windows )" },
    { target: parsePlatform("cfg(windows)", "target") },
    "a platform, in Cargo's print",
  ],
  [
    { version_req: " >=1.2 ,<2 " },
    { requirement: parseRequirement(">=1.2, <2", "req") },
    "a requirement, in Cargo's print",
  ],
  [
    { version_req: "1.2.3+build" },
    { requirement: parseRequirement("^1.2.3", "req") },
    "a requirement, which has no build metadata",
  ],
  [
    { from_the_future: [1, { deep: null }] },
    {},
    "what a later cargo may add",
  ],
];
for (const [json, means, why] of DEPENDENCIES) {
  Deno.test(`parsePublishJson() reads a dependency with ${JSON.stringify(json)} (${why})`, () => {
    assertEquals(parseDependency(json), aDependency("bar", means));
  });
}

Deno.test("parsePublishJson() takes a dependency of which only crate and requirement are said", () => {
  const metadata = parse({ deps: [{ name: "bar", version_req: "1" }] });
  assertEquals(metadata.dependencies, [aDependency("bar")]);
});

for (const [field, types] of Object.entries(FIELDS)) {
  for (const [type, value] of VALUES.filter(([it]) => !types.includes(it))) {
    Deno.test(`parsePublishJson() refuses \`${field}\` that is ${type}`, () => {
      assertRefuses(() => parse({ [field]: value }), "metadata_invalid", {
        field,
      });
    });
  }
}
for (const [field, types] of Object.entries(DEPENDENCY_FIELDS)) {
  for (const [type, value] of VALUES.filter(([it]) => !types.includes(it))) {
    Deno.test(`parsePublishJson() refuses \`deps[0].${field}\` that is ${type}`, () => {
      assertRefuses(
        () => parseDependency({ [field]: value }),
        "metadata_invalid",
        { field: `deps[0].${field}` },
      );
    });
  }
}

Deno.test("parsePublishJson() knows the fields that cargo sends, and these tests too", () => {
  assertEquals(Object.keys(FIELDS), Object.keys(somePublishJson()));
});

for (const [json, field] of FIELDS_MISSING) {
  Deno.test(`parsePublishJson() refuses a request without \`${field}\``, () => {
    assertRefuses(() => parse(json), "metadata_invalid", { field });
  });
}

for (const [json, code, field, why] of VALUES_REFUSED) {
  Deno.test(`parsePublishJson() refuses ${JSON.stringify(json).slice(0, 60)} (${why})`, () => {
    assertRefuses(() => parse(json), code, field === null ? {} : { field });
  });
}

for (const [text, why] of NO_OBJECTS) {
  Deno.test(`parsePublishJson() refuses ${JSON.stringify(text)} (${why})`, () => {
    assertRefuses(() => parsePublishJson(text), "publish_frame_malformed");
  });
}

Deno.test("parsePublishJson() lets the last of two equal keys count, like what is compared", () => {
  const text = '{"name":"foo","vers":"1.0.0","vers":"2.0.0"}';
  assertEquals<string>(parsePublishJson(text).version, "2.0.0");
});

Deno.test("parsePublishJson() takes `__proto__` and `constructor` for names like any other", () => {
  const text = `{"name":"foo","vers":"1.0.0","__proto__":{"links":"z"},
    "features":{"__proto__":["constructor"],"constructor":["toString"],"toString":[]}}`;
  const { features, links } = parsePublishJson(text);
  assertEquals([...features], [
    ["__proto__", ["constructor"]],
    ["constructor", ["toString"]],
    ["toString", []],
  ]);
  assertEquals(links, null);
  assertEquals(Object.hasOwn(Object.prototype, "links"), false);
});

Deno.test("parsePublishJson() does not take what objects inherit for fields", () => {
  assertRefuses(
    () => parse({ deps: [{ name: "bar", toString: 1 }] }),
    "metadata_invalid",
    { field: "deps[0].version_req" },
  );
});

Deno.test("parsePublishJson() is not brought down by depth", () => {
  const depth = DEFAULT_LIMITS.metadataBytesMax / 2 - 100;
  const nested = "[".repeat(depth) + "]".repeat(depth);
  const unknown = `{"name":"foo","vers":"1.0.0","x":${nested}}`;
  const known = `{"name":"foo","vers":"1.0.0","authors":${nested}}`;
  const open = "[".repeat(DEFAULT_LIMITS.metadataBytesMax);
  for (const text of [unknown, known, open]) {
    try {
      assertEquals<string>(parsePublishJson(text).name, "foo");
    } catch (error) {
      assertTrue(isRefusal(error), `not a refusal: ${error}`);
    }
  }
});

Deno.test("parsePublishJson() refuses or reads, whatever the JSON", () => {
  const keys = Object.keys({ ...FIELDS, ...DEPENDENCY_FIELDS });
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom("foo", "1.0.0", "^1", "normal", "dep:foo", "\ud800", ""),
      fc.constantFrom(null, true, 1e308, -0),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie("tree"), { maxKeys: 6 }),
    ),
  }));
  fc.assert(fc.property(
    fc.dictionary(fc.constantFrom(...keys), tree, { maxKeys: 8 }),
    (json) => {
      try {
        parsePublishJson(
          JSON.stringify({ name: "foo", vers: "1.0.0", ...json }),
        );
      } catch (error) {
        assertTrue(isRefusal(error), `not a refusal: ${error}`);
      }
    },
  ));
});
