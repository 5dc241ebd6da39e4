import { requireAgreement } from "../../../lib/crate/agreement.ts";
import { parseManifest } from "../../../lib/crate/manifest.ts";
import { parseChecksum } from "../../../lib/crate/checksum.ts";
import {
  parsePublishJson,
  type PublishDependencyJson,
  type PublishMetadataJson,
} from "../../../lib/crate/publish_json.ts";
import { toIndexEntry } from "../../../lib/index/entry.ts";
import { OwnUrls, resolveRegistries } from "../../../lib/index/own_urls.ts";
import { assertEquals, assertRefuses } from "../../support/assert.ts";

/**
 * What cargo 1.95 sent for packages that are not quite plain: the JSON of the
 * request and the Cargo.toml in the crate file.
 */
const FOLDER = new URL("./published_by_cargo/", import.meta.url);
const INDEX = "http://127.0.0.1:7171/index/";
const OWN_URLS = new OwnUrls([INDEX]);
const ALLOWED = [
  "https://github.com/rust-lang/crates.io-index",
  "sparse+http://127.0.0.1:7171/foreign/",
];

const PUBLISHED: [name: string, why: string][] = [
  ["everything", "every field, kind of dependency and registry"],
  ["features_order", "features and values in no order, some twice"],
  ["implicit", "an optional dependency and no feature"],
  ["lints_and_profiles", "tables that only a build needs"],
  ["old_spellings", "`[project]`, `dev_dependencies`, `default_features`"],
  ["path_and_version", "a path beside the version, which cargo takes out"],
  ["path_only_dev", "dev-dependencies and features that cargo takes out"],
  ["proto", "features called like what objects inherit"],
  ["renamed_to_itself", "aliases, one equal to the crate's name"],
  ["requirements", "requirements, which are printed anew in the request only"],
  ["rust_versions", "a Rust version of three numbers"],
  ["same_crate_many_kinds", "one crate in six places, two of one platform"],
  ["targets_many", "platforms, which are printed anew in the request only"],
  ["unicode_features", "features and texts beyond ASCII"],
  ["workspace_inherited", "fields that the workspace said, features of both"],
];

function manifestOf(name: string): string {
  return Deno.readTextFileSync(new URL(`${name}.toml`, FOLDER));
}

function jsonOf(name: string): PublishMetadataJson {
  return JSON.parse(
    Deno.readTextFileSync(new URL(`${name}.json.txt`, FOLDER)),
  );
}

function read(toml: string, json: PublishMetadataJson) {
  const manifest = parseManifest(toml);
  const request = parsePublishJson(JSON.stringify(json));
  return {
    manifest: resolveRegistries(manifest, OWN_URLS, ALLOWED),
    request: resolveRegistries(request, OWN_URLS, ALLOWED),
  };
}

function agree(toml: string, json: PublishMetadataJson): void {
  const { manifest, request } = read(toml, json);
  requireAgreement(manifest, request);
}

for (const [name, why] of PUBLISHED) {
  Deno.test(`requireAgreement() takes what cargo sends for ${name} (${why})`, () => {
    agree(manifestOf(name), jsonOf(name));
  });

  Deno.test(`request and Cargo.toml of ${name} make the same index entry`, () => {
    const { manifest, request } = read(manifestOf(name), jsonOf(name));
    const checksum = parseChecksum("0".repeat(64));
    const pubtime = "2026-11-24T10:00:00Z";
    assertEquals(
      toIndexEntry(request, checksum, pubtime),
      toIndexEntry(manifest, checksum, pubtime),
    );
    const { saysRustVersion: _, dependencies: __, ...said } = request;
    const { dependencies: ___, ...meant } = manifest;
    assertEquals(said, meant);
  });
}

