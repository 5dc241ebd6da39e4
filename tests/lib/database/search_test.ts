import fc from "fast-check";
import { join } from "node:path";
import { canonicalCrateName, parseCrateName } from "../../../lib/crate/name.ts";
import { parseCrateVersion } from "../../../lib/crate/version.ts";
import { DerivedDatabase } from "../../../lib/database/derived.ts";
import { anyText } from "../../support/any_text.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { type TempFolder, tempFolder } from "../../support/temp_folder.ts";

const V1 = parseCrateVersion("1.0.0");

/** A crate: its name, and if described its description and keywords. */
type Sample = [name: string, description?: string, keywords?: string[]];

const CRATES: Sample[] = [
  ["serde_json", "A JSON serialization file format", ["json", "serde"]],
  ["serde", "A generic serialization framework", ["no_std"]],
  ["my-serde-x"],
  ["Foo-Bar", "Does foo, and bar as well", []],
  ["foo_baz", 'Unlike `Foo-Bar`, this is "quoted"', []],
  ["rusqlite", "Ergonomic wrapper for SQLite", ["database"]],
  ["aws-s3", "Client for object stores", ["cloud"]],
  ["x"],
  ["unrelated", "Über-schnell: größer, Ελλάδα", ["fast"]],
];

class Searched implements AsyncDisposable {
  private constructor(
    readonly derived: DerivedDatabase,
    readonly temp: TempFolder,
  ) {}

  static async make(crates: readonly Sample[]): Promise<Searched> {
    const temp = await tempFolder();
    const derived = DerivedDatabase.open(join(temp.path, "derived.db"));
    derived.transaction(() => {
      for (const [text, description, keywords] of crates) {
        const name = parseCrateName(text);
        const fixed = { newestVersion: V1, versionCount: 1, yanked: false };
        derived.putCrate({ name, ...fixed });
        if (description === undefined) continue;
        const described = { description, keywords: keywords ?? [] };
        derived.describe(canonicalCrateName(name), V1, described);
      }
    });
    return new Searched(derived, temp);
  }

  find(query: string, limit = 100, offset = 0): string[] {
    return this.derived.search(query, { limit, offset }).crates
      .map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.derived.close();
    await this.temp[Symbol.asyncDispose]();
  }
}

const QUERIES: [query: string, found: string[], why: string][] = [
  ["serde", ["serde", "serde_json", "my-serde-x"], "exact, prefix, part"],
  ["foo_bar", ["Foo-Bar", "foo_baz"], "`_` is `-`; a description has it too"],
  ["FOO-BAR", ["Foo-Bar", "foo_baz"], "case does not matter"],
  ["foo", ["Foo-Bar", "foo_baz"], "all names that begin so"],
  ["seriali", ["serde", "serde_json"], "half a word of a description"],
  ["sql", ["rusqlite"], "a part of a word of a name"],
  ["erd", ["serde", "serde_json", "my-serde-x"], "the middle of a name"],
  ["lite", ["rusqlite"], "the end of a name"],
  ["json format", ["serde_json"], "all words, in any order"],
  ["format json", ["serde_json"], "all words, in any order"],
  ["json ergonomic", [], "no crate has both"],
  ["s3 client", ["aws-s3"], "a word of two letters beside another"],
  ["x", ["x", "my-serde-x"], "one letter"],
  ["database", ["rusqlite"], "a keyword"],
  ["no_std", ["serde"], "a keyword with a sign"],
  ["quoted", ["foo_baz"], "a word between quotes"],
  ['"quoted" OR serde', [], "no syntax: `or` is a word that no crate has"],
  ["größer", ["unrelated"], "letters that are not ASCII"],
  ["ÜBER", ["unrelated"], "letters that are not ASCII, in capitals"],
  ["ελλάδα", ["unrelated"], "another script"],
  ["***", [], "signs alone are no word"],
  ["\0", [], "not even a sign"],
  ["😀", [], "neither"],
];
for (const [query, found, why] of QUERIES) {
  Deno.test(`a search for ${JSON.stringify(query)} finds ${found.join(", ") || "nothing"} (${why})`, async () => {
    await using searched = await Searched.make(CRATES);
    assertEquals(searched.find(query).sort(), found.toSorted());
  });
}

for (const query of ["", "  \t\n"]) {
  Deno.test(`a search for ${JSON.stringify(query)} finds all crates by name`, async () => {
    await using searched = await Searched.make(CRATES);
    assertEquals(searched.find(query), [
      ...["aws-s3", "Foo-Bar", "foo_baz", "my-serde-x", "rusqlite", "serde"],
      ...["serde_json", "unrelated", "x"],
    ]);
  });
}

