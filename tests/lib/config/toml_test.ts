import { ConfigProblems } from "../../../lib/config/problems.ts";
import { describeTomlValue, parseToml } from "../../../lib/config/toml.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";

const BROKEN: [text: string, line: number, column: number, why: string][] = [
  ["a = 1\nb = \n", 2, 5, "a value is missing"],
  ["a = 1\na = 2\n", 2, 1, "a key twice"],
  ['a = "x\nb = 1\n', 1, 7, "a string without an end"],
];
for (const [text, line, column, why] of BROKEN) {
  Deno.test(`parseToml() names line ${line}, column ${column} (${why})`, () => {
    try {
      parseToml(text, "palletizer.toml");
    } catch (error) {
      assertTrue(error instanceof ConfigProblems, String(error));
      assertEquals(error.problems.length, 1);
      assertEquals(error.problems[0]?.file, "palletizer.toml");
      assertEquals(error.problems[0]?.keyPath, null);
      assertEquals(error.problems[0]?.position, { line, column });
      return;
    }
    assertTrue(false, "nothing was refused");
  });
}

Deno.test("parseToml() treats names of JavaScript's objects as plain keys", () => {
  const table = parseToml("__proto__ = 1\nconstructor = 2\n", "x");
  assertEquals([...table], [["__proto__", 1n], ["constructor", 2n]]);
});

const DESCRIBED: [toml: string, description: string][] = [
  ['"20 MB"', '"20 MB"'],
  ["20", "20 (an integer)"],
  ["9223372036854775807", "9223372036854775807 (an integer)"],
  ["1.5", "1.5 (a float)"],
  ["true", "true (a boolean)"],
  ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z (a date)"],
  ["[1, 2]", "a list"],
  ["{ a = 1 }", "a table"],
  [`"${"x".repeat(200)}"`, `"${"x".repeat(79)}…`],
];
for (const [toml, description] of DESCRIBED) {
  Deno.test(`describeTomlValue() calls ${toml.slice(0, 30)} ${description.slice(0, 30)}`, () => {
    const value = parseToml(`a = ${toml}`, "x").get("a");
    assertTrue(value !== undefined, "there is a value");
    assertEquals(describeTomlValue(value), description);
  });
}
