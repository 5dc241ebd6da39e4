/**
 * Registries of dependencies: which URLs mean this registry itself, and which
 * others a dependency may come from.
 *
 * Pure. An index entry says null for a dependency of its own registry. Were a
 * URL written instead, crates would be tied to one address and one protocol, and
 * cargo would take them for other crates when it reads the index elsewhere.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html#json-schema
 * @module
 */

import { CRATES_IO_INDEX } from "../crate/dependency.ts";
import type { PublishMetadata } from "../crate/publish_metadata.ts";
import { Refusal } from "../refusal.ts";

/** Every URL under which this registry's index can be, or could once be, reached. */
export class OwnUrls {
  readonly #bases: ReadonlySet<string>;

  /**
   * Learns the URLs.
   *
   * @param urls of sparse and git indexes, with or without `sparse+`, `.git` and
   * a final slash; what is no URL is ignored.
   */
  constructor(urls: Iterable<string>) {
    const bases = [...urls].map(indexBase).filter((it) => it !== null);
    this.#bases = new Set(bases);
  }

  /** Whether a dependency that names this URL is on this registry itself. */
  isOwn(url: string): boolean {
    const base = indexBase(url);
    return base !== null && this.#bases.has(base);
  }
}

/**
 * The metadata with the registry of each dependency as the index spells it: null
 * for this registry, the one git URL for crates.io, verbatim for others.
 *
 * @param allowed index URLs that dependencies may name. A `.git` and `sparse+`
 * count here: what lies under another path may belong to somebody else.
 * @throws {Refusal} `dependency_registry_not_allowed`.
 */
export function resolveRegistries<Metadata extends PublishMetadata>(
  metadata: Metadata,
  ownUrls: OwnUrls,
  allowed: readonly string[],
): Metadata {
  const allowedUrls = new Set(
    allowed.map((url) => withoutFinalSlash(spellCratesIo(url))),
  );
  const dependencies = metadata.dependencies.map((dependency) => {
    const { crate, registry } = dependency;
    if (registry === null) return dependency;
    if (ownUrls.isOwn(registry)) return { ...dependency, registry: null };
    const spelt = spellCratesIo(registry);
    if (!allowedUrls.has(withoutFinalSlash(spelt))) {
      throw new Refusal("dependency_registry_not_allowed", {
        dependency: crate,
        registry: registry.slice(0, 200),
      });
    }
    return { ...dependency, registry: spelt };
  });
  return { ...metadata, dependencies };
}

/** What all URLs of one index have in common, or null for what is no URL. */
function indexBase(text: string): string | null {
  const url = URL.parse(text.replace(/^sparse\+/i, ""));
  if (url === null) return null;
  url.username = "";
  url.password = "";
  url.pathname = withoutFinalSlash(url.pathname).replace(/\.git$/, "");
  return url.href;
}

const CRATES_IO_SPARSE_INDEX = "sparse+https://index.crates.io/";

/** Cargo knows crates.io by two URLs and publishes the git one. */
function spellCratesIo(url: string): string {
  return url === CRATES_IO_SPARSE_INDEX ? CRATES_IO_INDEX : url;
}

function withoutFinalSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
