import fc from "fast-check";
import { checksumOf, parseChecksum } from "../../../lib/crate/checksum.ts";
import { parsePlatform } from "../../../lib/crate/platform.ts";
import { parseCrateVersion } from "../../../lib/crate/version.ts";
import {
  encodeIndexEntry,
  type IndexEntry,
  parseIndexEntry,
  toIndexEntry,
  withYanked,
} from "../../../lib/index/entry.ts";
import { anyText } from "../../support/any_text.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { aDependency, someMetadata } from "../../support/some_metadata.ts";

const CKSUM = "0123456789abcdef".repeat(4);
const CHECKSUM = parseChecksum(CKSUM);
const PUBTIME = "2026-11-24T10:00:00Z";
const MINIMAL = `{"name":"foo","vers":"1.0.0","deps":[],"cksum":"${CKSUM}"}`;

function read(line: string): IndexEntry {
  const entry = parseIndexEntry(line);
  assertTrue(entry !== null, `no entry in ${line}`);
  return entry;
}

/** {@linkcode MINIMAL} with one more key, or another value of one. */
function withKey(key: string, json: string): string {
  const object = { ...JSON.parse(MINIMAL), [key]: null };
  return JSON.stringify(object).replace(
    `"${key}":null`,
    () => `"${key}":${json}`,
  );
}

Deno.test("toIndexEntry() writes the least that there is to say", () => {
  assertEquals(
    encodeIndexEntry(toIndexEntry(someMetadata(), CHECKSUM, PUBTIME)),
    `{"name":"foo","vers":"1.0.0","deps":[],"cksum":"${CKSUM}",` +
      `"features":{},"yanked":false,"pubtime":"${PUBTIME}"}`,
  );
});

Deno.test("toIndexEntry() writes all there is to say, in crates.io's order", () => {
  const metadata = someMetadata({
    version: parseCrateVersion("1.0.0-rc.1+b.2"),
    dependencies: [
      aDependency("serde", { optional: true, features: ["derive"] }),
      aDependency("real", { alias: "alias", kind: "dev" }),
    ],
    features: new Map([["b", ["dep:serde", "serde?/std"]], ["a", []]]),
    links: "z",
    rustVersion: "1.70",
    description: "is not in the index",
  });
  assertEquals(
    encodeIndexEntry(toIndexEntry(metadata, CHECKSUM, PUBTIME)),
    `{"name":"foo","vers":"1.0.0-rc.1+b.2","deps":[` +
      `{"name":"alias","req":"^1","features":[],"optional":false,"default_features":true,"target":null,"kind":"dev","registry":null,"package":"real"},` +
      `{"name":"serde","req":"^1","features":["derive"],"optional":true,"default_features":true,"target":null,"kind":"normal","registry":null}` +
      `],"cksum":"${CKSUM}","features":{"a":[],"b":["dep:serde","serde?/std"]},` +
      `"yanked":false,"links":"z","rust_version":"1.70","pubtime":"${PUBTIME}"}`,
  );
});

Deno.test("toIndexEntry() puts a normal dependency before others of its name", () => {
  const target = parsePlatform("cfg(unix)", "target");
  const dependencies = [
    aDependency("b", { kind: "dev" }),
    aDependency("b", { kind: "build" }),
    aDependency("b", { target, optional: true }),
    aDependency("b", { target }),
    aDependency("b"),
    aDependency("a", { kind: "dev" }),
  ];
  const { deps } = toIndexEntry(
    someMetadata({ dependencies }),
    CHECKSUM,
    PUBTIME,
  );
  assertEquals<unknown>(
    deps.map(({ name, kind, target, optional }) => [
      name,
      kind,
      target,
      optional,
    ]),
    [
      ["a", "dev", null, false],
      ["b", "normal", null, false],
      ["b", "normal", "cfg(unix)", false],
      ["b", "normal", "cfg(unix)", true],
      ["b", "build", null, false],
      ["b", "dev", null, false],
    ],
  );
});

Deno.test("toIndexEntry() writes features that have the names of an object's parts", () => {
  const features = new Map([["constructor", []], ["__proto__", ["a"]]]);
  const line = encodeIndexEntry(
    toIndexEntry(someMetadata({ features }), CHECKSUM, PUBTIME),
  );
  assertTrue(
    line.includes('"features":{"__proto__":["a"],"constructor":[]}'),
    line,
  );
  assertEquals(Object.entries(read(line).json.features), [
    ["__proto__", ["a"]],
    ["constructor", []],
  ]);
});

