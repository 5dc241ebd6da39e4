import { parseCrateName } from "../../../lib/mod.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aLine } from "../../support/a_push.ts";
import { ALICE, aRegistry, outcomesOf, the } from "../../support/a_registry.ts";
import { assertEquals } from "../../support/assert.ts";

const HERE = { registryIndex: "sparse+http://127.0.0.1:7171/index/" };

Deno.test("list() shows crates by name, a page at a time, with how many there are", async () => {
  await using it = await aRegistry();
  const names = ["delta", "Alpha", "charlie", "bravo"];
  await it.add(...names.map((name) => aCrate(name)));
  const page = async (limit: number, offset: number) => {
    const { total, crates } = await it.registry.list({
      ...{ query: "", limit, offset },
    });
    return [total, ...crates.map(({ name }) => name as string)];
  };
  assertEquals(await page(10, 0), [4, "Alpha", "bravo", "charlie", "delta"]);
  assertEquals(await page(2, 1), [4, "bravo", "charlie"]);
  assertEquals(await page(2, 4), [4]);
});

Deno.test("list() finds words of names, descriptions and keywords, the exact name first", async () => {
  await using it = await aRegistry();
  await it.add(
    aCrate("my-parser"),
    aCrate("parser-core"),
    aCrate("parser"),
    aCrate("lexer").with({ description: "Cuts text for a parser." }),
    aCrate("reader").with({ keywords: ["parser"] }),
    aCrate("unrelated"),
  );
  const { total, crates } = await it.registry.list({
    ...{ query: "Parser", limit: 10, offset: 0 },
  });
  const names = crates.map(({ name }) => name as string);
  assertEquals(total, 5);
  assertEquals(names.slice(0, 3), ["parser", "parser-core", "my-parser"]);
  assertEquals(names.slice(3).sort(), ["lexer", "reader"]);
});

Deno.test("show() tells all about a crate, its newest version first", async () => {
  await using it = await aRegistry();
  await it.add(
    aCrate("foo", "1.0.0").with({ description: "Old." }),
    aCrate("foo", "1.10.0").with({
      ...{ description: "New.", keywords: ["one", "two"] },
      ...{ "rust-version": "1.70", links: "z" },
    }).withDependency("bar", "^1.2", { ...HERE, alias: "baz", optional: true })
      .withFeature("default", ["baz"]),
    aCrate("foo", "1.9.0"),
  );
  await it.registry.yank(the("foo", "1.9.0"));
  const crate = await it.registry.show(parseCrateName("foo"));
  assertEquals([crate.name as string, crate.description, crate.keywords], [
    "foo",
    "New.",
    ["one", "two"],
  ]);
  assertEquals(
    crate.versions.map(({ version, yanked }) => `${version} ${yanked}`),
    ["1.10.0 false", "1.9.0 true", "1.0.0 false"],
  );
  const { crateFiles } = await it.stored();
  const [newest] = crate.versions;
  assertEquals({ ...newest, version: "", sizeBytes: 0 }, {
    version: "",
    checksum: crateFiles["foo/foo-1.10.0.crate"],
    yanked: false,
    published: "2026-01-02T03:04:05Z",
    sizeBytes: 0,
    rustVersion: "1.70",
    links: "z",
    features: { default: ["baz"] },
    dependencies: [{
      ...{ name: "baz", req: "^1.2", features: [], optional: true },
      ...{ default_features: true, target: null, kind: "normal" },
      ...{ registry: null, package: "bar" },
    }],
  });
  assertEquals(
    newest?.sizeBytes,
    (await Deno.stat(it.path("crates/foo/foo-1.10.0.crate"))).size,
  );
});

Deno.test("list() and show() see a crate that was pushed by hand, which is closed", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("bar"));
  const checksum = "0".repeat(64);
  await it.commit({ "fo/o_/foo_x": aLine("foo_X") });
  assertEquals(await it.versions(), ["bar 1.0.0", "foo_X 1.0.0"]);
  const { owners, versions } = await it.registry.show(parseCrateName("foo-x"));
  assertEquals(owners, []);
  assertEquals(
    versions.map((it) => [it.checksum as string, it.sizeBytes, it.published]),
    [
      [checksum, null, null],
    ],
  );
  // As closed as what the operator published.
  const outcomes = await it.tryToAdd([aCrate("foo_X", "2.0.0")], { by: ALICE });
  assertEquals(outcomesOf(outcomes), { "foo_X-2.0.0.crate": "not_permitted" });
  await it.add(aCrate("foo_X", "2.0.0"));
});
