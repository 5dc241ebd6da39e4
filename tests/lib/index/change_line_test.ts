import fc from "fast-check";
import { parseCrateName } from "../../../lib/crate/name.ts";
import { parseCrateVersion } from "../../../lib/crate/version.ts";
import {
  type ChangeLine,
  encodeChangeLine,
  parseChangeLines,
} from "../../../lib/index/change_line.ts";
import { anyText } from "../../support/any_text.ts";
import { assertEquals } from "../../support/assert.ts";

const LINE: ChangeLine = {
  verb: "publish",
  crate: parseCrateName("Foo-Bar"),
  version: parseCrateVersion("1.2.3-a+b"),
  by: { kind: "user", id: 7 },
  owner: 7,
  id: "0123456789abcdef",
};

const LINES: [line: ChangeLine, text: string][] = [
  [LINE, "publish Foo-Bar 1.2.3-a+b by user:7 owner=7 id=0123456789abcdef"],
  [
    { ...LINE, verb: "yank", by: { kind: "operator" }, owner: null },
    "yank Foo-Bar 1.2.3-a+b by operator id=0123456789abcdef",
  ],
  [
    {
      ...LINE,
      verb: "remove",
      version: "*",
      by: { kind: "nobody" },
      owner: null,
    },
    "remove Foo-Bar * by nobody id=0123456789abcdef",
  ],
  [
    { ...LINE, by: { kind: "nobody" }, owner: "anyone" },
    "publish Foo-Bar 1.2.3-a+b by nobody owner=anyone id=0123456789abcdef",
  ],
];
for (const [line, text] of LINES) {
  Deno.test(`encodeChangeLine() writes \`${text}\`, and it reads back`, () => {
    assertEquals(encodeChangeLine(line), text);
    assertEquals(parseChangeLines(text), [line]);
  });
}

const FOREIGN: [text: string, why: string][] = [
  ["", "an empty message"],
  ["Update crate `foo`", "somebody else's message"],
  ["publish foo * by operator id=00", "only a removal is of a whole crate"],
  ["publish ../foo 1.0.0 by operator id=00", "not a crate's name"],
  ["publish foo 1.0 by operator id=00", "not a version"],
  ["publish foo 1.0.0 by root id=00", "nobody we know"],
  ["publish foo 1.0.0 by operator", "no id"],
  [" publish foo 1.0.0 by operator id=00", "a blank before it"],
];
for (const [text, why] of FOREIGN) {
  Deno.test(`parseChangeLines() passes over \`${text}\` (${why})`, () => {
    assertEquals(
      parseChangeLines(`${text}\n${LINES[1]?.[1]}\n`),
      [LINES[1]?.[0]] as ChangeLine[],
    );
  });
}

Deno.test("parseChangeLines() throws at no message at all", () => {
  fc.assert(fc.property(anyText, (text) => {
    parseChangeLines(text);
  }));
});
