/**
 * Text of any kind for properties.
 *
 * @module
 */

import fc from "fast-check";

/**
 * Any text: ASCII with its control characters, all of Unicode, and halves of
 * surrogate pairs. (fast-check's own unit `binary` takes a second to get ready.)
 */
export const anyText: fc.Arbitrary<string> = fc.string({
  unit: fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.nat(0x10ffff))
    .map((codePoint) => String.fromCodePoint(codePoint)),
});
