/**
 * What people put into cargo's configuration to use a registry at a listener.
 *
 * Pure.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registries.html#using-an-alternate-registry
 * @module
 */

/** A registry as cargo is told of it. */
export interface NamedRegistry {
  /** The name that people give it. */
  readonly name: string;
  /** Where it is reached, without a final slash. */
  readonly url: string;
}

/** The lines for the sparse index, which is the faster one. */
export function sparseLines({ name, url }: NamedRegistry): string {
  return `[registries.${name}]\nindex = "sparse+${url}/index/"\n`;
}

/** The lines for the git index. */
export function gitLines({ name, url }: NamedRegistry): string {
  return `[registries.${name}]\nindex = "${url}/index"\n`;
}