Deno.test("requireAgreement() takes any order of dependencies, features and values", () => {
  const json = jsonOf("everything");
  const turned = {
    ...json,
    deps: json.deps.toReversed().map((it) => ({
      ...it,
      features: it.features.toReversed(),
    })),
    features: Object.fromEntries(
      Object.entries(json.features).toReversed().map((
        [name, values],
      ) => [name, values.toReversed()]),
    ),
  };
  agree(manifestOf("everything"), turned);
});

Deno.test("requireAgreement() takes every URL of this registry for the same", () => {
  for (
    const url of [
      "sparse+http://127.0.0.1:7171/index/",
      "http://127.0.0.1:7171/index",
      "http://127.0.0.1:7171/index.git",
    ]
  ) {
    const json = jsonOf("renamed_to_itself");
    const deps = json.deps.map((it) => ({ registry: url, ...it }));
    agree(
      manifestOf("renamed_to_itself").replaceAll(
        "http://127.0.0.1:7171/index/",
        "http://127.0.0.1:7171/index.git",
      ).replaceAll("sparse+http", "http"),
      { ...json, deps },
    );
  }
});

Deno.test("requireAgreement() takes a request of an old cargo, which does not say the Rust version", () => {
  const { rust_version: _, ...json } = jsonOf("everything");
  agree(manifestOf("everything"), json);
});

Deno.test("requireAgreement() does not look at what the index does not hold", () => {
  agree(manifestOf("everything"), {
    ...jsonOf("everything"),
    description: "something else",
    keywords: [],
    license: null,
    authors: ["C"],
    badges: {},
    readme: null,
  });
});

type Edit = (json: PublishMetadataJson) => void;

/** Edits the dependency of this kind and crate. */
function dependency(
  kind: string,
  crate: string,
  change: Partial<PublishDependencyJson>,
): Edit {
  return (json) => {
    const found = json.deps.find((it) =>
      it.name === crate && it.kind === kind && it.target === null
    );
    if (found === undefined) throw new Error(`no ${kind} ${crate}`);
    Object.assign(found, change);
  };
}

