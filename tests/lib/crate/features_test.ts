import fc from "fast-check";
import type { Dependency } from "../../../lib/crate/dependency.ts";
import {
  isFeatureName,
  requireConsistentFeatures,
} from "../../../lib/crate/features.ts";
import { isRefusal } from "../../../lib/refusal.ts";
import { anyText } from "../../support/any_text.ts";
import { assertEquals, assertRefuses } from "../../support/assert.ts";
import {
  FEATURE_NAMES_INVALID,
  FEATURES_INCONSISTENT,
} from "../../hostile/features/features.ts";
import { aDependency } from "../../support/some_metadata.ts";

const NAMES: readonly (readonly [
  name: string,
  valid: boolean,
  why: string,
])[] = [
  ["default", true, "a word"],
  ["c++17", true, "plus signs"],
  ["128bit", true, "a digit first"],
  ["_foo", true, "an underscore first"],
  ["feat-name.x", true, "a hyphen and a dot"],
  ["über", true, "letters of any script"],
  ["__proto__", true, "a name like any other"],
  ["constructor", true, "and this too"],
  ...FEATURE_NAMES_INVALID.map(([name, why]) => [name, false, why] as const),
];
for (const [name, valid, why] of NAMES) {
  Deno.test(`isFeatureName() ${valid ? "takes" : "refuses"} ${JSON.stringify(name)} (${why})`, () => {
    assertEquals(isFeatureName(name), valid);
  });
}

type FeatureTable = Record<string, string[]>;

/** An optional, a plain, a renamed optional and a dev-dependency. */
const DEPENDENCIES: readonly Dependency[] = [
  aDependency("opt", { optional: true }),
  aDependency("plain"),
  aDependency("real", { alias: "_alias", optional: true }),
  aDependency("dev", { kind: "dev" }),
];

function check(
  features: Readonly<FeatureTable>,
  dependencies: readonly Dependency[] = DEPENDENCIES,
): void {
  requireConsistentFeatures(new Map(Object.entries(features)), dependencies);
}

const CONSISTENT: [features: FeatureTable, why: string][] = [
  [{}, "none at all: optional dependencies have features of their own"],
  [{ a: [] }, "a feature that turns nothing on"],
  [{ a: ["b"], b: ["a"] }, "features may turn each other on"],
  [{ a: ["a"] }, "or themselves"],
  [{ a: ["opt"] }, "an optional dependency by its own feature"],
  [{ a: ["_alias"] }, "a renamed one by its alias"],
  [{ a: ["dep:opt"] }, "an optional dependency named as such"],
  [{ opt: ["dep:opt"] }, "a feature of the dependency's name"],
  [{ opt: ["dep:opt", "opt/x"] }, "with one of its features"],
  [{ opt: ["opt/x"] }, "a dependency turned on by its feature"],
  [{ a: ["plain/x"] }, "a feature of a dependency that is always there"],
  [{ a: ["opt/x"], b: ["opt?/y"] }, "features of an optional dependency"],
  [{ a: ["dev/x"] }, "a feature of a dev-dependency"],
  [{ a: ["opt"], plain: [] }, "a feature called like a dependency"],
  [{ a: ["plain"], plain: [] }, "which then is what is turned on"],
  [{ default: ["a"], a: ["dep:opt", "dep:_alias"] }, "all of it"],
];
for (const [features, why] of CONSISTENT) {
  Deno.test(`requireConsistentFeatures() takes ${JSON.stringify(features)} (${why})`, () => {
    check(features);
  });
}

for (const [features, field, why] of FEATURES_INCONSISTENT) {
  Deno.test(`requireConsistentFeatures() refuses ${JSON.stringify(features)} (${why})`, () => {
    assertRefuses(() => check(features), "metadata_invalid", { field });
  });
}

Deno.test("requireConsistentFeatures() takes a dependency for optional when one of its entries is", () => {
  const entries = [
    aDependency("x"),
    aDependency("x", { optional: true, kind: "build" }),
  ];
  check({ a: ["dep:x"] }, entries);
  check({ a: ["dep:x"] }, entries.reverse());
});

const PROBLEMS: [value: string, problem: string][] = [
  ["b", "which is neither a feature nor a dependency"],
  ["plain", "which is a dependency that is not optional"],
  ["dep:b", "but there is no such dependency"],
  ["dep:plain", "which is a dependency that is not optional"],
  [
    "opt",
    "an optional dependency without a feature of its name: write `dep:opt`",
  ],
];
for (const [value, problem] of PROBLEMS) {
  Deno.test(`requireConsistentFeatures() says what is wrong with \`${value}\``, () => {
    assertRefuses(
      () => check({ a: [value], z: ["dep:opt"] }),
      "metadata_invalid",
      { field: "features.a", problem: `includes \`${value}\`, ${problem}` },
    );
  });
}

Deno.test("requireConsistentFeatures() cuts what it tells of a long name", () => {
  const name = "x/".repeat(5000);
  assertRefuses(() => check({ [name]: [] }), "metadata_invalid", {
    field: `features.${name.slice(0, 100)}`,
  });
});

Deno.test("requireConsistentFeatures() is not confused by names that objects have", () => {
  for (const name of ["__proto__", "constructor", "toString"]) {
    assertRefuses(
      () => check({ a: [name] }),
      "metadata_invalid",
      { field: "features.a" },
    );
    const features = new Map([[name, []], ["a", [name]]]);
    requireConsistentFeatures(features, []);
  }
});

Deno.test("requireConsistentFeatures() never fails but by refusing, whatever the features", () => {
  const eitherText = fc.oneof(
    anyText,
    fc.constantFrom("opt", "dep:opt", "opt/x", "plain?/x", "a", "dep:a/"),
  );
  const anyFeatures = fc.array(fc.tuple(eitherText, fc.array(eitherText)));
  fc.assert(fc.property(anyFeatures, (features) => {
    try {
      requireConsistentFeatures(new Map(features), DEPENDENCIES);
    } catch (error) {
      if (!isRefusal(error, "metadata_invalid")) throw error;
    }
  }));
});
