/**
 * Cargo.tomls that `cargo package` never writes.
 *
 * @module
 */

import type { RefusalCode } from "../../../lib/refusal.ts";

/** The beginning of a Cargo.toml, and enough of one. */
export const PACKAGE = '[package]\nname = "foo"\nversion = "1.0.0"\n';

/** Whole texts, and why they are refused. */
export const MANIFESTS_REFUSED: [
  toml: string,
  code: RefusalCode,
  why: string,
][] = [
  ["", "manifest_invalid", "nothing"],
  ["[workspace]", "manifest_invalid", "no package"],
  ["package = 1", "manifest_invalid", "a package that is no table"],
  ["package = 1979-05-27", "manifest_invalid", "a package that is a date"],
  ["[[package]]", "manifest_invalid", "a list of packages"],
  ['[package]\nversion = "1.0.0"', "manifest_invalid", "no name"],
  ['[package]\nname = "a"', "manifest_invalid", "no version"],
  [
    '[package]\nname = "../a"\nversion = "1.0.0"',
    "crate_name_invalid",
    "a name that no crate has",
  ],
  [
    '[package]\nname = "a"\nversion = "1.0"',
    "version_invalid",
    "a version of two numbers",
  ],
  [
    '[package]\nname = "a"\nversion = { workspace = true }',
    "manifest_invalid",
    "a version of the workspace",
  ],
  [PACKAGE + "[patch.crates-io]", "manifest_invalid", "[patch]"],
  [PACKAGE + "[patch]", "manifest_invalid", "an empty [patch]"],
  [PACKAGE + "[replace]", "manifest_invalid", "[replace]"],
  [
    PACKAGE + "[lints]\nworkspace = true",
    "manifest_invalid",
    "lints inherited",
  ],
  [
    PACKAGE + "[badges]\nworkspace = true",
    "manifest_invalid",
    "badges inherited",
  ],
];
for (const key of ["edition", "description", "readme", "authors", "publish"]) {
  MANIFESTS_REFUSED.push([
    `${PACKAGE}${key}.workspace = true`,
    "manifest_invalid",
    `${key} inherited from a workspace`,
  ]);
}
for (
  const [key, value] of [
    ["links", "1"],
    ["rust-version", "1.70"],
    ["description", '["a"]'],
    ["license", "true"],
    ["license-file", "{}"],
    ["homepage", "1"],
    ["documentation", "1"],
    ["repository", "1"],
    ["readme", "1"],
    ["keywords", '"a"'],
    ["keywords", '["a", 1]'],
    ["categories", "{}"],
    ["authors", '"a"'],
  ] as const
) {
  MANIFESTS_REFUSED.push([
    `${PACKAGE}${key} = ${value}`,
    "manifest_invalid",
    `a \`${key}\` of the wrong type, ${value}`,
  ]);
}
for (
  const [entry, code, why] of [
    ["1", "manifest_invalid", "a number"],
    ["[]", "manifest_invalid", "an array"],
    ["true", "manifest_invalid", "a boolean"],
    ["{}", "manifest_invalid", "nothing"],
    ['{ path = "../a" }', "manifest_invalid", "a path without a version"],
    ['{ git = "https://a" }', "manifest_invalid", "a repository alone"],
    ["{ workspace = true }", "manifest_invalid", "what the workspace has"],
    [
      '{ version = "1", workspace = false }',
      "manifest_invalid",
      "what no workspace has",
    ],
    [
      '{ version = "1", registry = "r" }',
      "manifest_invalid",
      "a registry of somebody's configuration",
    ],
    ['{ version = "1", artifact = "bin" }', "manifest_invalid", "an artifact"],
    [
      '{ version = "1", lib = true }',
      "manifest_invalid",
      "an artifact's `lib`",
    ],
    ['{ version = "1", target = "t" }', "manifest_invalid", "and its `target`"],
    ["{ version = 1 }", "manifest_invalid", "a version that is a number"],
    [
      '{ version = "1", optional = "yes" }',
      "manifest_invalid",
      "an `optional` that is a string",
    ],
    [
      '{ version = "1", default-features = 0 }',
      "manifest_invalid",
      "default-features that are a number",
    ],
    [
      '{ version = "1", features = "x" }',
      "manifest_invalid",
      "features that are a string",
    ],
    [
      '{ version = "1", package = 1 }',
      "manifest_invalid",
      "a package that is 1",
    ],
    [
      '{ version = "1", registry-index = 1 }',
      "manifest_invalid",
      "a registry that is a number",
    ],
    [
      '{ version = "1", registry-index = "r" }',
      "metadata_invalid",
      "a registry that is no URL",
    ],
    ['{ version = "1", features = ["b/c"] }', "metadata_invalid", "`b/c`"],
    ['""', "metadata_invalid", "an empty requirement"],
    ['"1 || 2"', "metadata_invalid", "a requirement that npm would take"],
    ['{ version = "1", package = "a b" }', "crate_name_invalid", "no crate"],
  ] as const
) {
  MANIFESTS_REFUSED.push([
    `${PACKAGE}[dependencies]\na = ${entry}`,
    code,
    `a dependency that is ${why}`,
  ]);
}
MANIFESTS_REFUSED.push(
  [
    `${PACKAGE}[dependencies]\n"a b" = "1"`,
    "crate_name_invalid",
    "a dependency that no crate is called",
  ],
  [
    `${PACKAGE}[dependencies]\n"a b" = { version = "1", package = "c" }`,
    "metadata_invalid",
    "an alias that code could not name",
  ],
  [
    `${PACKAGE}[dev-dependencies]\na = { version = "1", optional = true }`,
    "metadata_invalid",
    "an optional dev-dependency",
  ],
  [
    `${PACKAGE}[target."cfg(".dependencies]`,
    "metadata_invalid",
    "a platform that is none",
  ],
  [`${PACKAGE}[target]\nx = 1`, "manifest_invalid", "a target that is 1"],
  [
    `dependencies = 1\n${PACKAGE}`,
    "manifest_invalid",
    "dependencies that are 1",
  ],
  [`features = []\n${PACKAGE}`, "manifest_invalid", "features that are a list"],
  [
    `${PACKAGE}[features]\na = "b"`,
    "manifest_invalid",
    "a feature as a string",
  ],
  [
    `${PACKAGE}[features]\na = ["b"]`,
    "metadata_invalid",
    "a feature of nothing",
  ],
);

