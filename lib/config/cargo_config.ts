/**
 * Cargo's own configuration: what people put there to use a registry.
 *
 * Pure.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registries.html#using-an-alternate-registry
 * @see https://doc.rust-lang.org/cargo/reference/registry-authentication.html
 * @module
 */

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
