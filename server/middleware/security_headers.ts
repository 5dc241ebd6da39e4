/**
 * Headers of pages: what a browser may do with them, which is to show them.
 *
 * @module
 */

/** The headers of every page, but for its styles' checksum. */
export function pageHeaders(styleChecksum: string): Record<string, string> {
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy":
      `default-src 'none'; style-src 'sha256-${styleChecksum}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    "cache-control": "no-cache",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };
}
