/**
 * Cargo's own configuration: what people put there to use a registry.
 *
 * Pure.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registries.html#using-an-alternate-registry
 * @see https://doc.rust-lang.org/cargo/reference/registry-authentication.html
 * @module
 */

import { pathToFileURL } from "node:url";

/** A registry as cargo is told of it. */
export interface NamedRegistry {
  /** The name that people give it. */
  readonly name: string;
  /** Where it is reached, without a final slash. */
  readonly url: string;
  /** Whether a token is needed to read, not only to publish. */
  readonly needsToken: boolean;
}

/** The lines of `config.toml` for the sparse index, which is the faster one. */
export function sparseLines(registry: NamedRegistry): string {
  return toLines(registry, `sparse+${registry.url}/index/`);
}

/** The lines of `config.toml` for the git index. */
export function gitLines(registry: NamedRegistry): string {
  return toLines(registry, `${registry.url}/index`);
}

/** The variable in which cargo looks for a token. */
export function tokenVariable({ name }: Pick<NamedRegistry, "name">): string {
  const spelt = name.toUpperCase().replaceAll("-", "_");
  return `CARGO_REGISTRIES_${spelt}_TOKEN`;
}

/** Without a provider cargo reads no registry that asks for a token to read. */
function toLines({ name, needsToken }: NamedRegistry, index: string): string {
  const provider = needsToken ? 'credential-provider = ["cargo:token"]\n' : "";
  return `[registries.${name}]\nindex = "${index}"\n${provider}`;
}

/**
 * The lines of `config.toml` by which cargo takes a local registry for the real
 * one, on machines that do not reach it.
 *
 * @param registry as people know it: by its address or, without a server, by its
 * data folder.
 * @param folder the local registry: an absolute path.
 * @see https://doc.rust-lang.org/cargo/reference/source-replacement.html#local-registry-sources
 */
export function localRegistryLines(
  registry: NamedRegistry | { readonly name: string; readonly folder: string },
  folder: string,
): string {
  const { name } = registry;
  const index = "url" in registry
    ? `sparse+${registry.url}/index/`
    : `${pathToFileURL(registry.folder)}/index.git`;
  return `[registries.${name}]
index = ${JSON.stringify(index)}

[source.${name}]
registry = ${JSON.stringify(index)}
replace-with = "${name}-export"

[source.${name}-export]
local-registry = ${JSON.stringify(folder)}
`;
}
