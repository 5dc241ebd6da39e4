/**
 * `config.json` at the root of the index: where cargo finds the rest.
 *
 * Pure.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html#index-configuration
 * @module
 */

/** What cargo learns of a registry before anything else. */
export interface IndexConfig {
  /**
   * Where crate files are: an absolute URL with markers like `{crate}`, or one
   * without a final slash to which cargo adds `/{crate}/{version}/download`.
   */
  readonly dl: string;
  /** The web API, without a final slash; null for none. */
  readonly api: string | null;
  /** Whether cargo has to send a token to read index and crate files. */
  readonly authRequired: boolean;
}

/** The file's text: one JSON object and a newline, without keys that say nothing. */
export function encodeConfigJson(config: IndexConfig): string {
  const { dl, api, authRequired } = config;
  return JSON.stringify({
    dl,
    ...(api === null ? {} : { api }),
    ...(authRequired ? { "auth-required": true } : {}),
  }) + "\n";
}

/** Whether a file's text says that cargo has to send a token. */
export function saysAuthRequired(text: string): boolean {
  try {
    return JSON.parse(text)?.["auth-required"] === true;
  } catch {
    return false; // pushed by hand, and of no use to cargo either
  }
}
