import { join } from "node:path";
import { canonicalCrateName, parseCrateName } from "../../../lib/crate/name.ts";
import { parseRequirement } from "../../../lib/crate/requirement.ts";
import { parseCrateVersion } from "../../../lib/crate/version.ts";
import { DerivedDatabase } from "../../../lib/database/derived.ts";
import type { OwnDependency } from "../../../lib/database/dependents.ts";
import { assertEquals } from "../../support/assert.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const ALL = { limit: 100, offset: 0 };

function canonical(name: string) {
  return canonicalCrateName(parseCrateName(name));
}

function put(
  derived: DerivedDatabase,
  name: string,
  version = "1.0.0",
  versionCount = 1,
): void {
  derived.putCrate({
    name: parseCrateName(name),
    newestVersion: parseCrateVersion(version),
    versionCount,
    yanked: false,
  });
}

function on(
  name: string,
  requirement: string,
  kind: OwnDependency["kind"] = "normal",
): OwnDependency {
  return {
    crate: canonical(name),
    requirement: parseRequirement(requirement, "dependencies"),
    kind,
  };
}

function dependentsOf(derived: DerivedDatabase, name: string): string[] {
  return derived.dependentsOf(canonical(name)).map((
    { crate, version, requirement, kind },
  ) => `${crate} ${version} ${requirement} ${kind}`);
}

function putDependents(
  derived: DerivedDatabase,
  name: string,
  version: string,
  dependencies: OwnDependency[],
): void {
  derived.putDependents(
    parseCrateName(name),
    parseCrateVersion(version),
    dependencies,
  );
}

function testDerived(
  sentence: string,
  act: (derived: DerivedDatabase, path: string) => void,
): void {
  Deno.test(sentence, async () => {
    await using temp = await tempFolder();
    const path = join(temp.path, "derived.db");
    using derived = DerivedDatabase.open(path);
    act(derived, path);
  });
}

testDerived(
  "derived.db has seen no commit at first, and remembers the last",
  (derived, path) => {
    assertEquals(derived.lastCommit(), null);
    derived.setLastCommit("a".repeat(40));
    using other = DerivedDatabase.open(path);
    assertEquals(other.lastCommit(), "a".repeat(40));
  },
);

testDerived(
  "a crate is found by any spelling of its name, as it is spelt",
  (derived) => {
    assertEquals(derived.crateNamed(canonical("foo-bar")), null);
    put(derived, "Foo-Bar");
    for (const spelling of ["Foo-Bar", "foo_bar", "FOO-BAR"]) {
      assertEquals(
        derived.crateNamed(canonical(spelling)) as string,
        "Foo-Bar",
      );
    }
  },
);

testDerived(
  "a crate that is put again is the same, with what is new",
  (derived) => {
    put(derived, "foo", "1.0.0", 1);
    derived.putCrate({
      name: parseCrateName("foo"),
      newestVersion: parseCrateVersion("2.0.0"),
      versionCount: 2,
      yanked: true,
    });
    assertEquals(derived.search("", ALL) as unknown, {
      total: 1,
      crates: [{
        name: "foo",
        newestVersion: "2.0.0",
        versionCount: 2,
        yanked: true,
        description: null,
        keywords: [],
      }],
    });
  },
);

testDerived("a crate that is removed is nowhere any more", (derived) => {
  for (const name of ["foo", "other"]) put(derived, name);
  derived.describe(canonical("foo"), parseCrateVersion("1.0.0"), {
    description: "unique",
    keywords: [],
  });
  putDependents(derived, "foo", "1.0.0", [on("other", "1")]);
  derived.removeCrate(canonical("foo"));
  assertEquals(derived.crateNamed(canonical("foo")), null);
  assertEquals(derived.search("foo", ALL).total, 0);
  assertEquals(derived.search("unique", ALL).total, 0);
  assertEquals(derived.search("", ALL).total, 1);
  assertEquals(dependentsOf(derived, "other"), []);
  assertEquals(derived.undescribed(10).length, 1);
  derived.removeCrate(canonical("foo"));

  put(derived, "foo");
  assertEquals(derived.search("unique", ALL).total, 0);
  assertEquals(derived.search("foo", ALL).total, 1);
  assertEquals(dependentsOf(derived, "other"), []);
});

testDerived(
  "dependents are told by name and by version, as SemVer orders them",
  (derived) => {
    for (const name of ["base", "b-user", "A_user"]) put(derived, name);
    putDependents(derived, "b-user", "1.10.0", [on("base", "1")]);
    putDependents(derived, "b-user", "1.9.0", [
      on("base", "=1.0.0", "dev"),
      on("base", "1", "build"),
      on("A-user", "1"),
    ]);
    putDependents(derived, "A_user", "0.1.0", [on("Base", "0.1")]);
    assertEquals(dependentsOf(derived, "base"), [
      "A_user 0.1.0 ^0.1 normal",
      "b-user 1.9.0 ^1 build",
      "b-user 1.9.0 =1.0.0 dev",
      "b-user 1.10.0 ^1 normal",
    ]);
    assertEquals(dependentsOf(derived, "a-user"), ["b-user 1.9.0 ^1 normal"]);
    assertEquals(dependentsOf(derived, "b-user"), []);
  },
);

