import fc from "fast-check";
import {
  parseRequirement,
  requirementMatches,
} from "../../../lib/crate/requirement.ts";
import { parseCrateVersion } from "../../../lib/crate/version.ts";
import { isRefusal } from "../../../lib/refusal.ts";
import { anyText } from "../../support/any_text.ts";
import { REQUIREMENTS_INVALID } from "../../hostile/requirements/requirements.ts";
import { assertEquals, assertRefuses } from "../../support/assert.ts";

const parse = (text: string) =>
  parseRequirement(text, "dependencies.a.version");

// What Rust's `semver` 1.0.28 prints for each text.
const PRINTED: [text: string, printed: string, why: string][] = [
  ["1", "^1", "no operator is a caret"],
  ["1.2", "^1.2", "two numbers"],
  ["1.2.3", "^1.2.3", "three numbers"],
  ["0", "^0", "a single zero"],
  ["^1.2.3", "^1.2.3", "a caret stays"],
  ["~1", "~1", "a tilde with one number"],
  ["~1.2", "~1.2", "a tilde with two numbers"],
  ["~1.2.3-beta", "~1.2.3-beta", "a tilde with a pre-release"],
  ["=1", "=1", "an exact major"],
  ["=1.0.0-rc.1", "=1.0.0-rc.1", "an exact pre-release"],
  [">1", ">1", "above"],
  ["<1.2", "<1.2", "below"],
  ["<=1.2.3", "<=1.2.3", "up to"],
  [">=1.2, <2", ">=1.2, <2", "a range"],
  [">=1.2,<2", ">=1.2, <2", "no blank behind the comma"],
  ["  >= 1.2  ,  < 2  ", ">=1.2, <2", "blanks everywhere"],
  ["= 0", "=0", "a blank behind the operator"],
  ["^ 1", "^1", "a blank behind a caret"],
  ["*", "*", "anything"],
  [" * ", "*", "anything, between blanks"],
  ["x", "*", "a star by another name"],
  ["X", "*", "and by another"],
  ["1.*", "1.*", "a wildcard keeps its own form"],
  ["1.x", "1.*", "a wildcard by another name"],
  ["1.*.*", "1.*", "two wildcards are one"],
  ["1.2.*", "1.2.*", "a wildcard for the last number"],
  ["1.2.X", "1.2.*", "the same by another name"],
  ["=1.2.*", "=1.2", "an operator swallows the wildcard"],
  [">=1.*", ">=1", "so does this one"],
  ["^1.x.x", "^1", "and this one"],
  ["~1.2.x", "~1.2", "and this one"],
  ["1.*, <1.5", "1.*, <1.5", "a wildcard in a list"],
  ["1.2.3+build", "^1.2.3", "build metadata is dropped"],
  ["=1.2.3-a+b.c", "=1.2.3-a", "behind a pre-release too"],
  ["1.2.3+001", "^1.2.3", "build metadata may have leading zeros"],
  ["1.0.0--", "^1.0.0--", "a pre-release may be a hyphen"],
  ["1.0.0-0", "^1.0.0-0", "the lowest pre-release"],
  ["1.0.0-0a.00b", "^1.0.0-0a.00b", "a zero before letters is no number"],
  ["18446744073709551615", "^18446744073709551615", "64 bits are enough"],
  ["=1.0.0-" + "a".repeat(193), "=1.0.0-" + "a".repeat(193), "the longest"],
  [Array(32).fill("1").join(","), Array(32).fill("^1").join(", "), "32 parts"],
];
for (const [text, printed, why] of PRINTED) {
  Deno.test(`parseRequirement() prints ${JSON.stringify(text)} as Cargo does (${why})`, () => {
    assertEquals(parse(text) as string, printed);
    assertEquals(parse(printed) as string, printed, "printed again");
  });
}

for (const [text, why] of REQUIREMENTS_INVALID) {
  Deno.test(`parseRequirement() refuses ${JSON.stringify(text)} (${why})`, () => {
    assertRefuses(() => parse(text), "metadata_invalid", {
      field: "dependencies.a.version",
    });
  });
}

