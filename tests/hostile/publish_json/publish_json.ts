/**
 * The JSON of publish requests as no cargo sends it.
 *
 * @module
 */

import type { RefusalCode } from "../../../lib/refusal.ts";
import { aPublishDependency } from "../../support/a_publish_request.ts";

const STRING = ["string", "required"];
const TEXT = ["string", "null"];
const LIST = ["list"];

/** What each field may be; everything else is refused with its name. */
export const FIELDS: Record<string, string[]> = {
  name: STRING,
  vers: STRING,
  deps: LIST,
  features: ["object"],
  authors: LIST,
  description: TEXT,
  documentation: TEXT,
  homepage: TEXT,
  readme: TEXT,
  readme_file: TEXT,
  keywords: LIST,
  categories: LIST,
  license: TEXT,
  license_file: TEXT,
  repository: TEXT,
  badges: ["object"],
  links: TEXT,
  rust_version: TEXT,
};

/** The same of a dependency. */
export const DEPENDENCY_FIELDS: Record<string, string[]> = {
  optional: ["boolean"],
  default_features: ["boolean"],
  name: STRING,
  features: LIST,
  version_req: STRING,
  target: TEXT,
  kind: TEXT,
  registry: TEXT,
  explicit_name_in_toml: TEXT,
};

/** Values that no field takes, however a type of that name is checked. */
export const VALUES: [type: string, value: unknown][] = [
  ["null", null],
  ["boolean", true],
  ["number", 1e308],
  ["string", "text"],
  ["list", []],
  ["object", {}],
  ["list of numbers", [1]],
  ["list of lists", [["a"]]],
  ["list of null", [null]],
];

/** What must be said. */
export const FIELDS_MISSING: [json: Record<string, unknown>, field: string][] =
  [
    [{ name: undefined }, "name"],
    [{ vers: undefined }, "vers"],
    [{ deps: [{ name: "bar" }] }, "deps[0].version_req"],
    [{ deps: [{ version_req: "1" }] }, "deps[0].name"],
  ];

/** Values of the right type that a field may not have. */
export const VALUES_REFUSED: [
  json: Record<string, unknown>,
  code: RefusalCode,
  field: string | null,
  why: string,
][] = [
  [{ name: "../foo" }, "crate_name_invalid", null, "a path"],
  [{ name: "fö" }, "crate_name_invalid", null, "a letter beyond ASCII"],
  [{ name: "\ud800" }, "crate_name_invalid", null, "half a character"],
  [{ vers: "1.0" }, "version_invalid", null, "two numbers"],
  [{ vers: "v1.0.0" }, "version_invalid", null, "not as Cargo prints it"],
  [{ vers: " 1.0.0" }, "version_invalid", null, "a blank"],
  [
    { deps: [aPublishDependency("a/b")] },
    "crate_name_invalid",
    null,
    "a dependency that no crate can be",
  ],
  [
    { deps: [aPublishDependency("bar", { version_req: "latest" })] },
    "metadata_invalid",
    "deps[0].version_req",
    "no requirement",
  ],
  [
    {
      deps: [
        aPublishDependency("bar"),
        aPublishDependency("baz", { target: "cfg(" }),
      ],
    },
    "metadata_invalid",
    "deps[1].target",
    "no platform: cargo would drop the version",
  ],
  [
    { deps: [aPublishDependency("bar", { kind: "Dev" })] },
    "metadata_invalid",
    "deps[0].kind",
    "no kind: cargo would take it for normal",
  ],
  [
    { deps: [aPublishDependency("bar", { explicit_name_in_toml: "a b" })] },
    "metadata_invalid",
    "deps[0].explicit_name_in_toml",
    "no alias",
  ],
  [
    { deps: [aPublishDependency("bar", { registry: "" })] },
    "metadata_invalid",
    "dependencies.bar.registry-index",
    "no URL: cargo would drop the version",
  ],
  [
    { features: { a: ["nothing"] } },
    "metadata_invalid",
    "features.a",
    "a feature that cargo could not use",
  ],
  [
    { features: { "<b>": [] } },
    "metadata_invalid",
    "features.<b>",
    "markup for a feature",
  ],
  [
    { features: { a: null } },
    "metadata_invalid",
    "features.a",
    "a feature that is no list",
  ],
  [
    { badges: { travis: { branch: 1 } } },
    "metadata_invalid",
    "badges.travis.branch",
    "a badge's text that is none",
  ],
  [
    { badges: { travis: "x" } },
    "metadata_invalid",
    "badges.travis",
    "a badge that is none",
  ],
  [
    { rust_version: ">=1.70" },
    "metadata_invalid",
    "package.rust-version",
    "a requirement: cargo would drop the version",
  ],
  [
    { description: "\udc00" },
    "metadata_invalid",
    "package.description",
    "half a character, which no UTF-8 can spell",
  ],
  [
    { keywords: Array(6).fill("a") },
    "metadata_invalid",
    "package.keywords",
    "too many",
  ],
];

/** Texts that are no JSON object. */
export const NO_OBJECTS: [text: string, why: string][] = [
  ["", "nothing"],
  ["null", "null"],
  ["[]", "an array"],
  ['"name"', "a string"],
  ["{", "half an object"],
  ['{"name":"foo","vers":"1.0.0"}x', "something behind it"],
  ['{"name":"foo","vers":"1.0.0",}', "a comma too many"],
  ['\ufeff{"name":"foo","vers":"1.0.0"}', "a byte order mark"],
  ["{'name':'foo'}", "no JSON"],
];
