/**
 * Texts on their way out: other people's made harmless, errors told with all
 * that caused them.
 *
 * Pure.
 *
 * @module
 */

/**
 * Controls, and signs that nobody sees: of no width (U+200B to U+200D) or turning
 * around what stands beside them.
 */
const UNSEEN =
  // deno-lint-ignore no-control-regex -- they are what is looked for
  /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A text that a terminal shows as it is, on as many lines as it has: signs that
 * would move the cursor, hide or turn around what stands beside them are spelt
 * out. Newlines and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(
    UNSEEN,
    (sign) => sign === "\n" || sign === "\t" ? sign : spelt(sign),
  );
}

/** The same on one line: newlines and tabs are spelt out too. */
export function printableLine(text: string): string {
  return text.replace(UNSEEN, spelt);
}

/** What was thrown, with its stack and all that caused it, a line for each. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const lines = [error.stack ?? `${error.name}: ${error.message}`];
  const seen = new Set<unknown>([error]);
  let { cause } = error;
  while (cause !== undefined && !seen.has(cause)) {
    seen.add(cause);
    lines.push(`caused by: ${cause}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return lines.join("\n");
}

function spelt(sign: string): string {
  return `\\u{${sign.charCodeAt(0).toString(16)}}`;
}