Deno.test("parseIndexEntry() reads the least that cargo needs, with cargo's defaults", () => {
  const { json, line, ...rest } = read(MINIMAL);
  assertEquals<unknown>(rest, {
    name: "foo",
    version: "1.0.0",
    checksum: CKSUM,
    yanked: false,
    pubtime: null,
  });
  assertEquals<unknown>(json, {
    name: "foo",
    vers: "1.0.0",
    deps: [],
    cksum: CKSUM,
    features: {},
    yanked: false,
  });
  assertEquals(line, MINIMAL);
});

Deno.test("parseIndexEntry() fills in the defaults of a dependency", () => {
  const dep = '{"name":"a","req":"^1"}';
  assertEquals(read(withKey("deps", `[${dep}]`)).json.deps, [{
    name: "a",
    req: "^1",
    features: [],
    optional: false,
    default_features: true,
    target: null,
    kind: "normal",
    registry: null,
  }]);
});

const TOLERATED: [line: string, why: string][] = [
  [MINIMAL + "\r", "a carriage return"],
  [` ${MINIMAL.replaceAll(":", " : ")} `, "blanks"],
  [withKey("unknown", '{"a":[1.50,{"yanked":true}]}'), "unknown keys"],
  [withKey("yanked", "null"), "null for `yanked`"],
  [withKey("links", "null"), "null for `links`"],
  [withKey("rust_version", "null"), "null for `rust_version`"],
  [withKey("pubtime", "null"), "null for `pubtime`"],
  [withKey("v", "null"), "null for `v`"],
  [withKey("features2", "null"), "null for `features2`"],
  [withKey("v", "3"), "a schema that is yet to come"],
  [
    withKey("deps", '[{"name":"a","req":"^1","kind":"strange","artifact":[]}]'),
    "a kind that is yet to come",
  ],
];
for (const [line, why] of TOLERATED) {
  Deno.test(`parseIndexEntry() puts up with ${why}`, () => {
    assertEquals(read(line).version as string, "1.0.0");
    assertEquals(read(line).line, line);
  });
}

Deno.test("parseIndexEntry() keeps what crates.io writes and we do not", () => {
  const line = withKey("v", "2").replace(
    '"v":2',
    '"features":{"a":["b"]},"features2":{"b":["dep:c"]},"v":2',
  );
  const { features, features2, v } = read(line).json;
  assertEquals<unknown>([features, features2, v], [
    { a: ["b"] },
    { b: ["dep:c"] },
    2,
  ]);
});

const NO_ENTRIES: [line: string, why: string][] = [
  ["", "nothing"],
  ["\r", "a carriage return alone"],
  ["garbage", "no JSON"],
  [MINIMAL.slice(0, -1), "torn off"],
  ["\ufeff" + MINIMAL, "a byte order mark"],
  ["null", "null"],
  ["1", "a number"],
  ['"x"', "a string"],
  ["[]", "an array"],
  ["{}", "an empty object"],
  [withKey("name", "1"), "a name that is a number"],
  [withKey("name", '"../x"'), "a name that no crate has"],
  [withKey("vers", '"1"'), "a version that is none"],
  [withKey("cksum", `"${CKSUM.toUpperCase()}"`), "upper-case digits"],
  [MINIMAL.replace('"deps":[],', ""), "no dependencies"],
  [MINIMAL.replace(/,"cksum".*/, "}"), "no checksum"],
  [withKey("deps", "null"), "null for dependencies"],
  [withKey("deps", "[1]"), "a dependency that is a number"],
  [withKey("deps", '[{"name":"a"}]'), "a dependency without a requirement"],
  [withKey("deps", '[{"req":"1"}]'), "a dependency without a name"],
  [
    withKey("deps", '[{"name":"a","req":"1","optional":null}]'),
    "null for `optional`",
  ],
  [
    withKey("deps", '[{"name":"a","req":"1","features":null}]'),
    "null for a dependency's features",
  ],
  [
    withKey("deps", '[{"name":"a","req":"1","target":1}]'),
    "a target that is a number",
  ],
  [withKey("features", "null"), "null for features"],
  [withKey("features", "[]"), "features in an array"],
  [withKey("features", '{"a":"b"}'), "a feature that is a string"],
  [withKey("features", '{"a":[1]}'), "a value that is a number"],
  [withKey("features2", "[]"), "more features in an array"],
  [withKey("yanked", '"no"'), "a yanked that is a string"],
  [withKey("links", "1"), "links that are a number"],
  [withKey("pubtime", "0"), "a moment that is a number"],
  [withKey("v", "1.5"), "a schema between two"],
];
for (const [line, why] of NO_ENTRIES) {
  Deno.test(`parseIndexEntry() finds no entry in ${why}`, () => {
    assertEquals(parseIndexEntry(line), null);
  });
}

