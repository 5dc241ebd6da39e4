/**
 * Text of any kind for properties. (fast-check's own unit `binary` takes more
 * than a second to get ready.)
 *
 * @module
 */

import fc from "fast-check";

/**
 * A character: of ASCII with its control characters, of all of Unicode, or half
 * of a surrogate pair.
 */
const anyCharacter = fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.nat(0x10ffff))
  .map((codePoint) => String.fromCodePoint(codePoint));

/** Any text that a JavaScript string can be. */
export const anyText: fc.Arbitrary<string> = fc.string({ unit: anyCharacter });

/** Any text that UTF-8 can tell, of up to so many UTF-16 units. */
export function anyUnicode(lengthMax: number): fc.Arbitrary<string> {
  return fc.string({ unit: anyCharacter })
    .map((text) => text.slice(0, lengthMax).toWellFormed());
}