const DISAGREEING: [
  why: string,
  edit: Edit,
  field: string,
  inManifest: string,
  inRequest: string,
][] = [
  [
    "another name",
    (json) => json.name = "every-thing",
    "package.name",
    "`Every-Thing`",
    "`every-thing`",
  ],
  [
    "another version",
    (json) => json.vers = "1.2.3",
    "package.version",
    "`1.2.3-rc.1+b.5`",
    "`1.2.3`",
  ],
  [
    "other build metadata",
    (json) => json.vers = "1.2.3-rc.1+b.6",
    "package.version",
    "`1.2.3-rc.1+b.5`",
    "`1.2.3-rc.1+b.6`",
  ],
  [
    "no native library",
    (json) => json.links = null,
    "package.links",
    "`zz`",
    "missing",
  ],
  [
    "no Rust version",
    (json) => json.rust_version = null,
    "package.rust-version",
    "`1.70`",
    "missing",
  ],
  [
    "another Rust version",
    (json) => json.rust_version = "1.71",
    "package.rust-version",
    "`1.70`",
    "`1.71`",
  ],
  [
    "one feature more",
    (json) => json.features["more"] = [],
    "features.more",
    "missing",
    "`[]`",
  ],
  [
    "one feature less",
    (json) => delete json.features["alpha"],
    "features.alpha",
    '`["std","zeta"]`',
    "missing",
  ],
  [
    "a feature that turns on less",
    (json) => json.features["alpha"] = ["std"],
    "features.alpha",
    '`["std","zeta"]`',
    '`["std"]`',
  ],
  [
    "one dependency less",
    (json) => json.deps = json.deps.filter((it) => it.name !== "own-two"),
    "dependencies.own-two",
    "`1 entry`",
    "missing",
  ],
  [
    "one dependency more",
    (json) =>
      json.deps = json.deps.flatMap((it) =>
        it.name === "own-two" ? [it, { ...it, name: "own-four" }] : [it]
      ),
    "dependencies.own-four",
    "missing",
    "`1 entry`",
  ],
  [
    "a dependency twice",
    (json) =>
      json.deps = json.deps.flatMap((it) =>
        it.name === "own-two" ? [it, it] : [it]
      ),
    "dependencies.own-two",
    "`1 entry`",
    "`2 entries`",
  ],
  [
    "another crate for a dependency",
    dependency("normal", "own", { name: "helper" }),
    "dependencies.renamed.package",
    "`own`",
    "`helper`",
  ],
  [
    "a rename that is not one",
    dependency("normal", "own-two", { explicit_name_in_toml: "own-two" }),
    "dependencies.own-two.package",
    "missing",
    "`own-two`",
  ],
  [
    "another requirement",
    dependency("normal", "own-two", { version_req: "^1.2" }),
    "dependencies.own-two.version",
    "`^1.2.3`",
    "`^1.2`",
  ],
  [
    "another registry for a dependency of crates.io",
    dependency("normal", "serde", { registry: INDEX }),
    "dependencies.serde.registry-index",
    "`https://github.com/rust-lang/crates.io-index`",
    "`this registry`",
  ],
  [
    "crates.io for a dependency of this registry",
    dependency("normal", "own-two", { registry: ALLOWED[0] ?? "" }),
    "dependencies.own-two.registry-index",
    "`this registry`",
    "`https://github.com/rust-lang/crates.io-index`",
  ],
  [
    "no features of a dependency",
    dependency("normal", "own", { features: [] }),
    "dependencies.renamed.features",
    '`["x","y"]`',
    "`[]`",
  ],
  [
    "a feature of a dependency twice",
    dependency("normal", "own", { features: ["x", "y", "y"] }),
    "dependencies.renamed.features",
    '`["x","y"]`',
    '`["x","y","y"]`',
  ],
  [
    "a dependency that is optional",
    dependency("normal", "own-two", { optional: true }),
    "dependencies.own-two.optional",
    "`false`",
    "`true`",
  ],
  [
    "a dependency with its default features",
    dependency("normal", "serde", { default_features: true }),
    "dependencies.serde.default-features",
    "`false`",
    "`true`",
  ],
  [
    "another kind of dependency",
    dependency("dev", "rand", { kind: "normal" }),
    "dev-dependencies.rand",
    "`1 entry`",
    "missing",
  ],
  [
    "another platform",
    (json) =>
      json.deps.forEach((it) => {
        if (it.target === "cfg(windows)") it.target = "cfg(unix)";
      }),
    "target.cfg(windows).dependencies.libc",
    "`1 entry`",
    "missing",
  ],
  [
    "no platform",
    (json) =>
      json.deps.forEach((it) => {
        if (it.target === "cfg(windows)") it.target = null;
      }),
    "target.cfg(windows).dependencies.libc",
    "`1 entry`",
    "missing",
  ],
];
for (const [why, edit, field, in_manifest, in_request] of DISAGREEING) {
  Deno.test(`requireAgreement() refuses a request that says ${why}`, () => {
    const json = jsonOf("everything");
    edit(json);
    const facts = { field, in_manifest, in_request };
    assertRefuses(
      () => agree(manifestOf("everything"), json),
      "manifest_disagrees",
      facts,
    );
  });
}

Deno.test("requireAgreement() compares each of two dependencies that have one platform", () => {
  const json = jsonOf("same_crate_many_kinds");
  const ofUnix = json.deps.filter((it) => it.target === "cfg(unix)");
  assertEquals(ofUnix.map((it) => it.version_req), ["^1.2.0", "^1.2"]);
  for (const it of ofUnix) it.version_req = "^1.2";
  assertRefuses(
    () => agree(manifestOf("same_crate_many_kinds"), json),
    "manifest_disagrees",
    { field: "target.cfg(unix).dependencies.own.version" },
  );
});
