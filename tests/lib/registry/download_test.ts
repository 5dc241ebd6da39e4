import { aCrate } from "../../support/a_crate.ts";
import { aLine } from "../../support/a_push.ts";
import { aRegistry, the } from "../../support/a_registry.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";

const SPELLINGS = ["Foo-Bar", "foo-bar", "FOO_BAR"];

Deno.test("a crate file is found by any spelling of its crate, and told by its own", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("Foo-Bar", "1.0.0+b"));
  for (const name of SPELLINGS) {
    const file = await it.registry.crateFile(the(name, "1.0.0+b"));
    assertEquals([file.crate, file.version] as string[], [
      "Foo-Bar",
      "1.0.0+b",
    ]);
  }
});

for (const version of ["2.0.0", "1.0.0+b"]) {
  Deno.test(`a crate that was just pushed by hand has no version ${version} to download`, async () => {
    await using it = await aRegistry();
    await it.commit({ "fo/o-/foo-bar": aLine("foo-bar") });
    await assertRejects(
      () => it.registry.crateFile(the("foo-bar", version)),
      "version_not_found",
      { crate: "foo-bar", version },
    );
  });
}

Deno.test("a crate that is not there has nothing to download", async () => {
  await using it = await aRegistry();
  await assertRejects(
    () => it.registry.crateFile(the("foo", "1.0.0")),
    "crate_not_found",
    { crate: "foo" },
  );
});
