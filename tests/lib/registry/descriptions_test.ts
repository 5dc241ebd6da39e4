import { DerivedDatabase } from "../../../lib/database/derived.ts";
import {
  parseCrateName,
  Refusal,
  type RegistryEvent,
} from "../../../lib/mod.ts";
import { fillDescriptions } from "../../../lib/registry/descriptions.ts";
import { FileCrateStore } from "../../../lib/storage/file_crate_store.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aLine } from "../../support/a_push.ts";
import { aRegistry, type TestRegistry, the } from "../../support/a_registry.ts";
import { assertEquals } from "../../support/assert.ts";
import { until } from "../../support/until.ts";

const described = (description: string, version = "1.0.0") =>
  aCrate("foo", version).with({ description, keywords: [`k${version[0]}`] });

async function descriptionOf(it: TestRegistry) {
  const { list } = await it.stored();
  const foo = list.crates.find(({ name }) => name === "foo");
  return [foo?.description, foo?.keywords.join()];
}

Deno.test("the description of a crate is that of its newest version", async () => {
  await using it = await aRegistry();
  await it.add(described("One."));
  assertEquals(await descriptionOf(it), ["One.", "k1"]);
  await it.add(described("Two.", "2.0.0"), described("Old.", "0.9.0"));
  assertEquals(await descriptionOf(it), ["Two.", "k2"]);
  await it.registry.yank(the("foo", "2.0.0"));
  assertEquals(await descriptionOf(it), ["One.", "k1"]);
  await it.registry.unyank(the("foo", "2.0.0"));
  assertEquals(await descriptionOf(it), ["Two.", "k2"]);
  await it.registry.remove(the("foo", "2.0.0"));
  assertEquals(await descriptionOf(it), ["One.", "k1"]);
});

Deno.test("descriptions are filled in again when derived.db was deleted", async () => {
  await using it = await aRegistry();
  await it.add(described("One."), aCrate("bar"));
  const before = await it.stored();
  await it.reopen(() => Deno.remove(it.path("derived.db")));
  assertEquals((await it.stored()).list, before.list);
  const { crates } = await it.registry.list({
    ...{ query: "One", limit: 10, offset: 0 },
  });
  assertEquals(crates.map(({ name }) => name as string), ["foo"]);
});

Deno.test("a list fills descriptions in behind its answer", async () => {
  await using it = await aRegistry();
  await it.add(described("One."));
  await it.reopen(() => Deno.remove(it.path("derived.db")));
  const found = async () => {
    const page = { query: "", limit: 10, offset: 0 };
    return (await it.registry.list(page)).crates[0]?.description;
  };
  assertEquals(await found(), null);
  await until(async () => await found() !== null, "it is described");
  assertEquals(await found(), "One.");
});

Deno.test("a crate file that came by hand describes its crate", async () => {
  await using it = await aRegistry();
  await it.putCrateFile(described("By hand."));
  await it.commit({ "3/f/foo": aLine("foo") });
  assertEquals(await descriptionOf(it), ["By hand.", "k1"]);
});

Deno.test("a crate file that is missing or damaged describes nothing, and stops no list", async () => {
  await using it = await aRegistry();
  await it.add(described("One."), aCrate("bar").with({ description: "Bar." }));
  await it.reopen(async () => {
    await Deno.remove(it.path("derived.db"));
    await Deno.writeTextFile(it.path("crates/foo/foo-1.0.0.crate"), "damaged");
    await Deno.remove(it.path("crates/bar/bar-1.0.0.crate"));
  });
  const { list } = await it.stored();
  assertEquals(
    list.crates.map(({ name, description }) => [name as string, description]),
    [
      ["bar", null],
      ["foo", null],
    ],
  );
  await it.add(described("Two.", "2.0.0"));
  assertEquals(await descriptionOf(it), ["Two.", "k2"]);
});

Deno.test("descriptions that cannot be written down stop no list, and the rest is not tried", async () => {
  await using it = await aRegistry();
  await it.add(described("One."), aCrate("bar").with({ description: "Bar." }));
  await it.reopen(() => Deno.remove(it.path("derived.db")));
  await it.registry.show(parseCrateName("foo")); // names are there again
  using derived = DerivedDatabase.open(it.path("derived.db"));
  derived.describe = () => {
    throw new Refusal("disk_full", { path: "derived.db" });
  };
  const events: RegistryEvent[] = [];
  const parts = {
    ...{ derived, config: it.config },
    crates: new FileCrateStore(it.path("crates")),
    emit: (event: RegistryEvent) => events.push(event),
  };
  await fillDescriptions(parts, 10);
  assertEquals(events.map(({ kind }) => kind), ["background_failed"]);
});