const MATCHES: [
  requirement: string,
  matching: string[],
  others: string[],
  why: string,
][] = [
  ["*", ["0.0.0", "9.9.9"], ["1.0.0-a"], "any release"],
  ["1", ["1.0.0", "1.9.9"], ["0.9.9", "2.0.0", "1.0.0-a"], "the same major"],
  ["1.2", ["1.2.0", "1.3.0"], ["1.1.9", "2.0.0"], "not below"],
  ["1.2.3", ["1.2.3", "1.2.4", "1.3.0"], ["1.2.2", "2.0.0"], "not below"],
  ["0", ["0.0.0", "0.9.9"], ["1.0.0"], "all of zero"],
  ["0.0", ["0.0.0", "0.0.9"], ["0.1.0"], "all of zero point zero"],
  ["0.2", ["0.2.0", "0.2.9"], ["0.1.9", "0.3.0"], "the minor is the major"],
  ["0.2.3", ["0.2.3", "0.2.4"], ["0.2.2", "0.3.0"], "the minor is the major"],
  ["0.0.3", ["0.0.3"], ["0.0.2", "0.0.4"], "the patch is the major"],
  ["0.0.0", ["0.0.0"], ["0.0.1"], "only itself"],
  ["~1", ["1.0.0", "1.9.0"], ["2.0.0"], "a tilde of one number"],
  ["~1.2", ["1.2.0", "1.2.9"], ["1.3.0"], "the same minor"],
  ["~1.2.3", ["1.2.3", "1.2.9"], ["1.2.2", "1.3.0"], "the same minor"],
  ["=1", ["1.0.0", "1.9.9"], ["2.0.0", "0.9.9"], "all of one"],
  ["=1.2", ["1.2.0", "1.2.9"], ["1.3.0", "1.1.0"], "all of one point two"],
  ["=1.2.3", ["1.2.3", "1.2.3+b"], ["1.2.4", "1.2.3-a"], "one version"],
  ["1.*", ["1.0.0", "1.9.9"], ["2.0.0"], "as `=1`"],
  ["0.*", ["0.0.1", "0.9.9"], ["1.0.0"], "as `=0`, where `^0.0` is less"],
  ["1.2.*", ["1.2.0", "1.2.9"], ["1.3.0"], "as `=1.2`"],
  [">1", ["2.0.0"], ["1.0.0", "1.9.9"], "above all of one"],
  [">1.2", ["1.3.0", "2.0.0"], ["1.2.9"], "above all of one point two"],
  [">1.2.3", ["1.2.4"], ["1.2.3", "1.2.3+b"], "above one version"],
  [">=1.2", ["1.2.0", "2.0.0"], ["1.1.9"], "from one point two"],
  ["<1.2", ["1.1.9", "0.0.0"], ["1.2.0"], "below one point two"],
  ["<=1.2", ["1.2.9"], ["1.3.0"], "with all of one point two"],
  ["<1", ["0.9.9"], ["1.0.0"], "below one"],
  [">=1.2, <1.5", ["1.2.0", "1.4.9"], ["1.1.0", "1.5.0"], "both at once"],
  [">2, <1", [], ["0.5.0", "1.5.0", "3.0.0"], "none is both"],
  // Pre-releases count only beside a pre-release of the same numbers.
  [
    "1.0.0-alpha",
    ["1.0.0-alpha", "1.0.0-beta", "1.0.0", "1.2.0"],
    ["1.0.1-alpha", "1.0.0-0", "2.0.0-alpha"],
    "pre-releases of these numbers, and releases",
  ],
  ["0.0.1-a", ["0.0.1-a", "0.0.1"], ["0.0.2-a", "0.0.2"], "down at the patch"],
  ["~1.2.3-a", ["1.2.3-b", "1.2.4"], ["1.2.4-a", "1.3.0"], "with a tilde"],
  ["=1.0.0-rc.1", ["1.0.0-rc.1", "1.0.0-rc.1+b"], ["1.0.0"], "exactly one"],
  [">1.0.0-a", ["1.0.0-b", "1.0.0", "3.0.0"], ["1.0.0-a", "2.0.0-b"], "above"],
  ["<1.0.0-b", ["1.0.0-a", "0.9.0"], ["1.0.0-b", "0.9.0-a"], "below"],
  ["<=1.0.0-b", ["1.0.0-b"], ["1.0.0-c", "1.0.0"], "up to"],
  [
    ">=1.0.0-a, <1.0.0",
    ["1.0.0-a", "1.0.0-rc"],
    ["1.0.0"],
    "one part that names a pre-release is enough",
  ],
  [
    ">=1.2, <=1.2.0-b",
    [],
    ["1.2.0-a", "1.2.0-b"],
    "a pre-release is not among what a partial number names",
  ],
  [
    "<=1.2, >=1.2.0-a",
    ["1.2.0", "1.2.9"],
    ["1.2.0-a"],
    "nor is it below that",
  ],
  ["<2", [], ["2.0.0-a", "1.0.0-a"], "a range does not reach pre-releases"],
  [
    ">=1.0.0-alpha.9",
    ["1.0.0-alpha.10", "1.0.0-alpha.9.1", "1.0.0-alpha.x"],
    ["1.0.0-alpha.8", "1.0.0-alpha", "1.0.0-9"],
    "numbers by value, before words; more parts are higher",
  ],
  [
    ">1.0.0-20260101123456788",
    ["1.0.0-20260101123456789"],
    ["1.0.0-20260101123456787", "1.0.0-3"],
    "digits that 53 bits would lose",
  ],
];
for (const [requirement, matching, others, why] of MATCHES) {
  Deno.test(`requirementMatches() knows what ${requirement} accepts (${why})`, () => {
    const parsed = parse(requirement);
    const accepted = (versions: string[]) =>
      versions.filter((it) =>
        requirementMatches(parsed, parseCrateVersion(it))
      );
    assertEquals(accepted(matching), matching);
    assertEquals(accepted(others), []);
  });
}

