/**
 * Names each request; the name reaches answers and log lines, so that one finds
 * the other.
 *
 * @module
 */

const BYTES = 8;

/** A name that no other request has: 16 hexadecimal digits. */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
