import {
  parseChecksum,
  parseCrateName,
  parseCrateVersion,
} from "../../../lib/mod.ts";
import { dependenciesFirst } from "../../../lib/registry/add_crate_files.ts";
import type { Dependency } from "../../../lib/crate/dependency.ts";
import type { NamedCrateFile } from "../../../lib/storage/staging.ts";
import { aCrate, type CrateBuilder } from "../../support/a_crate.ts";
import { addTo, aRegistry, outcomesOf, the } from "../../support/a_registry.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { FIXED_CLOCK } from "../../support/fixed_clock.ts";
import { aDependency, someMetadata } from "../../support/some_metadata.ts";

const HERE = { registryIndex: "sparse+http://127.0.0.1:7171/index/" };

const other = (crate: CrateBuilder) => crate.withFile("other.txt", "other");

Deno.test("addCrateFiles() publishes as of now, or as of the time it is told", async () => {
  await using it = await aRegistry();
  await it.tryToAdd([aCrate("now")]);
  const published = new Date("2020-02-29T12:00:00.750Z");
  await it.tryToAdd([aCrate("then")], { published });
  const times = await Promise.all(["now", "then"].map(async (name) => {
    const { versions } = await it.registry.show(parseCrateName(name));
    return versions[0]?.published;
  }));
  assertEquals(times, ["2026-01-02T03:04:05Z", "2020-02-29T12:00:00Z"]);
});

Deno.test("addCrateFiles() refuses a file alone and tells of each, with its size and checksum", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("old"));
  const checked: number[] = [];
  const outcomes = await it.tryToAdd([
    aCrate("foo"),
    aCrate("old"),
    aCrate("bad").withSymlink("link"),
    aCrate("bar"),
  ], { checked: (count) => checked.push(count) });
  assertEquals(outcomesOf(outcomes), {
    "bad-1.0.0.crate": "crate_file_entry_refused",
    "foo-1.0.0.crate": "added",
    "old-1.0.0.crate": "version_exists",
    "bar-1.0.0.crate": "added",
  });
  assertEquals(checked, [1, 2, 3, 4]);
  const { crateFiles, inProgress } = await it.stored();
  const foo = outcomes.find(({ label }) => label === "foo-1.0.0.crate");
  assertEquals(foo, {
    label: "foo-1.0.0.crate",
    crate: parseCrateName("foo"),
    version: parseCrateVersion("1.0.0"),
    outcome: "added",
    checksum: parseChecksum(crateFiles["foo/foo-1.0.0.crate"] ?? ""),
    sizeBytes: aCrate("foo").bytes().length,
    isNewCrate: true,
  });
  assertEquals(inProgress, []);
});

const SKIPPED: [crate: CrateBuilder, outcome: string, why: string][] = [
  [aCrate("foo", "1.0.0+build"), "already_there", "the very same bytes"],
  [other(aCrate("foo", "1.0.0+build")), "version_exists", "other bytes"],
  [aCrate("foo", "1.0.0"), "version_exists", "another version for its reader"],
];

for (const dryRun of [false, true]) {
  Deno.test(`addCrateFiles() with skipExisting takes equal bytes alone as done${dryRun ? ", in a dry run too" : ""}`, async () => {
    await using it = await aRegistry();
    await it.add(aCrate("foo", "1.0.0+build"));
    const before = await it.stored();
    for (const [crate, outcome, why] of SKIPPED) {
      const outcomes = await it.tryToAdd([crate], {
        skipExisting: true,
        dryRun,
      });
      assertEquals(outcomesOf(outcomes), { [crate.fileName]: outcome }, why);
    }
    assertEquals(await it.stored(), before);
  });
}

