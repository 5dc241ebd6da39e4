import fc from "fast-check";
import {
  CRATES_IO_INDEX,
  type Dependency,
} from "../../../lib/crate/dependency.ts";
import { parseManifest } from "../../../lib/crate/manifest.ts";
import { isRefusal } from "../../../lib/refusal.ts";
import {
  MANIFESTS_REFUSED,
  PACKAGE,
} from "../../hostile/manifests/manifests.ts";
import { anyText } from "../../support/any_text.ts";
import {
  assertEquals,
  assertIncludes,
  assertRefuses,
} from "../../support/assert.ts";
import { aDependency, someMetadata } from "../../support/some_metadata.ts";

/** A dependency as a Cargo.toml means it: from crates.io where nothing is said. */
function fromCratesIo(crate: string, stated: Partial<Dependency> = {}) {
  return aDependency(crate, { registry: CRATES_IO_INDEX, ...stated });
}

/** As cargo 1.95 writes it, with every key that is read here. */
const NORMALISED = `
[package]
edition = "2021"
rust-version = "1.70"
name = "Foo-Bar"
version = "1.2.3-rc.1+b.5"
authors = ["A <a@example.com>", "B"]
build = "build.rs"
links = "z"
include = ["/src"]
publish = ["palletizer"]
autolib = false
description = """
What it is,
in two lines.
"""
homepage = "https://a.example"
documentation = "https://b.example"
readme = "README.md"
keywords = ["one", "two"]
categories = ["parsing"]
license = "MIT"
license-file = "LICENSE"
repository = "https://c.example"
resolver = "2"

[package.metadata.docs.rs]
all-features = true
workspace = true

[badges.maintenance]
status = "none"

[features]
default = ["std"]
std = ["dep:serde", "renamed?/std"]

[lib]
name = "foo_bar"
path = "src/lib.rs"

[dependencies.own]
version = "1"
registry-index = "sparse+https://own.example/index/"

[dependencies.renamed]
version = ">=1.0, <2"
optional = true
package = "real"

[dependencies.serde]
version = "1.0.100"
features = ["derive"]
optional = true
default-features = false

[dev-dependencies.tests]
version = "0.5"

[build-dependencies.cc]
version = "1"

[target."cfg(any(unix,target_os=\\"wasi\\"))".dependencies.libc]
version = "0.2"

[target.x86_64-pc-windows-gnu.dev-dependencies.tests]
version = "=0.5.1"

[lints.rust]
unsafe_code = "forbid"

[profile.release]
debug = 1
`;

Deno.test("parseManifest() reads everything that metadata has out of a Cargo.toml", () => {
  const metadata = parseManifest(NORMALISED);
  const { dependencies, features, ...rest } = metadata;
  const { dependencies: _, features: __, ...expected } = someMetadata();
  assertEquals<unknown>(rest, {
    ...expected,
    name: "Foo-Bar",
    version: "1.2.3-rc.1+b.5",
    links: "z",
    rustVersion: "1.70",
    description: "What it is,\nin two lines.\n",
    license: "MIT",
    licenseFile: "LICENSE",
    homepage: "https://a.example",
    documentation: "https://b.example",
    repository: "https://c.example",
    readmeFile: "README.md",
    keywords: ["one", "two"],
    categories: ["parsing"],
    authors: ["A <a@example.com>", "B"],
  });
  assertEquals([...features], [
    ["default", ["std"]],
    ["std", ["dep:serde", "renamed?/std"]],
  ]);
  assertEquals<unknown>(dependencies, [
    fromCratesIo("own", { registry: "sparse+https://own.example/index/" }),
    {
      ...fromCratesIo("real", { alias: "renamed", optional: true }),
      requirement: ">=1.0, <2",
    },
    {
      ...fromCratesIo("serde", {
        features: ["derive"],
        optional: true,
        defaultFeatures: false,
      }),
      requirement: "^1.0.100",
    },
    { ...fromCratesIo("tests", { kind: "dev" }), requirement: "^0.5" },
    fromCratesIo("cc", { kind: "build" }),
    {
      ...fromCratesIo("libc"),
      target: 'cfg(any(unix, target_os = "wasi"))',
      requirement: "^0.2",
    },
    {
      ...fromCratesIo("tests", { kind: "dev" }),
      target: "x86_64-pc-windows-gnu",
      requirement: "=0.5.1",
    },
  ]);
});

