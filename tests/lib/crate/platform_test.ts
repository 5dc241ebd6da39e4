import fc from "fast-check";
import { parsePlatform } from "../../../lib/crate/platform.ts";
import { isRefusal } from "../../../lib/refusal.ts";
import { anyText } from "../../support/any_text.ts";
import { assertEquals, assertRefuses } from "../../support/assert.ts";

const parse = (text: string) => parsePlatform(text, "target.x");

// What `cargo-platform` 0.3.3 prints for each text.
const PRINTED: [text: string, printed: string, why: string][] = [
  ["x86_64-pc-windows-gnu", "x86_64-pc-windows-gnu", "a triple"],
  ["thumbv7em-none-eabihf.json", "thumbv7em-none-eabihf.json", "a dot"],
  ["x".repeat(2000), "x".repeat(2000), "the longest"],
  ["cfg(unix)", "cfg(unix)", "a name"],
  ["cfg( unix )", "cfg(unix)", "blanks go"],
  ['cfg(target_os="linux")', 'cfg(target_os = "linux")', "blanks come"],
  ['cfg(target_os = "")', 'cfg(target_os = "")', "an empty value"],
  ['cfg(x = "a,) b")', 'cfg(x = "a,) b")', "signs in a value"],
  ["cfg(any(unix,windows))", "cfg(any(unix, windows))", "a list"],
  ["cfg(any(unix,windows,))", "cfg(any(unix, windows))", "a comma at its end"],
  ["cfg(any())", "cfg(any())", "nothing matches"],
  ["cfg(all( ))", "cfg(all())", "everything matches"],
  ["cfg(not(not(unix)))", "cfg(not(not(unix)))", "nested"],
  ["cfg(r#async)", "cfg(r#async)", "a raw name"],
  ["cfg(r#true)", "cfg(true)", "a raw name that is a constant"],
  ["cfg(r#false)", "cfg(false)", "and the other one"],
  ['cfg(r#true = "a")', 'cfg(r#true = "a")', "which it is not in a pair"],
  ["cfg(r#all)", "cfg(r#all)", "a raw name that would be a list"],
  ["cfg(_a1)", "cfg(_a1)", "an underscore"],
  ["cfg(r)", "cfg(r)", "an `r` alone is a name"],
];
for (const [text, printed, why] of PRINTED) {
  Deno.test(`parsePlatform() prints ${text.slice(0, 40)} as Cargo does (${why})`, () => {
    assertEquals(parse(text) as string, printed);
    assertEquals(parse(printed) as string, printed, "printed again");
  });
}

const INVALID: [text: string, why: string][] = [
  ["", "empty"],
  ["any(unix)", "an expression without `cfg`"],
  ["cfg(unix) ", "a blank at the end"],
  [" cfg(unix)", "a blank at the beginning"],
  ["cfg unix", "no parentheses"],
  ["cfg()", "nothing in it"],
  ["cfg(unix", "not closed"],
  ["cfg(unix))", "closed twice"],
  ["cfg(unix windows)", "two names"],
  ["cfg(not())", "not of nothing"],
  ["cfg(not(unix, windows))", "not of two"],
  ["cfg(not unix)", "not without parentheses"],
  ["cfg(all)", "a list without parentheses"],
  ["cfg(any(,))", "a comma alone"],
  ["cfg(any(unix,,windows))", "nothing between commas"],
  ["cfg(any(unix windows))", "a comma left out"],
  ["cfg(target_os = linux)", "a value without quotes"],
  ["cfg(target_os = )", "no value"],
  ['cfg("linux")', "a value alone"],
  ['cfg(target_os = "linux)', "a quote left open"],
  ["cfg(unix\t)", "a tab"],
  ["cfg(1a)", "a digit first"],
  ["cfg(é)", "not ASCII"],
  ["cfg(r#1)", "a raw digit"],
  ["x86_64/../..", "a slash"],
  ["x".repeat(2001), "one too long"],
  ["cfg(" + "not(".repeat(600) + "unix" + ")".repeat(601), "too deep"],
];
for (const [text, why] of INVALID) {
  Deno.test(`parsePlatform() refuses ${JSON.stringify(text.slice(0, 40))} (${why})`, () => {
    assertRefuses(() => parse(text), "metadata_invalid", { field: "target.x" });
  });
}

Deno.test("parsePlatform() prints what it prints once more, and refuses the rest, whatever the text", () => {
  const { text: eitherText } = fc.letrec<{ text: string; expression: string }>(
    (tie) => ({
      expression: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom("unix", " r#x", 'a = "b"', 'a="b"', "all", "1", ""),
        tie("expression").map((inner) => `not(${inner} )`),
        fc.array(tie("expression"), { maxLength: 3 })
          .map((list) => `any (${list.join(",")})`),
      ),
      text: fc.oneof(
        anyText,
        tie("expression").map((inner) => `cfg(${inner})`),
      ),
    }),
  );
  fc.assert(fc.property(eitherText, (text) => {
    try {
      const printed = parse(text);
      assertEquals(parse(printed), printed);
    } catch (error) {
      if (!isRefusal(error, "metadata_invalid")) throw error;
    }
  }));
});
