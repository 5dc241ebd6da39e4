import { checkIndexLines } from "../../../../lib/upkeep/checks/index_lines.ts";
import { aLine, aLineDependency } from "../../../support/a_push.ts";
import { assertTold, type Told } from "../../../support/a_patient.ts";

const ONE = aLine("foo", "1.0.0");

const TEXTS: readonly [what: string, text: string, found: readonly Told[]][] = [
  ["nothing", "", []],
  ["lines of the registry", ONE + aLine("foo", "1.1.0+build"), []],
  ["blank lines and no newline at the end", `\n${ONE}\n${ONE}`.trimEnd(), [
    ["index_version_twice", { crate: "foo", version: "1.0.0", other: "1.0.0" }],
  ]],
  ["a pre-release beside the version", ONE + aLine("foo", "1.0.0-rc.1"), []],
  ["what is no JSON", `${ONE}{"name":\n`, [
    ["index_line_malformed", { path: "3/f/foo", line: 2 }],
  ]],
  ["a checksum in capitals", ONE.replace(/"cksum":"\w+"/, '"cksum":"AB"'), [
    ["index_line_malformed", { line: 1 }],
  ]],
  ["a version that is not canonical", ONE.replace('"1.0.0"', '"v1.0"'), [
    ["index_line_malformed", { line: 1 }],
  ]],
  ["a line of another crate", ONE + aLine("bar"), [
    ["index_line_misplaced", { path: "3/f/foo", line: 2, name: "bar" }],
  ]],
  ["a line in another spelling", ONE + aLine("Foo", "2.0.0"), [
    ["index_line_misplaced", { line: 2, name: "Foo" }],
  ]],
  ["builds of one version", aLine("foo", "1.0.0+a") + aLine("foo", "1.0.0+b"), [
    ["index_version_twice", { version: "1.0.0+b", other: "1.0.0+a" }],
  ]],
  ["keys that nobody knows", ONE.replace("{", '{"yankd":true,'), [
    ["index_keys_unknown", { crate: "foo", version: "1.0.0", keys: "yankd" }],
  ]],
  [
    "a key of a dependency that nobody knows",
    aLine("foo", "1.0.0", {
      deps: [{ ...aLineDependency("bar"), feature: [] } as never],
    }),
    [["index_keys_unknown", { keys: "deps.feature" }]],
  ],
  [
    "keys that other registries have",
    aLine("foo", "1.0.0", { v: 2, features2: { a: [] }, links: "z" }),
    [],
  ],
];

for (const [what, text, found] of TEXTS) {
  Deno.test(`checkIndexLines() judges ${what}`, () => {
    assertTold(checkIndexLines("3/f/foo", text), found);
  });
}
