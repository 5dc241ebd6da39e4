import fc from "fast-check";
import { parseUserName } from "../../../lib/auth/user_name.ts";
import { isRefusal } from "../../../lib/refusal.ts";
import { anyText } from "../../support/any_text.ts";
import {
  assertEquals,
  assertRefuses,
  assertTrue,
} from "../../support/assert.ts";

const NAMES: [name: string, why: string][] = [
  ["a", "one letter"],
  ["anna", "letters"],
  ["anna.b-c_d2", "dots, hyphens, underscores and digits behind a letter"],
  ["a".repeat(64), "64 characters"],
  ["admin", "no name of ours"],
  ["anyone2", "not quite a reserved name"],
];
for (const [name, why] of NAMES) {
  Deno.test(`parseUserName() takes ${name} (${why})`, () => {
    assertEquals<string>(parseUserName(name), name);
  });
}

const NO_NAMES: [name: string, why: string][] = [
  ["", "nothing"],
  ["Anna", "a capital letter"],
  ["1st", "a digit at the beginning"],
  [".anna", "a dot at the beginning"],
  ["-anna", "a hyphen at the beginning: it would be read as a flag"],
  ["an na", "a blank"],
  ["anna\n", "a line end behind it"],
  ["anna@example.com", "an address"],
  ["user:1", "the spelling of identities"],
  ["änna", "a letter of no ASCII"],
  ["github:org:team", "a team"],
  ["../anna", "a path"],
  ["a".repeat(65), "65 characters"],
  ["anyone", "the owner that everybody is"],
  ["nobody", "who has no token"],
  ["operator", "the person at the machine"],
];
for (const [name, why] of NO_NAMES) {
  Deno.test(`parseUserName() refuses ${JSON.stringify(name)} (${why})`, () => {
    assertRefuses(() => parseUserName(name), "user_name_invalid");
  });
}

Deno.test("parseUserName() takes nothing but the signs that it names", () => {
  fc.assert(fc.property(anyText, (text) => {
    try {
      assertTrue(/^[a-z][a-z0-9._-]{0,63}$/.test(parseUserName(text)), text);
    } catch (error) {
      if (!isRefusal(error, "user_name_invalid")) throw error;
      assertTrue(error.facts.name.length <= 100, "it may be of any length");
    }
  }));
});