const anyNumber = fc.constantFrom("0", "1", "2", "10", "01", "*", "x");
const anyPrerelease = fc.constantFrom(
  "",
  "",
  "",
  "-a",
  "-a.1",
  "-0",
  "-01",
  "-",
);
const anyComparator = fc.tuple(
  fc.constantFrom("", "=", ">", ">=", "<", "<=", "~", "^", " "),
  fc.array(anyNumber, { minLength: 1, maxLength: 3 }),
  anyPrerelease,
).map(([operator, numbers, pre]) => operator + numbers.join(".") + pre);
const likelyText = fc.array(anyComparator, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(", "));

Deno.test("parseRequirement() prints what it prints once more, and refuses the rest, whatever the text", () => {
  const eitherText = fc.oneof(anyText, likelyText);
  fc.assert(fc.property(eitherText, (text) => {
    try {
      const printed = parse(text);
      assertEquals(parse(printed), printed);
    } catch (error) {
      if (!isRefusal(error, "metadata_invalid")) throw error;
    }
  }));
});

const smallNumber = fc.integer({ min: 0, max: 3 });
const someVersion = fc.tuple(
  smallNumber,
  smallNumber,
  smallNumber,
  fc.constantFrom("", "", "-a", "-a.2", "-1"),
).map(([major, minor, patch, pre]) =>
  parseCrateVersion(`${major}.${minor}.${patch}${pre}`)
);

Deno.test("requirementMatches() accepts each version for itself and for what names it", () => {
  fc.assert(fc.property(someVersion, (version) => {
    for (const operator of ["", "=", ">=", "<=", "~", "^"]) {
      assertEquals(
        requirementMatches(parse(operator + version), version),
        true,
      );
    }
    for (const operator of ["<", ">"]) {
      assertEquals(
        requirementMatches(parse(operator + version), version),
        false,
      );
    }
  }));
});

Deno.test("requirementMatches() finds each release either below or not below another version", () => {
  fc.assert(fc.property(someVersion, someVersion, (version, other) => {
    if (version.includes("-")) return;
    const isBelow = requirementMatches(parse(`<${other}`), version);
    assertEquals(requirementMatches(parse(`>=${other}`), version), !isBelow);
  }));
});
