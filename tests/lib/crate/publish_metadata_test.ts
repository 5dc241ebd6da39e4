import type { Dependency } from "../../../lib/crate/dependency.ts";
import {
  type PublishMetadata,
  requireValidMetadata,
} from "../../../lib/crate/publish_metadata.ts";
import { parseRequirement } from "../../../lib/crate/requirement.ts";
import { DEFAULT_LIMITS } from "../../../lib/limits.ts";
import { assertRefuses } from "../../support/assert.ts";
import { aDependency, someMetadata } from "../../support/some_metadata.ts";

const L = DEFAULT_LIMITS;
const REQUIREMENT = parseRequirement("*", "requirement");

const VALID: [stated: Partial<PublishMetadata>, why: string][] = [
  [{}, "neither description nor licence: that is policy"],
  [{ license: "as the boss says" }, "a licence that is no SPDX expression"],
  [{ repository: "git@host.example:a/b.git" }, "a repository that is no URL"],
  [{ homepage: "" }, "an empty address"],
  [{ categories: ["no-such-category"] }, "a category that crates.io lacks"],
  [{ keywords: ["c#", "a b"] }, "keywords that crates.io would not take"],
  [{ description: "x".repeat(L.descriptionLengthMax) }, "the longest one"],
  [{ description: "two\nlines, äöü, 𝒳" }, "lines and letters of any kind"],
  [{ keywords: Array(L.keywordsMax).fill("x") }, "as many keywords as may be"],
  [
    { keywords: ["x".repeat(L.keywordLengthMax)] },
    "a keyword as long as may be",
  ],
  [
    { features: new Map(someTexts(L.featuresMax).map((it) => [it, []])) },
    "as many features as may be",
  ],
  [{ rustVersion: "1" }, "one number"],
  [{ rustVersion: "1.70" }, "two numbers"],
  [{ rustVersion: "1.70.0" }, "three numbers"],
  [{ links: "z" }, "a native library"],
  [
    { dependencies: [aDependency("a", { requirement: REQUIREMENT })] },
    "a requirement of `*`",
  ],
  [{ dependencies: [aDependency("foo", { kind: "dev" })] }, "itself, in tests"],
  [
    { dependencies: [aDependency("a"), aDependency("a", { kind: "dev" })] },
    "a crate for use and for tests",
  ],
  [
    {
      dependencies: [
        aDependency("a", { registry: "sparse+https://b.example/index/" }),
        aDependency("c", { registry: "ssh://git@d.example/index.git" }),
        aDependency("e", { registry: "file:///srv/index" }),
      ],
    },
    "registries of all kinds",
  ],
  [
    { dependencies: [aDependency("a", { features: ["c++17", "_x.y"] })] },
    "features asked of a dependency",
  ],
];
for (const [stated, why] of VALID) {
  Deno.test(`requireValidMetadata() takes ${why}`, () => {
    requireValidMetadata(someMetadata(stated));
  });
}