/** Fields of `[package]` that a workspace may say. */
const INHERITABLE: readonly string[] = [
  ...["name", "version", "authors", "categories", "description", "links"],
  ...["documentation", "edition", "exclude", "homepage", "include", "keywords"],
  ...["license", "license-file", "publish", "readme", "repository"],
  ...["rust-version"],
];

/** Whole texts that somebody writes who wants two readers to see two things. */
export const MORE_REFUSED: readonly (readonly [
  toml: string,
  code: RefusalCode,
  why: string,
])[] = [
  ...INHERITABLE.map((field) =>
    [
      (/^(?:name|version)$/.test(field)
        ? PACKAGE.replace(new RegExp(`^${field} = .*\\n`, "m"), "")
        : PACKAGE) + `${field} = { workspace = true }\n`,
      "manifest_invalid",
      `${field} inherited by an inline table`,
    ] as const
  ),
  [`${PACKAGE}[package]\n`, "manifest_invalid", "a package twice"],
  [`${PACKAGE}name = "evil"\n`, "manifest_invalid", "a name twice"],
  [`${PACKAGE}"name" = "evil"\n`, "manifest_invalid", "a name twice, quoted"],
  [
    `package.name = "evil"\n${PACKAGE}`,
    "manifest_invalid",
    "a package by dotted keys, and then as a table",
  ],
  [
    `${PACKAGE}[dependencies]\nbar = "1"\n[dependencies.bar]\nversion = "2"\n`,
    "manifest_invalid",
    "a dependency twice",
  ],
  [
    `${PACKAGE}[dependencies]\nbar.version = "1"\nbar.workspace = true\n`,
    "manifest_invalid",
    "a dependency inherited by dotted keys",
  ],
  [
    `${PACKAGE}[dependencies]\nbar = "1"\nbar.features = ["x"]\n`,
    "manifest_invalid",
    "dotted keys into a string",
  ],
  [
    `${PACKAGE}[target.'cfg(unix)'.dependencies]\nbar = { workspace = true }\n`,
    "manifest_invalid",
    "an inherited dependency of a platform",
  ],
  [
    `${PACKAGE}[patch."https://github.com/rust-lang/crates.io-index"]\nbar = { path = "/" }\n`,
    "manifest_invalid",
    "a [patch] of crates.io by its URL",
  ],
  [
    `"patch" = {}\n${PACKAGE}`,
    "manifest_invalid",
    "a [patch] as a quoted key",
  ],
  [
    `${PACKAGE}[dependencies.bar]\nversion = "1"\nregistry-index = "https://evil.example/index"\n`,
    "dependency_registry_not_allowed",
    "a registry that is not allowed",
  ],
  [
    `${PACKAGE}[dependencies.bar]\nversion = "1"\nregistry-index = "file:///etc"\n`,
    "dependency_registry_not_allowed",
    "a registry that is a folder of the server",
  ],
  [
    `${PACKAGE}[dependencies.bar]\nversion = "1"\nregistry-index = "https://u:p@evil.example/"\n`,
    "metadata_invalid",
    "a registry with a password",
  ],
  [
    `${PACKAGE}[dependencies.bar]\nversion = "1"\nregistry-index = "http://127.0.0.1@evil.example:7171/index/"\n`,
    "dependency_registry_not_allowed",
    "a registry that begins like this one",
  ],
  [
    `${PACKAGE}[dependencies.bar]\nversion = "1"\nregistry-index = "https://github.com/rust-lang/crates.io-index/../evil"\n`,
    "dependency_registry_not_allowed",
    "a registry that begins like crates.io",
  ],
  [
    `${PACKAGE}[target."cfg(${"not(".repeat(300)}a${
      ")".repeat(300)
    })".dependencies]\nbar = 1\n`,
    "manifest_invalid",
    "a platform of many brackets, and a dependency that is 1",
  ],
  [
    `${PACKAGE}[target."cfg(${"not(".repeat(499)}".dependencies]\nbar = "1"\n`,
    "metadata_invalid",
    "a platform whose brackets stay open",
  ],
  [
    `${PACKAGE}[target."${"x".repeat(2001)}".dependencies]\nbar = "1"\n`,
    "metadata_invalid",
    "a platform of more than 2,000 characters",
  ],
  [`\ufeff\ufeff${PACKAGE}`, "manifest_invalid", "two byte order marks"],
  [`${PACKAGE}\0`, "manifest_invalid", "a NUL"],
  [`${PACKAGE}# \x1b[2J\n`, "manifest_invalid", "an escape in a comment"],
  [
    `${PACKAGE}description = "\\ud800"\n`,
    "manifest_invalid",
    "half a character",
  ],
  [`${PACKAGE}rust-version = "1.70.0.0"\n`, "metadata_invalid", "four numbers"],
  [
    `${PACKAGE}links = "${"z".repeat(2001)}"\n`,
    "metadata_invalid",
    "a library of more than 2,000 characters",
  ],
  [
    `${PACKAGE}links = "z"\n`,
    "manifest_disagrees",
    "a library behind the JSON",
  ],
  [
    `${PACKAGE}rust-version = "1.70"\n`,
    "manifest_disagrees",
    "a Rust version behind the JSON",
  ],
  [
    `${PACKAGE}[features]\nevil = []\n`,
    "manifest_disagrees",
    "a feature behind the JSON",
  ],
  [
    `${PACKAGE}[dependencies]\nbar = "1"\n`,
    "manifest_disagrees",
    "a dependency behind the JSON",
  ],
  [
    `${PACKAGE}[target.'cfg(any())'.build-dependencies]\nbar = "1"\n`,
    "manifest_disagrees",
    "a dependency of nowhere behind the JSON",
  ],
  [
    `${PACKAGE}dev-dependencies.bar = "1"\n`.replace(
      PACKAGE,
      "",
    ) + PACKAGE,
    "manifest_disagrees",
    "a dev-dependency by a dotted key behind the JSON",
  ],
];

