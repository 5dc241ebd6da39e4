/**
 * Requests that say something else than the Cargo.toml in their crate file, one
 * for each field that the index holds.
 *
 * @module
 */

import type {
  PublishDependencyJson,
  PublishMetadataJson,
} from "../../../lib/crate/publish_json.ts";

/**
 * What cargo 1.95 sent for packages that are not quite plain: the JSON of the
 * request and the Cargo.toml in the crate file.
 */
const FOLDER = new URL("../../lib/crate/published_by_cargo/", import.meta.url);

/** The index of the registry that was published to. */
export const INDEX = "http://127.0.0.1:7171/index/";

/** Other registries that its crates depend on. */
export const ALLOWED = [
  "https://github.com/rust-lang/crates.io-index",
  "sparse+http://127.0.0.1:7171/foreign/",
];

/** The Cargo.toml in the crate file. */
export function manifestOf(name: string): string {
  return Deno.readTextFileSync(new URL(`${name}.toml`, FOLDER));
}

/** The JSON of the request. */
export function jsonOf(name: string): PublishMetadataJson {
  return JSON.parse(
    Deno.readTextFileSync(new URL(`${name}.json.txt`, FOLDER)),
  );
}

/** Makes a request say something else. */
export type Edit = (json: PublishMetadataJson) => void;

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

/** Edits of the request of `everything`, and what is told of them. */
export const DISAGREEING: [
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