const INVALID: [
  stated: Partial<PublishMetadata>,
  field: string,
  why: string,
][] = [
  [
    { description: "x".repeat(L.descriptionLengthMax + 1) },
    "package.description",
    "a description that is too long",
  ],
  [{ description: "\ud800" }, "package.description", "half a character"],
  [{ links: "\udfff" }, "package.links", "half a character"],
  ...([
    ["links", "package.links"],
    ["license", "package.license"],
    ["licenseFile", "package.license-file"],
    ["homepage", "package.homepage"],
    ["documentation", "package.documentation"],
    ["repository", "package.repository"],
    ["readmeFile", "package.readme"],
  ] as const).map((
    [key, field],
  ): [Partial<PublishMetadata>, string, string] => [
    { [key]: "x".repeat(L.metadataTextLengthMax + 1) },
    field,
    `a \`${key}\` that is too long`,
  ]),
  [
    { authors: ["x".repeat(L.metadataTextLengthMax + 1)] },
    "package.authors",
    "an author that is too long",
  ],
  [
    { keywords: Array(L.keywordsMax + 1).fill("a") },
    "package.keywords",
    "too many keywords",
  ],
  [
    { keywords: ["x".repeat(L.keywordLengthMax + 1)] },
    "package.keywords",
    "a keyword that is too long",
  ],
  [
    { categories: Array(L.categoriesMax + 1).fill("a") },
    "package.categories",
    "too many categories",
  ],
  [{ rustVersion: "" }, "package.rust-version", "no Rust version at all"],
  [{ rustVersion: ">=1.70" }, "package.rust-version", "an operator"],
  [{ rustVersion: "1.70.0-nightly" }, "package.rust-version", "a pre-release"],
  [{ rustVersion: "1.*" }, "package.rust-version", "a wildcard"],
  [{ rustVersion: "01.70" }, "package.rust-version", "a leading zero"],
  [{ rustVersion: "1.70.0.0" }, "package.rust-version", "four numbers"],
  [{ rustVersion: "stable" }, "package.rust-version", "a channel"],
  [
    { dependencies: Array(L.dependenciesMax + 1).fill(aDependency("a")) },
    "dependencies",
    "too many dependencies",
  ],
  [
    { features: new Map(someTexts(L.featuresMax + 1).map((it) => [it, []])) },
    "features",
    "too many features",
  ],
  [
    { features: new Map([["a", someTexts(L.featureValuesMax + 1)]]) },
    "features.a",
    "a feature that turns on too much",
  ],
  [
    { features: new Map([["x".repeat(L.featureLengthMax + 1), []]]) },
    "features",
    "a feature with too long a name",
  ],
  [
    { features: new Map([["a", ["x".repeat(L.featureLengthMax + 1)]]]) },
    "features.a",
    "a value that is too long",
  ],
  [
    { features: new Map([["a", ["b"]]]) },
    "features.a",
    "inconsistent features",
  ],
];
for (const [stated, field, why] of INVALID) {
  Deno.test(`requireValidMetadata() refuses ${why}`, () => {
    assertRefuses(
      () => requireValidMetadata(someMetadata(stated)),
      "metadata_invalid",
      { field },
    );
  });
}

const INVALID_DEPENDENCIES: [
  stated: Partial<Dependency>,
  key: string,
  why: string,
][] = [
  [{ kind: "dev", optional: true }, "optional", "an optional one for tests"],
  [{ features: [""] }, "features", "an empty feature"],
  [{ features: ["dep:x"] }, "features", "a feature that names a dependency"],
  [{ features: ["b/c"] }, "features", "a feature of its dependency"],
  [
    { features: someTexts(L.featureValuesMax + 1) },
    "features",
    "too many features",
  ],
  [{ registry: "" }, "registry-index", "an empty registry"],
  [{ registry: "not a URL" }, "registry-index", "a registry that is no URL"],
  [{ registry: "git@host:index" }, "registry-index", "an address of ssh"],
  [{ registry: "sparse+" }, "registry-index", "a protocol alone"],
  [
    { registry: "https://a:secret@b.example/" },
    "registry-index",
    "a password in a URL, which cargo refuses",
  ],
];
for (const [stated, key, why] of INVALID_DEPENDENCIES) {
  Deno.test(`requireValidMetadata() refuses a dependency with ${why}`, () => {
    const dependency = aDependency("a", stated);
    assertRefuses(
      () => requireValidMetadata(someMetadata({ dependencies: [dependency] })),
      "metadata_invalid",
      { field: `${stated.kind === "dev" ? "dev-" : ""}dependencies.a.${key}` },
    );
  });
}

Deno.test("requireValidMetadata() refuses one name for crates of two registries", () => {
  const dependencies = [
    aDependency("a"),
    aDependency("b", {
      alias: "a",
      kind: "build",
      registry: "https://c.example/",
    }),
  ];
  assertRefuses(
    () => requireValidMetadata(someMetadata({ dependencies })),
    "metadata_invalid",
    { field: "build-dependencies.a" },
  );
});

function someTexts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `x${index}`);
}
