import fc from "fast-check";
import {
  canonicalCrateName,
  parseCrateName,
  requireUnreserved,
} from "../../../lib/crate/name.ts";
import { NAMES_INVALID } from "../../hostile/names/names.ts";
import { anyText } from "../../support/any_text.ts";
import { assertEquals, assertRefuses } from "../../support/assert.ts";

const VALID: [name: string, why: string][] = [
  ["a", "one letter"],
  ["Foo-Bar_2", "letters, digits, `-` and `_`"],
  ["x".repeat(64), "the longest"],
  ["a--b__c", "signs may repeat"],
];
for (const [name, why] of VALID) {
  Deno.test(`parseCrateName() takes ${name} (${why})`, () => {
    assertEquals(parseCrateName(name) as string, name);
  });
}

for (const [name, why] of NAMES_INVALID) {
  Deno.test(`parseCrateName() refuses ${JSON.stringify(name)} (${why})`, () => {
    assertRefuses(() => parseCrateName(name), "crate_name_invalid");
  });
}

Deno.test("parseCrateName() takes nothing that is not in the grammar, whatever the text", () => {
  fc.assert(fc.property(anyText, (text) => {
    const fits = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(text) &&
      !text.endsWith("\n");
    if (fits) parseCrateName(text);
    else assertRefuses(() => parseCrateName(text), "crate_name_invalid");
  }));
});

Deno.test("canonicalCrateName() is the same for names that differ in case, `-` or `_`", () => {
  for (const name of ["Foo-Bar", "foo_bar", "FOO-BAR", "foo-bar"]) {
    assertEquals(canonicalCrateName(parseCrateName(name)) as string, "foo_bar");
  }
});

const DEVICES = [
  ...["con", "prn", "aux", "nul"],
  ...[..."0123456789"].flatMap((digit) => [`com${digit}`, `lpt${digit}`]),
];
const OF_THE_TOOLCHAIN = [
  ...["std", "core", "alloc", "test", "proc_macro", "proc-macro"],
];

for (const name of [...DEVICES, ...OF_THE_TOOLCHAIN]) {
  Deno.test(`requireUnreserved() refuses ${name}, in any case`, () => {
    const capitalised = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    for (const spelt of [name, name.toUpperCase(), capitalised]) {
      assertRefuses(
        () => requireUnreserved(parseCrateName(spelt)),
        "crate_name_reserved",
        { name: spelt },
      );
    }
  });
}

Deno.test("requireUnreserved() lets names pass that only begin like a reserved one", () => {
  for (const name of ["stdx", "core2", "com", "com10"]) {
    requireUnreserved(parseCrateName(name));
  }
});
