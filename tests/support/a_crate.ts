/**
 * Crate files for tests, like those that cargo makes: only what matters is said.
 *
 * The real cargo unpacks and builds them, unless they were made to be refused.
 *
 * ```ts
 * const bytes = aCrate("foo", "1.0.0")
 *   .withDependency("bar", "^1.2", { alias: "baz", optional: true })
 *   .withFeature("default", ["dep:baz"])
 *   .bytes();
 * ```
 *
 * @module
 */

import {
  fileEntry,
  gzipOf,
  joined,
  piecesOf,
  type RawEntry,
  rawEntry,
  TAR_END,
} from "./a_tar.ts";

/** What else a dependency says, beside crate and requirement. */
export interface DependencyOptions {
  /** Its name in the Cargo.toml, when it is renamed. */
  readonly alias?: string;
  readonly kind?: "normal" | "build" | "dev";
  readonly optional?: boolean;
  readonly features?: readonly string[];
  readonly defaultFeatures?: boolean;
  /** `cfg(…)` or a triple. */
  readonly target?: string;
  /** The index URL of its registry; crates.io when left out. */
  readonly registryIndex?: string;
}

interface Dependency extends DependencyOptions {
  readonly crate: string;
  readonly requirement: string;
}

/** Keys of `[package]`, as Cargo.toml spells them. */
export interface PackageFields {
  readonly description?: string;
  readonly license?: string;
  readonly "license-file"?: string;
  readonly readme?: string | false;
  readonly homepage?: string;
  readonly documentation?: string;
  readonly repository?: string;
  readonly keywords?: readonly string[];
  readonly categories?: readonly string[];
  readonly authors?: readonly string[];
  readonly links?: string;
  readonly "rust-version"?: string;
}

interface Parts {
  readonly name: string;
  readonly version: string;
  readonly root: string;
  readonly fields: PackageFields;
  readonly dependencies: readonly Dependency[];
  readonly features: Readonly<Record<string, readonly string[]>>;
  /** Below the root; the manifest is among them only when it was given. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly hasManifest: boolean;
  readonly rawEntries: readonly RawEntry[];
}

/** A crate file of `name` and `version` that holds a library. */
export function aCrate(name: string, version = "1.0.0"): CrateBuilder {
  return new CrateBuilder({
    name,
    version,
    root: `${name}-${version}`,
    fields: {},
    dependencies: [],
    features: {},
    files: new Map([["src/lib.rs", ""]]),
    hasManifest: true,
    rawEntries: [],
  });
}

/** Says more and more about a crate file; each step is a new builder. */
export class CrateBuilder {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** How cargo names the file, like `foo-1.0.0.crate`. */
  get fileName(): string {
    return `${this.#parts.name}-${this.#parts.version}.crate`;
  }

  /** Adds to `[package]`. With `links` it has a build script, as it must. */
  with(fields: PackageFields): CrateBuilder {
    const builder = this.#with({
      fields: { ...this.#parts.fields, ...fields },
    });
    return fields.links === undefined
      ? builder
      : builder.withFile("build.rs", "fn main() {}\n");
  }

  /** Adds a dependency on a crate. */
  withDependency(
    crate: string,
    requirement = "^1",
    options: DependencyOptions = {},
  ): CrateBuilder {
    const added: Dependency = { crate, requirement, ...options };
    return this.#with({ dependencies: [...this.#parts.dependencies, added] });
  }

