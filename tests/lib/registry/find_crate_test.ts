import { parseCrateName } from "../../../lib/mod.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aLine } from "../../support/a_push.ts";
import { aRegistry, the } from "../../support/a_registry.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";

const SPELLINGS = ["Foo-Bar_baz", "foo-bar_baz", "FOO_BAR_BAZ", "foo-bar-baz"];

Deno.test("a crate is found by any spelling of its name, and told by its own", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("Foo-Bar_baz", "1.0.0"), aCrate("Foo-Bar_baz", "2.0.0"));
  for (const name of SPELLINGS) {
    const crate = parseCrateName(name);
    assertEquals((await it.registry.show(crate)).name, "Foo-Bar_baz");
    assertEquals(await it.registry.dependents({ crate, version: null }), []);
    await it.registry.yank(the(name, "2.0.0"));
    assertEquals(await it.versions(), [
      "Foo-Bar_baz 1.0.0",
      "Foo-Bar_baz 2.0.0 yanked",
    ]);
    await it.registry.unyank(the(name, "2.0.0"));
  }
  const { crate } = await it.registry.remove(the("foo_bar_baz", "2.0.0"));
  assertEquals(crate, "Foo-Bar_baz");
});

for (const verb of ["show", "yank", "remove", "dependents"] as const) {
  Deno.test(`${verb} finds a crate that was just pushed by hand, by any spelling`, async () => {
    await using it = await aRegistry();
    await it.commit({ "fo/o-/foo-bar": aLine("foo-bar") });
    const asked = the("Foo_bar", "1.0.0");
    if (verb === "show") await it.registry.show(asked.crate);
    else await it.registry[verb](asked);
  });
}

Deno.test("a version is found without its build metadata, but not with another one's", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo", "1.0.0+one.2"));
  await it.registry.yank(the("foo", "1.0.0"));
  assertEquals(await it.versions(), ["foo 1.0.0+one.2 yanked"]);
  for (const version of ["1.0.0+one", "1.0.0-pre", "1.0.1"]) {
    await assertRejects(
      () => it.registry.unyank(the("foo", version)),
      "version_not_found",
      { crate: "foo", version },
    );
  }
  await it.registry.unyank(the("foo", "1.0.0+one.2"));
  assertEquals(await it.versions(), ["foo 1.0.0+one.2"]);
});

Deno.test("a crate that is not there is refused as it was asked for", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  for (const name of ["Fo", "fooo", "foo-"]) {
    const crate = parseCrateName(name);
    await assertRejects(() => it.registry.show(crate), "crate_not_found", {
      crate,
    });
  }
});