/** Whole texts that no cargo writes and that say no more than others do. */
export const MANIFESTS_TAKEN: readonly (readonly [
  toml: string,
  why: string,
])[] = [
  ['package.name = "foo"\npackage.version = "1.0.0"\n', "dotted keys"],
  ['package = { name = "foo", version = "1.0.0" }\n', "an inline table"],
  ["['package']\n\"name\" = 'foo'\n\"version\" = '1.0.0'\n", "quotes"],
  ['["pack\\u0061ge"]\nname = "foo"\nversion = "1.0.0"\n', "an escaped key"],
  ['[project]\nname = "foo"\nversion = "1.0.0"\n', "[project]"],
  [PACKAGE.replaceAll("\n", "\r\n"), "carriage returns"],
  [`\ufeff${PACKAGE}`, "a byte order mark"],
  [`${PACKAGE}[__proto__]\nlinks = "evil"\n`, "a prototype"],
  [`${PACKAGE}[constructor.prototype]\nlinks = "evil"\n`, "another way to it"],
  [`${PACKAGE}description = "\\u0000\\u202e<script>"\n`, "a strange text"],
];

const SIZE = 1024 * 1024 - 200;

function repeated(text: string): string {
  return text.repeat(Math.floor(SIZE / text.length));
}

function numbered(toText: (at: number) => string): string {
  const parts: string[] = [];
  for (let at = 0, left = SIZE;; at++) {
    const part = toText(at);
    left -= part.length;
    if (left < 0) return parts.join("");
    parts.push(part);
  }
}

/** Texts of a mebibyte, made when they are needed. */
export const HUGE: readonly (readonly [
  toml: () => string,
  status: number,
  why: string,
])[] = [
  [() => `${PACKAGE}[x]\na = ${repeated("[")}`, 400, "lists in lists"],
  [() => `${PACKAGE}[x]\na = ${repeated("{a=")}`, 400, "tables in tables"],
  [() => `${PACKAGE}[x]\n${repeated("a.")}b = 1\n`, 200, "one long dotted key"],
  [() => `${PACKAGE}[x]\na = ${repeated("1")}\n`, 200, "one long number"],
  [() => `${PACKAGE}[x]\na = """${repeated('"" ')}"""\n`, 200, "quotes"],
  [
    () => `${PACKAGE}[dependencies]\n${numbered((at) => `d${at}="1"\n`)}`,
    400,
    "96,000 dependencies",
  ],
];
