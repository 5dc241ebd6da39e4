import { describeError, printable, printableLine } from "../../lib/text.ts";
import { assertEquals, assertIncludes } from "../support/assert.ts";

const SIGNS: [text: string, printed: string, why: string][] = [
  ["plain é 漢 🦀", "plain é 漢 🦀", "text stays"],
  ["\x1b]0;title\x07", "\\u{1b}]0;title\\u{7}", "escapes"],
  ["a\rb", "a\\u{d}b", "a carriage return hides what stands before it"],
  ["a\u0085b\u009b1m", "a\\u{85}b\\u{9b}1m", "C1 controls"],
  ["a\u200bb\u200c\u200d", "a\\u{200b}b\\u{200c}\\u{200d}", "no width"],
  [
    "a\u200eb\u200f\u061c",
    "a\\u{200e}b\\u{200f}\\u{61c}",
    "marks of direction",
  ],
  ["a\u202eb\u202a", "a\\u{202e}b\\u{202a}", "text turned around"],
  ["a\u2066b\u2069", "a\\u{2066}b\\u{2069}", "text set apart"],
  ["a\u2028b\u2029", "a\\u{2028}b\\u{2029}", "newlines of Unicode"],
];
for (const [text, printed, why] of SIGNS) {
  Deno.test(`printable() makes ${JSON.stringify(text)} harmless (${why})`, () => {
    assertEquals(printable(text), printed);
    assertEquals(printableLine(text), printed);
  });
}

Deno.test("printable() keeps newlines and tabs, printableLine() does not", () => {
  assertEquals(printable("a\n\tb"), "a\n\tb");
  assertEquals(printableLine("a\n\tb"), "a\\u{a}\\u{9}b");
});

Deno.test("describeError() tells where it was and all that caused it", () => {
  const cause = new RangeError("too deep", { cause: "the bottom" });
  const text = describeError(new TypeError("not a function", { cause }));
  const lines = text.split("\n");
  assertEquals(lines[0], "TypeError: not a function");
  assertIncludes(text, "text_test.ts");
  assertEquals(lines.slice(-2), [
    "caused by: RangeError: too deep",
    "caused by: the bottom",
  ]);
});

Deno.test("describeError() ends even when errors cause each other, and takes what is no error", () => {
  const error = new Error("one");
  error.cause = new Error("two", { cause: error });
  assertEquals(
    describeError(error).split("\n").at(-1),
    "caused by: Error: two",
  );
  assertEquals(describeError("a string"), "a string");
  assertEquals(describeError(undefined), "undefined");
});