  /** Adds a feature. */
  withFeature(feature: string, values: readonly string[] = []): CrateBuilder {
    return this.#with({
      features: { ...this.#parts.features, [feature]: values },
    });
  }

  /** Adds or replaces a file; its path is below the root. */
  withFile(path: string, contents: string | Uint8Array = ""): CrateBuilder {
    return this.#with({
      files: new Map([...this.#parts.files, [path, contents]]),
    });
  }

  /** Replaces the source of the library. */
  withLibrary(source: string): CrateBuilder {
    return this.withFile("src/lib.rs", source);
  }

  /** Replaces the Cargo.toml. */
  withManifest(text: string | Uint8Array): CrateBuilder {
    return this.withFile("Cargo.toml", text);
  }

  /** Leaves the Cargo.toml out. */
  withoutManifest(): CrateBuilder {
    return this.#with({ hasManifest: false });
  }

  /** Puts all files into another folder. */
  withRoot(root: string): CrateBuilder {
    return this.#with({ root });
  }

  /** Adds a symbolic link; its path is below the root. */
  withSymlink(path: string, target = "../up"): CrateBuilder {
    return this.#withLink("2", path, target);
  }

  /** Adds a hard link; its path is below the root. */
  withHardLink(path: string, target = "src/lib.rs"): CrateBuilder {
    return this.#withLink("1", path, `${this.#parts.root}/${target}`);
  }

  /** Adds an entry behind all files, as it is; its path begins at the root. */
  withRawEntry(entry: RawEntry): CrateBuilder {
    return this.#with({ rawEntries: [...this.#parts.rawEntries, entry] });
  }

  /** The Cargo.toml. */
  manifest(): string | Uint8Array {
    return this.#parts.files.get("Cargo.toml") ?? toManifest(this.#parts);
  }

  /** The archive inside the crate file. */
  tar(): Uint8Array {
    const { files, hasManifest, rawEntries, root } = this.#parts;
    const all = new Map(files);
    all.delete("Cargo.toml");
    return joined(
      ...(hasManifest
        ? [fileEntry(`${root}/Cargo.toml`, this.manifest())]
        : []),
      ...[...all].map(([path, it]) => fileEntry(`${root}/${path}`, it)),
      ...rawEntries.map(rawEntry),
      TAR_END,
    );
  }

  /** The crate file. */
  bytes(): Uint8Array {
    return gzipOf(this.tar(), { extra: `${this.fileName}\0` });
  }

  /** The crate file as a stream. */
  pieces(): AsyncIterable<Uint8Array> {
    return piecesOf(this.bytes());
  }

  #withLink(type: string, path: string, linkName: string): CrateBuilder {
    const whole = `${this.#parts.root}/${path}`;
    return this.withRawEntry({ path: whole, type, linkName });
  }

  #with(change: Partial<Parts>): CrateBuilder {
    return new CrateBuilder({ ...this.#parts, ...change });
  }
}

/** A Cargo.toml as cargo normalises it when it packages. */
function toManifest(parts: Parts): string {
  const { dependencies, features, fields, files, name, version } = parts;
  const readme = files.has("README.md") ? "README.md" : false;
  const head = {
    edition: "2021",
    name,
    version,
    build: files.has("build.rs") ? "build.rs" : false,
    readme,
    ...fields,
  };
  const library = { name: name.replaceAll("-", "_"), path: "src/lib.rs" };
  return [
    table("package", head),
    table("lib", library),
    ...(Object.keys(features).length > 0 ? [table("features", features)] : []),
    ...dependencies.map(toDependencyTable),
  ].join("\n");
}

function toDependencyTable(dependency: Dependency): string {
  const { alias, crate, kind = "normal", target } = dependency;
  const section = kind === "normal" ? "dependencies" : `${kind}-dependencies`;
  const path = target === undefined
    ? section
    : `target.${JSON.stringify(target)}.${section}`;
  return table(`${path}.${alias ?? crate}`, {
    version: dependency.requirement,
    "registry-index": dependency.registryIndex,
    features: dependency.features,
    optional: dependency.optional,
    "default-features": dependency.defaultFeatures,
    package: alias === undefined ? undefined : crate,
  });
}

function table(
  path: string,
  values: Readonly<Record<string, unknown>>,
): string {
  const lines = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${toKey(key)} = ${toToml(value)}\n`);
  return `[${path}]\n${lines.join("")}`;
}

/** Strings, booleans and lists of strings are spelled alike but for one character. */
function toToml(value: unknown): string {
  return JSON.stringify(value).replaceAll("\x7f", "\\u007f");
}

function toKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
}
