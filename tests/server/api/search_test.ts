import fc from "fast-check";
import { aCrate } from "../../support/a_crate.ts";
import { aRegistry } from "../../support/a_registry.ts";
import { anyUnicode } from "../../support/any_text.ts";
import { ApiClient, type FoundJson } from "../../support/api_client.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";

function namesOf({ crates }: FoundJson): string[] {
  return crates.map(({ name }) => name);
}

/** Crates whose names, keywords and descriptions have words in common. */
const SHELF = [
  aCrate("json", "1.0.0").with({ description: "reads text" }),
  aCrate("json-tools", "1.0.0").with({ description: "a parser" }),
  aCrate("my_json", "1.0.0"),
  aCrate("reader", "1.0.0").with({ description: "it can parse json" }),
  aCrate("word", "1.0.0").with({ keywords: ["json", "grammar"] }),
  aCrate("Zebra", "1.0.0").with({ description: "100% <b>stripes</b>" }),
];

Deno.test("GET crates answers exactly as cargo wants it", async () => {
  await using it = await aRegistry();
  await it.add(
    aCrate("foo", "1.0.0").with({
      description: "What it\nis",
      keywords: ["a"],
    }),
    aCrate("bar", "0.1.0-alpha.1"),
  );
  const client = new ApiClient(it);
  assertEquals(await client.get<FoundJson>("/crates?q=foo&per_page=10"), {
    crates: [{
      id: "foo",
      name: "foo",
      description: "What it\nis",
      keywords: ["a"],
      max_version: "1.0.0",
      newest_version: "1.0.0",
      max_stable_version: "1.0.0",
    }],
    meta: { total: 1 },
  });
  const { crates: [bar] } = await client.get<FoundJson>("/crates?q=bar");
  assertEquals([bar?.max_version, bar?.max_stable_version, bar?.description], [
    "0.1.0-alpha.1",
    null,
    null,
  ]);
});

const QUERIES: [query: string, names: string[], why: string][] = [
  [
    "q=json",
    ["json", "json-tools", "my_json", "word", "reader"],
    "the name itself, names that begin so, names, keywords, descriptions",
  ],
  ["q=JSON-TO", ["json-tools"], "any case, and the beginning of a word"],
  ["q=json_tools", ["json-tools"], "any spelling of a name"],
  ["q=parse%2Bjson", ["json-tools", "reader"], "words as cargo joins them"],
  ["q=parse+json", ["json-tools", "reader"], "words as a form joins them"],
  ["q=parse%20json", ["json-tools", "reader"], "words as a browser does"],
  ["q=parse%2B%2Bjson", ["json-tools", "reader"], "more signs between words"],
  [
    "q=%2B",
    ["json", "json-tools", "my_json", "reader", "word", "Zebra"],
    "no words: all",
  ],
  [
    "q=",
    ["json", "json-tools", "my_json", "reader", "word", "Zebra"],
    "nothing: all",
  ],
  [
    "",
    ["json", "json-tools", "my_json", "reader", "word", "Zebra"],
    "no `q`: all",
  ],
  ["q=grammar", ["word"], "a keyword"],
  ["q=%25", [], "a sign that SQL might know"],
  ["q=100%25", ["Zebra"], "a word with a sign"],
  ["q=nothing", [], "a word that nobody has"],
  ["q=%22%20OR%20name%3A*", [], "what the index of words might know"],
  ["q=%27%3B%20DROP%20TABLE%20crates", [], "what SQL might know"],
  ["q=%ff%fe", [], "no UTF-8"],
  ["q=%00", [], "a control character"],
];
Deno.test("GET crates finds crates by their words", async (t) => {
  await using it = await aRegistry();
  await it.add(...SHELF);
  const client = new ApiClient(it);
  for (const [query, names, why] of QUERIES) {
    await t.step(`${query} finds ${names.join(", ")} (${why})`, async () => {
      const found = await client.get<FoundJson>(`/crates?${query}`);
      assertEquals(namesOf(found), names);
      assertEquals(found.meta, { total: names.length });
    });
  }
});

Deno.test("GET crates is cut into pages that together are the whole", async () => {
  await using it = await aRegistry();
  const client = new ApiClient(it);
  await it.add(...SHELF);
  const total = 5;
  for (const size of [0, 1, 2, 5, 100]) {
    const names: string[] = [];
    for (let page = 1; page <= 6; page++) {
      const query = `q=json&per_page=${size}&page=${page}`;
      const found = await client.get<FoundJson>(`/crates?${query}`);
      assertEquals(found.meta, { total });
      assertTrue(found.crates.length <= size, "a page is too long");
      names.push(...namesOf(found));
    }
    const whole = ["json", "json-tools", "my_json", "word", "reader"];
    assertEquals(names, whole.slice(0, 6 * size));
  }
});

Deno.test("GET crates has 10 crates on a page where nothing is said", async () => {
  await using it = await aRegistry();
  await it.add(...Array.from({ length: 12 }, (_, at) => aCrate(`crate-${at}`)));
  const client = new ApiClient(it);
  const { crates, meta } = await client.get<FoundJson>("/crates?q=crate");
  assertEquals([crates.length, meta.total], [10, 12]);
  const next = await client.get<FoundJson>("/crates?q=crate&page=2");
  assertEquals(next.crates.length, 2);
});

Deno.test("GET crates shows the newest version that is neither yanked nor a pre-release", async () => {
  await using it = await aRegistry();
  const client = new ApiClient(it);
  await it.add(aCrate("other"));
  const shown = async () =>
    (await client.get<FoundJson>("/crates?q=foo")).crates[0]?.max_version;
  const yank = (version: string) =>
    client.ask("DELETE", `/crates/foo/${version}/yank`);
  for (const version of ["2.0.0-rc.1", "1.0.0", "0.9.0", "1.1.0"]) {
    await client.publish(aCrate("foo", version));
  }
  const seen = [await shown()];
  for (const version of ["1.1.0", "1.0.0", "0.9.0", "2.0.0-rc.1"]) {
    await yank(version);
    seen.push(await shown());
  }
  assertEquals(seen, ["1.1.0", "1.0.0", "0.9.0", "2.0.0-rc.1", "2.0.0-rc.1"]);
});

Deno.test("GET crates takes any text, and what it answers stays JSON", async () => {
  await using it = await aRegistry();
  await it.add(...SHELF);
  const client = new ApiClient(it);
  const text = anyUnicode(40);
  await fc.assert(
    fc.asyncProperty(text, async (text) => {
      const query = encodeURIComponent(text);
      const { crates, meta } = await client.get<FoundJson>(
        `/crates?q=${query}`,
      );
      assertTrue(Array.isArray(crates), "crates is a list");
      assertTrue(Number.isInteger(meta.total), "total is a number");
    }),
    { numRuns: 50 },
  );
});
