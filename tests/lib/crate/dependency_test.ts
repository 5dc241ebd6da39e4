import {
  crateOfIndexDependency,
  fieldInToml,
  nameInToml,
  requireAlias,
  toIndexDependency,
} from "../../../lib/crate/dependency.ts";
import { parsePlatform } from "../../../lib/crate/platform.ts";
import { assertEquals, assertRefuses } from "../../support/assert.ts";
import { aDependency } from "../../support/some_metadata.ts";

Deno.test("toIndexDependency() writes every key in crates.io's order", () => {
  const dependency = aDependency("serde", {
    features: ["derive"],
    optional: true,
    defaultFeatures: false,
    target: parsePlatform("cfg(unix)", "target"),
    kind: "build",
    registry: "sparse+https://other.example/index/",
  });
  assertEquals(
    JSON.stringify(toIndexDependency(dependency)),
    '{"name":"serde","req":"^1","features":["derive"],"optional":true,' +
      '"default_features":false,"target":"cfg(unix)","kind":"build",' +
      '"registry":"sparse+https://other.example/index/"}',
  );
});

Deno.test("toIndexDependency() gives a renamed dependency its alias as `name` and its crate as `package`", () => {
  const renamed = aDependency("Foo-Bar", { alias: "foo_2" });
  const { name, package: crate } = toIndexDependency(renamed);
  assertEquals([name, crate], ["foo_2", "Foo-Bar"]);
  assertEquals(nameInToml(renamed), "foo_2");
  assertEquals(crateOfIndexDependency(toIndexDependency(renamed)), "Foo-Bar");
});

Deno.test("toIndexDependency() keeps `package` that is the dependency's own name", () => {
  const { name, package: crate } = toIndexDependency(
    aDependency("foo", { alias: "foo" }),
  );
  assertEquals([name, crate], ["foo", "foo"]);
});

Deno.test("toIndexDependency() leaves `package` out where nothing is renamed", () => {
  const plain = toIndexDependency(aDependency("foo"));
  assertEquals(Object.hasOwn(plain, "package"), false);
  assertEquals(crateOfIndexDependency(plain), "foo");
});

Deno.test("fieldInToml() is the key path that people find in Cargo.toml", () => {
  const target = parsePlatform("cfg(unix)", "target");
  assertEquals(fieldInToml(aDependency("a")), "dependencies.a");
  assertEquals(
    fieldInToml(aDependency("a", { alias: "b", kind: "dev" })),
    "dev-dependencies.b",
  );
  assertEquals(
    fieldInToml(aDependency("a", { target, kind: "build" })),
    "target.cfg(unix).build-dependencies.a",
  );
});

const ALIASES: [alias: string, valid: boolean, why: string][] = [
  ["foo", true, "a name"],
  ["_foo", true, "it may begin with `_`, which a crate may not"],
  ["foo-bar_2", true, "all that is allowed"],
  ["a".repeat(64), true, "the longest"],
  ["a".repeat(65), false, "one too long"],
  ["", false, "empty"],
  ["1a", false, "a digit first"],
  ["-a", false, "a hyphen first"],
  ["a.b", false, "a dot"],
  ["a::b", false, "a namespace"],
  ["ä", false, "not ASCII"],
  ["a\n", false, "a newline at the end"],
];
for (const [alias, valid, why] of ALIASES) {
  Deno.test(`requireAlias() ${valid ? "takes" : "refuses"} ${JSON.stringify(alias)} (${why})`, () => {
    const act = () => requireAlias(alias, "dependencies.x.package");
    if (valid) act();
    else assertRefuses(act, "metadata_invalid");
  });
}
