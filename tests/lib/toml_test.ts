import { parseToml, TomlProblem } from "../../lib/toml.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

Deno.test("parseToml() tells integers from other numbers, and keeps all digits", () => {
  const table = parseToml("a = 1\nb = 1.0\nc = 9223372036854775807\n");
  assertEquals({ ...table }, {
    a: 1n,
    b: 1,
    c: 9223372036854775807n,
  });
});

Deno.test("parseToml() gives own properties only, whatever their names", () => {
  const table = parseToml("__proto__ = 1\nconstructor = 2\n");
  assertEquals(Object.keys(table), ["__proto__", "constructor"]);
  assertTrue(!("a" in parseToml("[__proto__]\na = 1\n")), "inherited");
});

const BROKEN: [text: string, line: number, column: number, why: string][] = [
  ["a = 1\nb = \n", 2, 5, "a value is missing"],
  ["a = 1\na = 2\n", 2, 1, "a key twice"],
  ['a = "x\nb = 1\n', 1, 7, "a string without an end"],
];
for (const [text, line, column, why] of BROKEN) {
  Deno.test(`parseToml() refuses line ${line}, column ${column} in a few words (${why})`, () => {
    try {
      parseToml(text);
    } catch (error) {
      assertTrue(error instanceof TomlProblem, String(error));
      assertEquals([error.line, error.column], [line, column]);
      assertTrue(!/\n|Invalid TOML/.test(error.problem), error.problem);
      assertTrue(error.problem !== "", "there are words");
      assertTrue(error.cause instanceof Error, "the library's error is kept");
      return;
    }
    assertTrue(false, "nothing was refused");
  });
}
