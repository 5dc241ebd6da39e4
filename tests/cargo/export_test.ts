/**
 * `palletizer crate export`: the real cargo builds from the folder alone, with
 * the lines that the command prints.
 *
 * @module
 */

import { join } from "node:path";
import { assertEquals, assertIncludes } from "../support/assert.ts";
import { CargoUser } from "../support/cargo.ts";
import { FileRegistry } from "../support/file_registry.ts";
import { aTextLibrary, on } from "../support/rust_project.ts";
import { ServedRegistry } from "../support/served_registry.ts";

const UPPER = {
  toml: `[dependencies]\nbase = ${on("1")}`,
  version: "1.0.0",
};

/** A crate that says what the one below it says. */
function anUpper() {
  const files = aTextLibrary("upper", "", UPPER);
  const source = 'pub fn text() -> String { base::text() + " above" }\n';
  return { ...files, "src/lib.rs": source };
}

for (const read of ["anyone", "token"] as const) {
  Deno.test(`cargo builds offline from an export of a served registry that ${read === "token" ? "asks for tokens" : "everybody may read"}`, async () => {
    const access = { read, publish: "token" } as const;
    await using registry = await ServedRegistry.make(access);
    const secret = await registry.token("anna");
    const provider =
      '[registry]\nglobal-credential-providers = ["cargo:token"]\n';
    const anna = await registry.user("anna", "sparse", {
      CARGO_REGISTRIES_PALLETIZER_TOKEN: secret,
    });
    await anna.configure(provider);
    const base = aTextLibrary("base", "base", { version: "1.0.0" });
    await registry.publish(anna, "base", base);
    await registry.publish(anna, "upper", anUpper());
    const lines = await registry.done("crate", "export", "export");
    assertIncludes(lines, registry.indexUrl("sparse"));
    await registry.stop();

    const offline = await aMachineWith(registry.folder, lines);
    const app = await offline.program("upper::text()", `upper = ${on("1")}`);
    assertEquals(await offline.output(app), "base above");
    await offline.cargoDone(app, ["build", "--offline", "--locked"]);
  });
}

Deno.test("cargo builds offline from an export of a registry without a server, also a yanked version that is locked", async () => {
  await using registry = await FileRegistry.make();
  const anna = await registry.user("anna");
  const base = aTextLibrary("base", "base", { version: "1.0.0" });
  await registry.add(anna, "base", base);
  const folder = join(registry.folder, "export");
  const lines = await registry.done("crate", "export", "export");
  assertIncludes(lines, folder);
  const offline = await aMachineWith(registry.folder, lines);
  const app = await offline.program("base::text()", `base = ${on("1")}`);
  assertEquals(await offline.output(app), "base");

  await registry.done("crate", "yank", "base", "1.0.0");
  const newer = aTextLibrary("base", "newer", { version: "1.1.0" });
  await registry.add(anna, "base-newer", newer);
  await registry.done("crate", "export", "export");
  assertEquals(await offline.output(app), "base");
  await offline.cargoDone(app, ["update"]);
  assertEquals(await offline.output(app), "newer");
});

/** A person whose cargo knows nothing but what the export said. */
async function aMachineWith(
  folder: string,
  lines: string,
): Promise<CargoUser> {
  const person = join(folder, "people", "offline");
  const user = await CargoUser.make(person, "file:///none");
  const config = join(person, "cargo-home", "config.toml");
  const text = await Deno.readTextFile(config);
  const others = text.replace(/^\[registries\.palletizer\]\n.*\n/, "");
  await Deno.writeTextFile(config, `${lines}\n${others}`);
  return user;
}