testDerived(
  "dependents of a version that is put again are what it says last",
  (derived) => {
    put(derived, "user");
    const twice = [on("base", "1"), on("base", "1"), on("gone", "1")];
    putDependents(derived, "user", "1.0.0", twice);
    assertEquals(dependentsOf(derived, "base"), ["user 1.0.0 ^1 normal"]);
    putDependents(derived, "user", "1.0.0", [on("base", "2")]);
    assertEquals(dependentsOf(derived, "base"), ["user 1.0.0 ^2 normal"]);
    assertEquals(dependentsOf(derived, "gone"), []);
  },
);

testDerived(
  "dependents can be put before their crate, and show when it is there",
  (derived) => {
    putDependents(derived, "user", "1.0.0", [on("base", "1")]);
    assertEquals(dependentsOf(derived, "base"), []);
    put(derived, "user");
    assertEquals(dependentsOf(derived, "base"), ["user 1.0.0 ^1 normal"]);
  },
);

testDerived(
  "dependents are removed version by version, or all of a crate's",
  (derived) => {
    for (const name of ["user", "other"]) {
      put(derived, name);
      for (const version of ["1.0.0", "2.0.0", "3.0.0"]) {
        putDependents(derived, name, version, [on("base", "1")]);
      }
    }
    derived.removeDependents(canonical("user"), parseCrateVersion("2.0.0"));
    derived.removeDependents(canonical("other"), null);
    assertEquals(dependentsOf(derived, "base"), [
      "user 1.0.0 ^1 normal",
      "user 3.0.0 ^1 normal",
    ]);
  },
);

testDerived("a description is that of the newest version alone", (derived) => {
  put(derived, "foo", "1.0.0");
  assertEquals(derived.descriptionOf(canonical("bar")), null);
  assertEquals(derived.descriptionOf(canonical("foo")), {
    description: null,
    keywords: [],
  });
  const described = { description: "A thing.", keywords: ["one", "two-b"] };
  derived.describe(canonical("foo"), parseCrateVersion("0.9.0"), described);
  derived.describe(canonical("bar"), parseCrateVersion("1.0.0"), described);
  assertEquals(derived.descriptionOf(canonical("foo"))?.description, null);
  assertEquals(derived.descriptionOf(canonical("bar")), null);
  derived.describe(canonical("foo"), parseCrateVersion("1.0.0"), described);
  assertEquals(derived.descriptionOf(canonical("foo")), described);
  assertEquals(derived.search("two", ALL).crates[0]?.keywords, [
    ...["one", "two-b"],
  ]);
});

testDerived(
  "crates are undescribed until their newest version is described, even as nothing",
  (derived) => {
    const undescribed = () =>
      derived.undescribed(10)
        .map(({ name, newestVersion }) => `${name} ${newestVersion}`);
    const nothing = { description: null, keywords: [] };
    for (const name of ["foo", "bar"]) put(derived, name);
    assertEquals(undescribed(), ["foo 1.0.0", "bar 1.0.0"]);
    assertEquals(derived.undescribed(1).length, 1);
    derived.describe(canonical("foo"), parseCrateVersion("1.0.0"), nothing);
    assertEquals(undescribed(), ["bar 1.0.0"]);
    put(derived, "foo", "1.1.0");
    assertEquals(undescribed(), ["foo 1.1.0", "bar 1.0.0"]);
  },
);

testDerived(
  "a description stays until that of a newer version is known",
  (derived) => {
    put(derived, "foo", "1.0.0");
    const before = { description: "The old words.", keywords: ["old"] };
    derived.describe(canonical("foo"), parseCrateVersion("1.0.0"), before);
    put(derived, "foo", "2.0.0");
    assertEquals(derived.descriptionOf(canonical("foo")), before);
    assertEquals(derived.search("old words", ALL).total, 1);
    derived.describe(canonical("foo"), parseCrateVersion("2.0.0"), {
      description: "New ones.",
      keywords: [],
    });
    assertEquals(derived.search("old", ALL).total, 0);
    assertEquals(derived.search("new", ALL).total, 1);
  },
);

testDerived(
  "derived.db that is cleared has nothing, and takes all in again",
  (derived) => {
    const fill = () => {
      put(derived, "foo");
      putDependents(derived, "foo", "1.0.0", [on("base", "1")]);
      derived.setLastCommit("a".repeat(40));
    };
    fill();
    derived.clear();
    assertEquals(derived.lastCommit(), null);
    assertEquals(derived.search("", ALL).total, 0);
    assertEquals(derived.search("foo", ALL).total, 0);
    assertEquals(dependentsOf(derived, "base"), []);
    fill();
    assertEquals(derived.search("foo", ALL).total, 1);
    assertEquals(dependentsOf(derived, "base"), ["foo 1.0.0 ^1 normal"]);
  },
);

testDerived(
  "a change of derived.db that fails changes nothing, search included",
  (derived) => {
    put(derived, "foo");
    try {
      derived.transaction(() => {
        put(derived, "bar");
        derived.removeCrate(canonical("foo"));
        throw new Error("no");
      });
    } catch {
      // what was thrown is not the matter here
    }
    assertEquals(derived.search("bar", ALL).total, 0);
    assertEquals(derived.search("foo", ALL).total, 1);
  },
);

Deno.test("a damaged derived.db has seen no commit", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "derived.db");
  {
    using derived = DerivedDatabase.open(path);
    put(derived, "foo");
    derived.setLastCommit("a".repeat(40));
  }
  await Deno.writeTextFile(path, "not a database ".repeat(300));
  using derived = DerivedDatabase.open(path);
  assertEquals(derived.lastCommit(), null);
  assertEquals(derived.search("", ALL).total, 0);
  put(derived, "foo");
  assertEquals(derived.search("foo", ALL).total, 1);
});