const DEPENDENCIES: [toml: string, expected: unknown[], why: string][] = [
  ['[dependencies]\na = "1"', [fromCratesIo("a")], "a version alone"],
  [
    '[dependencies]\na = { version = "1", path = "../a" }',
    [fromCratesIo("a")],
    "a path beside a version, as before cargo took it out",
  ],
  [
    '[dependencies]\na = { version = "1", git = "https://a.example", rev = "1" }',
    [fromCratesIo("a")],
    "a repository beside a version",
  ],
  [
    '[dependencies.a]\nversion = "1"\npackage = "a"',
    [fromCratesIo("a", { alias: "a" })],
    "`package` that is the same name, as axum 0.7 has it",
  ],
  [
    '[dependencies._a]\nversion = "1"\npackage = "a"',
    [fromCratesIo("a", { alias: "_a" })],
    "an alias that no crate could have",
  ],
  [
    '[dependencies.a]\nversion = "1"\ndefault_features = false',
    [fromCratesIo("a", { defaultFeatures: false })],
    "the old spelling of default-features, as flume 0.11 has it",
  ],
  [
    '[dependencies.a]\nversion = "1"\ndefault_features = false\ndefault-features = true',
    [fromCratesIo("a")],
    "both spellings: the new one counts",
  ],
  [
    '[dependencies.a]\nversion = "1"\nfeatures = ["", "x"]',
    [fromCratesIo("a", { features: ["x"] })],
    "an empty feature, as old versions of cargo wrote it",
  ],
  [
    '[dependencies.a]\nversion = "1"\npublic = true\nunknown = 1',
    [fromCratesIo("a")],
    "keys that say nothing to us",
  ],
  [
    '[dev_dependencies]\na = "1"\n[build_dependencies]\nb = "1"',
    [fromCratesIo("a", { kind: "dev" }), fromCratesIo("b", { kind: "build" })],
    "the old spelling of the tables",
  ],
  [
    '[dev_dependencies]\na = "1"\n[dev-dependencies]\nb = "1"',
    [fromCratesIo("b", { kind: "dev" })],
    "both spellings: the new one counts",
  ],
  [
    "[target.'cfg(unix)'.build_dependencies]\na = \"1\"",
    [{ ...fromCratesIo("a", { kind: "build" }), target: "cfg(unix)" }],
    "the old spelling in a target",
  ],
  [
    '[target.\'cfg(any())\'.dependencies]\na = "1"\n[dependencies]\na = "1"',
    [fromCratesIo("a"), { ...fromCratesIo("a"), target: "cfg(any())" }],
    "twice, once for nowhere, as zerocopy 0.8 has it",
  ],
  [
    '[dependencies]\na = "= 0"',
    [{ ...fromCratesIo("a"), requirement: "=0" }],
    "a blank in a requirement, as itertools 0.10 has it",
  ],
  ["[dependencies]\n[target]\n[features]", [], "empty tables"],
  ["dependencies = {}", [], "an empty inline table"],
];
for (const [toml, expected, why] of DEPENDENCIES) {
  Deno.test(`parseManifest() reads ${why}`, () => {
    const text = toml.startsWith("[") ? PACKAGE + toml : toml + "\n" + PACKAGE;
    assertEquals<unknown>(parseManifest(text).dependencies, expected);
  });
}

Deno.test("parseManifest() takes [project] for [package] where that is missing", () => {
  const project = PACKAGE.replace("package", "project");
  assertEquals(parseManifest(project).name as string, "foo");
  assertEquals(
    parseManifest(project.replace("foo", "old") + PACKAGE).name as string,
    "foo",
  );
});

const READMES: [toml: string, file: string | null, why: string][] = [
  ["", null, "nothing said"],
  ["readme = false", null, "none wanted"],
  ["readme = true", "README.md", "the usual one"],
  ['readme = "docs/R.md"', "docs/R.md", "a path"],
];
for (const [toml, file, why] of READMES) {
  Deno.test(`parseManifest() takes ${file} for the README (${why})`, () => {
    assertEquals(parseManifest(PACKAGE + toml).readmeFile, file);
  });
}

Deno.test("parseManifest() keeps features apart that have the names of an object's parts", () => {
  const toml = '[features]\n__proto__ = ["constructor"]\nconstructor = []\n';
  assertEquals([...parseManifest(PACKAGE + toml).features], [
    ["__proto__", ["constructor"]],
    ["constructor", []],
  ]);
});

Deno.test("parseManifest() does not look into what only a build needs", () => {
  const toml = `[package.metadata]\nn = 9223372036854775807\nd = 1979-05-27
[workspace]\n[[bin]]\nname = 1\n[profile.release.package."*"]\nopt-level = 3`;
  assertEquals(parseManifest(PACKAGE + toml).name as string, "foo");
});

for (const [toml, code, why] of MANIFESTS_REFUSED) {
  Deno.test(`parseManifest() refuses ${why}`, () => {
    assertRefuses(() => parseManifest(toml), code);
  });
}

Deno.test("parseManifest() says where a text is no TOML", () => {
  const refusal = assertRefuses(
    () => parseManifest(PACKAGE + "description = oops"),
    "manifest_invalid",
  );
  assertIncludes(String(refusal.facts.problem), "line 4, column 15");
  assertEquals(String(refusal.facts.problem).includes("\n"), false);
});

Deno.test("parseManifest() names a field by its key path, cut when it is long", () => {
  const name = "x".repeat(5000);
  const refusal = assertRefuses(
    () => parseManifest(`${PACKAGE}[dependencies]\n${name} = 1`),
    "manifest_invalid",
  );
  assertIncludes(String(refusal.facts.problem), "`dependencies.xxx");
  assertEquals(String(refusal.facts.problem).length < 300, true);
});

Deno.test("parseManifest() never fails but by refusing, whatever the text", () => {
  const line = fc.constantFrom(
    ...NORMALISED.split("\n"),
    "[[dependencies]]",
    "a.b.c = 1",
    "__proto__ = {}",
    "[__proto__]",
    "[package.name]",
    "x = [",
    "x = " + "[".repeat(5000),
    'dependencies."".x = "1"',
    "[target.__proto__.dependencies]",
  );
  const eitherText = fc.oneof(
    anyText,
    fc.array(line).map((lines) => lines.join("\n")),
    fc.tuple(fc.nat(NORMALISED.length), fc.string({ maxLength: 3 })).map(
      ([at, text]) => NORMALISED.slice(0, at) + text + NORMALISED.slice(at + 2),
    ),
  );
  fc.assert(
    fc.property(eitherText, (text) => {
      try {
        parseManifest(text);
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});