/** What one run is given, and what becomes of the files, dry or not. */
const RUNS: [
  why: string,
  crates: CrateBuilder[],
  outcomes: string[],
  skipExisting?: boolean,
][] = [
  ["two files of one version", [aCrate("foo"), other(aCrate("foo"))], [
    "added",
    "version_exists",
  ]],
  ["one file twice", [aCrate("foo"), aCrate("foo")], [
    "added",
    "version_exists",
  ]],
  ["one file twice, which may be", [aCrate("foo"), aCrate("foo")], [
    "added",
    "already_there",
  ], true],
  [
    "versions that differ in build metadata",
    [aCrate("foo", "1.0.0+one"), aCrate("foo", "1.0.0+two")],
    ["added", "version_exists"],
  ],
  ["two spellings of one name", [aCrate("a-b"), aCrate("A_b", "2.0.0")], [
    "added",
    "crate_name_taken",
  ]],
  [
    "a dependency spelt otherwise, which comes first",
    [aCrate("foo").withDependency("a_b", "^1", HERE), aCrate("a-b")],
    ["added", "dependency_misspelt"],
  ],
  [
    "bytes that were removed, and others",
    [aCrate("gone"), other(aCrate("gone", "2.0.0"))],
    ["added", "version_removed"],
  ],
];

for (const [why, crates, expected, skipExisting = false] of RUNS) {
  Deno.test(`addCrateFiles() in a dry run stores nothing and tells what would be: ${why}`, async () => {
    await using it = await aRegistry();
    await it.add(
      aCrate("gone"),
      aCrate("gone", "2.0.0"),
      aCrate("gone", "3.0.0"),
    );
    await it.registry.remove(the("gone", "1.0.0"));
    await it.registry.remove(the("gone", "2.0.0"));
    const before = await it.stored();
    const told = async (dryRun: boolean) =>
      (await it.tryToAdd(crates, { dryRun, skipExisting })).map((it) =>
        it.outcome === "refused" ? it.refusal.code : it.outcome
      );
    assertEquals(
      await told(true),
      expected.map((it) => it === "added" ? "would_be_added" : it),
    );
    assertEquals(await it.stored(), before);
    assertEquals(await told(false), expected);
  });
}

Deno.test("addCrateFiles() takes crates whose dependencies come in any order, also in a circle of dev-dependencies", async () => {
  await using it = await aRegistry();
  const outcomes = await it.tryToAdd([
    aCrate("top").withDependency("middle", "^1", HERE),
    aCrate("middle").withDependency("bottom", "^1", HERE),
    aCrate("bottom").withDependency("top", "^1", { ...HERE, kind: "dev" }),
  ]);
  assertEquals(outcomesOf(outcomes), {
    "bottom-1.0.0.crate": "added",
    "middle-1.0.0.crate": "added",
    "top-1.0.0.crate": "added",
  });
  assertEquals(outcomes.map(({ label }) => label[0]), ["b", "m", "t"]);
  const lines = (await it.messages()).at(-1)?.split("\n") ?? [];
  assertEquals(lines.map((line) => line.split(" ")[1]), [
    "bottom",
    "middle",
    "top",
  ]);
});

Deno.test("addCrateFiles() puts up to 256 versions into one commit", async () => {
  await using it = await aRegistry();
  const crates = Array.from(
    { length: 300 },
    (_, count) => aCrate(`crate-${count % 30}`, `1.${count}.0`),
  );
  const outcomes = await it.tryToAdd([...crates, aCrate("std")]);
  assertEquals(outcomes.filter((it) => it.outcome === "added").length, 300);
  assertEquals(outcomes.filter((it) => it.outcome === "refused").length, 1);
  const messages = (await it.messages()).slice(1); // without config.json's
  assertEquals(messages.map((it) => it.split("\n").length), [256, 44]);
  const { crateFiles, inProgress, list } = await it.stored();
  assertEquals(Object.keys(crateFiles).length, 300);
  assertEquals(inProgress, []);
  assertEquals(list.crates.map(({ versionCount }) => versionCount), [
    ...Array.from({ length: 30 }, () => 10),
  ]);
});

Deno.test("addCrateFiles() that is not listened to the end leaves nothing in progress", async () => {
  await using it = await aRegistry();
  const files = ["foo", "bar"].map((name) => ({
    label: name,
    read: () => aCrate(name).pieces(),
  }));
  const { by } = the("foo", "1.0.0");
  for await (const { outcome } of it.registry.addCrateFiles({ by, files })) {
    assertEquals(outcome, "added");
    break;
  }
  assertEquals((await it.stored()).inProgress, []);
  assertEquals(await it.versions(), ["bar 1.0.0", "foo 1.0.0"]);
});