Deno.test("parseIndexEntry() never fails, whatever the line", () => {
  const anyLine = fc.oneof(
    anyText,
    fc.json(),
    fc.tuple(
      fc.constantFrom("name", "vers", "deps", "cksum", "features", "yanked"),
      fc.json(),
    ).map(([key, json]) => withKey(key, json)),
  );
  fc.assert(fc.property(anyLine, (line) => {
    assertEquals(parseIndexEntry(line)?.line ?? line, line);
  }));
});

const YANKED: [line: string, yanked: string, why: string][] = [
  [
    withKey("yanked", "false"),
    withKey("yanked", "true"),
    "only the value",
  ],
  [
    withKey("yanked", "null"),
    withKey("yanked", "true"),
    "null, which means no",
  ],
  [
    MINIMAL,
    MINIMAL.replace(/\}$/, ',"yanked":true}'),
    "no such key yet",
  ],
  [
    MINIMAL + " \r",
    MINIMAL.replace(/\}$/, ',"yanked":true} \r'),
    "no such key, and a carriage return",
  ],
  [
    withKey("yanked", " false ").replaceAll(",", " ,\t"),
    withKey("yanked", " true ").replaceAll(",", " ,\t"),
    "blanks stay",
  ],
  [
    withKey("x", '{"yanked":false,"y":["yanked",{"yanked":false}]}'),
    withKey("x", '{"yanked":false,"y":["yanked",{"yanked":false}]}')
      .replace(/\}$/, ',"yanked":true}'),
    "keys further in are others'",
  ],
  [
    withKey("x", '"yanked"').replace(/\}$/, ',"yanked":false}'),
    withKey("x", '"yanked"').replace(/\}$/, ',"yanked":true}'),
    "a value is no key",
  ],
  [
    withKey("links", '"\\"},\\\\"').replace(/\}$/, ',"yanked":false}'),
    withKey("links", '"\\"},\\\\"').replace(/\}$/, ',"yanked":true}'),
    "quotes and braces in a string",
  ],
  [
    MINIMAL.replace(/\}$/, ',"yank\\u0065d":false}'),
    MINIMAL.replace(/\}$/, ',"yank\\u0065d":true}'),
    "a key spelt oddly",
  ],
  [
    withKey("big", "123456789012345678901234567890.50").replace(
      /\}$/,
      ',"yanked":false}',
    ),
    withKey("big", "123456789012345678901234567890.50").replace(
      /\}$/,
      ',"yanked":true}',
    ),
    "numbers keep every digit",
  ],
];
for (const [line, yanked, why] of YANKED) {
  Deno.test(`withYanked() changes one value of the line (${why})`, () => {
    const entry = withYanked(read(line), true);
    assertEquals(entry.line, yanked);
    assertEquals([entry.yanked, entry.json.yanked], [true, true]);
    assertEquals(entry, read(yanked));
  });
}

Deno.test("withYanked() gives back the very entry that is so already", () => {
  const entry = read(MINIMAL);
  assertEquals(withYanked(entry, false) === entry, true);
});

Deno.test("withYanked() and back is the line as it was, whatever else it says", () => {
  fc.assert(fc.property(fc.json(), fc.string(), (json, key) => {
    const line = withKey("yanked", "false").replace(
      '"deps"',
      () => `${JSON.stringify("x" + key)}:${json},"deps"`,
    );
    const there = withYanked(read(line), true);
    assertEquals(read(there.line).yanked, true);
    assertEquals(withYanked(there, false).line, line);
  }));
});

Deno.test("encodeIndexEntry() writes what parseIndexEntry() reads", () => {
  const checksum = checksumOf(new Uint8Array([1]));
  const metadata = someMetadata({
    dependencies: [
      aDependency("a", { alias: "b", optional: true }),
      aDependency("a", { kind: "build" }),
      aDependency("a", { kind: "dev", registry: "https://b.example/" }),
    ],
    features: new Map([["default", ["b"]]]),
    links: 'z"\\',
  });
  const json = toIndexEntry(metadata, checksum, PUBTIME);
  assertEquals(read(encodeIndexEntry(json)).json, json);
});