Deno.test("a search puts the exact name first, then names that begin so, then the rest", async () => {
  const noise = Array.from({ length: 30 }, (_, number): Sample => [
    `noise-${number}`,
    "about log and log and log",
    ["log"],
  ]);
  const named = ["my-log", "log-b", "log", "Log4rs"].map((it): Sample => [it]);
  await using searched = await Searched.make([...noise, ...named]);
  const names = searched.find("log");
  assertEquals(names.slice(0, 3), ["log", "Log4rs", "log-b"]);
  assertEquals(names.length, 34);
});

Deno.test("a search weighs a name more than a keyword, and that more than a description", async () => {
  await using searched = await Searched.make([
    ["one", "it is about widgets of all kinds", []],
    ["two", "it is about things of all kinds", ["widget"]],
    ["my-widget", "it is about things of all kinds", []],
  ]);
  assertEquals(searched.find("widget"), ["my-widget", "two", "one"]);
});

Deno.test("a search for a very long text looks at its beginning", async () => {
  await using searched = await Searched.make(CRATES);
  const text = `serde json ${" ".repeat(200)} unknown`.repeat(1000);
  assertEquals(searched.find(text), ["serde_json"]);
  assertEquals(searched.find("word ".repeat(100_000)), []);
});

/** Queries that match all, some and none of these many crates. */
const MANY = 2_500;
const PAGED: [query: string, total: number, why: string][] = [
  ["", MANY, "all, by name"],
  ["many", MANY, "more than are weighed"],
  ["fizz", Math.ceil(MANY / 3), "few enough to be weighed"],
  ["fizz nothing", 0, "no crate has both"],
  ["crate-1", countOf(/^1|1./), "first those whose names begin so"],
  ["nothing", 0, "none"],
];
function countOf(pattern: RegExp): number {
  return Array.from({ length: MANY }, (_, number) => String(number))
    .filter((text) => pattern.test(text)).length;
}

Deno.test("a search tells how many there are, and pages give each of them once", async () => {
  const crates = Array.from({ length: MANY }, (_, number): Sample => [
    `crate-${number}`,
    number % 3 === 0 ? "one of the many, fizz" : "one of the many",
    [],
  ]);
  await using searched = await Searched.make(crates);
  for (const [query, total, why] of PAGED) {
    const names: string[] = [];
    for (let offset = 0; offset < MANY + 100; offset += 170) {
      const page = searched.derived.search(query, { limit: 170, offset });
      assertEquals(page.total, total, `${query}: ${why}`);
      names.push(...page.crates.map(({ name }) => name));
    }
    assertEquals(names.length, total, `${query}: ${why}`);
    assertEquals(new Set(names).size, total, `${query}: ${why}`);
  }
});

Deno.test("a page may begin before the end of the prefixes and end behind it", async () => {
  await using searched = await Searched.make([
    ...["log", "log-a", "log-b", "a-log", "b-log"].map((it): Sample => [it]),
  ]);
  const all = searched.find("log");
  assertEquals(all.length, 5);
  for (let offset = 0; offset <= 5; offset++) {
    for (let limit = 0; limit <= 5; limit++) {
      assertEquals(
        searched.find("log", limit, offset),
        all.slice(offset, offset + limit),
      );
    }
  }
});

Deno.test("a search throws at no text, and its total is that of its pages", async () => {
  await using searched = await Searched.make(CRATES);
  const query = fc.oneof(
    anyText,
    fc.string({ unit: "grapheme" }),
    fc.array(fc.constantFrom(
      ...[
        '"',
        "'",
        "*",
        "(",
        ")",
        "-",
        "_",
        ":",
        "^",
        "+",
        "{",
        "~",
        "\\",
        "%",
      ],
      ...[" ", "AND", "OR", "NOT", "NEAR", "serde", "foo", "x", "\0", "\ud800"],
    )).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(query, (text) => {
      const { total, crates } = searched.derived.search(text, {
        limit: 100,
        offset: 0,
      });
      assertEquals(crates.length, total);
      assertEquals(new Set(crates.map(({ name }) => name)).size, total);
    }),
    { numRuns: 500 },
  );
});

Deno.test("a search finds a crate by any part of a word of its name", async () => {
  await using searched = await Searched.make(CRATES);
  const part = fc.constantFrom(...CRATES.map(([name]) => name)).chain(
    (name) => {
      const words = name.split(/[-_]/);
      return fc.constantFrom(...words).chain((word) =>
        fc.tuple(fc.nat(word.length - 1), fc.nat(word.length)).map((
          [start, length],
        ) => {
          const asked = word.slice(start, start + Math.max(2, length));
          return { name, asked: asked.length < 2 ? word : asked };
        })
      );
    },
  );
  fc.assert(fc.property(part, ({ name, asked }) => {
    assertTrue(
      searched.find(asked).includes(name),
      `${asked} finds no ${name}`,
    );
  }));
});