Deno.test("two runs of addCrateFiles() in two processes agree, whatever both want to add", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  const crates = (end: string) =>
    Array.from(
      { length: 20 },
      (_, count) => aCrate("foo", `1.${count}.0`).withFile("who.txt", end),
    );
  const [mine, theirs] = await Promise.all([
    Promise.all(crates("mine").map((it_) => addTo(it.registry, [it_]))),
    Promise.all(crates("theirs").map((it_) => addTo(second, [it_]))),
  ]);
  const { crateFiles } = await it.stored();
  for (let count = 0; count < 20; count++) {
    const both = [mine[count]?.[0], theirs[count]?.[0]];
    const added = both.find((it) => it?.outcome === "added");
    const refused = both.find((it) => it?.outcome === "refused");
    assertTrue(added?.outcome === "added", "one of both is in");
    assertTrue(
      refused?.outcome === "refused" &&
        refused.refusal.code === "version_exists",
      "the other is refused",
    );
    const path = `foo/foo-1.${count}.0.crate`;
    assertEquals(crateFiles[path], added.checksum);
  }
  assertEquals(await it.versions(), await it.versions(second));
});

/** A file to be put in order, in which only dependencies matter. */
function aFile(name: string, dependencies: Dependency[] = []) {
  const metadata = someMetadata({ name: parseCrateName(name), dependencies });
  const staged: NamedCrateFile = {
    crate: metadata.name,
    version: metadata.version,
    path: "",
    checksum: "" as NamedCrateFile["checksum"],
    sizeBytes: 0,
    read: () => aCrate(name).pieces(),
  };
  return { metadata, staged };
}

const namesInOrder = (files: ReturnType<typeof aFile>[]) =>
  dependenciesFirst(files).map(({ metadata }) => metadata.name as string);

const ORDERS: [
  files: ReturnType<typeof aFile>[],
  order: string[],
  why: string,
][] = [
  [[aFile("b"), aFile("a"), aFile("c")], ["b", "a", "c"], "as given"],
  [
    [
      aFile("a", [aDependency("b")]),
      aFile("b", [aDependency("c")]),
      aFile("c"),
    ],
    ["c", "b", "a"],
    "dependencies first",
  ],
  [
    [aFile("a", [aDependency("B-c")]), aFile("b_C")],
    ["b_C", "a"],
    "in any spelling",
  ],
  [
    [aFile("a", [aDependency("b", { kind: "dev" })]), aFile("b")],
    ["a", "b"],
    "dev-dependencies do not count",
  ],
  [
    [aFile("a", [aDependency("b", { kind: "build" })]), aFile("b")],
    ["b", "a"],
    "build-dependencies do",
  ],
  [
    [
      aFile("a", [aDependency("b", { registry: "https://other.example" })]),
      aFile("b"),
    ],
    ["a", "b"],
    "those on other registries do not",
  ],
  [
    [aFile("a", [aDependency("b")]), aFile("b", [aDependency("a")])],
    ["b", "a"],
    "a circle is cut where it was begun",
  ],
  [
    [
      aFile("a", [aDependency("b"), aDependency("c")]),
      aFile("b", [aDependency("d")]),
      aFile("c", [aDependency("b")]),
      aFile("d"),
    ],
    ["d", "b", "c", "a"],
    "two ways to one crate",
  ],
];

for (const [files, order, why] of ORDERS) {
  Deno.test(`dependenciesFirst() orders ${order.join(", ")} (${why})`, () => {
    assertEquals(namesInOrder(files), order);
  });
}

Deno.test("dependenciesFirst() orders a chain of 5,000 crates", () => {
  const names = Array.from({ length: 5_000 }, (_, count) => `c${count}`);
  const chain = names.map((name, count) => {
    const next = names[count + 1];
    return aFile(name, next === undefined ? [] : [aDependency(next)]);
  });
  assertEquals(namesInOrder(chain), names.toReversed());
});

Deno.test("a version is published as of the clock that the registry was given", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  const [date] = (await it.git.run(["log", "-1", "--format=%cI"])).stdout
    .split("\n");
  assertEquals(new Date(date ?? ""), FIXED_CLOCK.now());
});
