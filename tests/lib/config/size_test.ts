import fc from "fast-check";
import {
  formatSize,
  parseSize,
  sizeBetween,
} from "../../../lib/config/size.ts";
import { assertEquals } from "../../support/assert.ts";

const SIZES: [text: string, bytes: number, why: string][] = [
  ["0 B", 0, "nothing"],
  ["1 B", 1, "plain bytes"],
  ["512 KiB", 524_288, "kibibytes"],
  ["20 MiB", 20_971_520, "mebibytes"],
  ["1 GiB", 1_073_741_824, "gibibytes"],
  ["20MiB", 20_971_520, "without the blank"],
  ["8388607 GiB", 9_007_198_180_999_168, "the most that is exact"],
];
for (const [text, bytes, why] of SIZES) {
  Deno.test(`parseSize() takes ${text} (${why})`, () => {
    assertEquals(parseSize(text), bytes);
  });
}

const NO_SIZES: [text: string, why: string][] = [
  ["", "empty"],
  ["20", "no unit: 20 of what?"],
  ["20 MB", "a unit that means two sizes"],
  ["20 mib", "units are spelt one way"],
  ["1.5 MiB", "a fraction"],
  ["-1 B", "less than nothing"],
  ["+1 B", "a sign"],
  ["20  MiB", "two blanks"],
  [" 20 MiB", "a blank in front"],
  ["20 MiB ", "a blank behind"],
  ["20 MiB\n", "a newline behind"],
  ["1e3 B", "an exponent"],
  ["8388608 GiB", "one more than is exact"],
  ["9".repeat(400) + " B", "far too many digits"],
  ["٢ B", "digits of another script"],
];
for (const [text, why] of NO_SIZES) {
  Deno.test(`parseSize() refuses ${JSON.stringify(text.slice(0, 20))} (${why})`, () => {
    assertEquals(parseSize(text), null);
  });
}

Deno.test("formatSize() takes the largest unit that loses no byte", () => {
  assertEquals(formatSize(0), "0 B");
  assertEquals(formatSize(1023), "1023 B");
  assertEquals(formatSize(1024), "1 KiB");
  assertEquals(formatSize(1025), "1025 B");
  assertEquals(formatSize(24 * 1024 * 1024), "24 MiB");
  assertEquals(formatSize(2 * 1024 ** 3), "2 GiB");
});

Deno.test("parseSize() gives back what formatSize() was given, whatever the size", () => {
  fc.assert(fc.property(fc.maxSafeNat(), (bytes) => {
    assertEquals(parseSize(formatSize(bytes)), bytes);
  }));
});

Deno.test("sizeBetween() takes both bounds and nothing beyond them", () => {
  const kind = sizeBetween(1024, 2048);
  assertEquals(kind.read("1 KiB"), 1024);
  assertEquals(kind.read("2 KiB"), 2048);
  assertEquals(kind.read("1023 B"), null);
  assertEquals(kind.read("2049 B"), null);
  assertEquals(kind.read(1024n), null, "a number has no unit");
});
