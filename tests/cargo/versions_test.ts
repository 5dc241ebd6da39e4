/**
 * Which version the real cargo takes from the index on disk, and which it no
 * longer does: pre-releases, build metadata, yanked and removed versions.
 *
 * @see https://doc.rust-lang.org/cargo/reference/resolver.html
 * @module
 */

import { assertEquals, assertIncludes } from "../support/assert.ts";
import { FileRegistry } from "../support/file_registry.ts";
import { aLibrary, aTextLibrary, on } from "../support/rust_project.ts";

const VERSIONS = ["1.0.0", "1.1.0+build.7", "1.2.0-rc.1", "2.0.0-alpha.2+b.5"];
/** Requirements, and the version that cargo takes of those above. */
const REQUIREMENTS: [requirement: string, version: string, why: string][] = [
  ["1", "1.1.0+build.7", "no pre-release unless asked for"],
  ["=1.0.0", "1.0.0", "exactly this one"],
  ["=1.1.0", "1.1.0+build.7", "build metadata is no part of a requirement"],
  ["1.2.0-rc.1", "1.2.0-rc.1", "a pre-release that is asked for"],
  ["2.0.0-alpha", "2.0.0-alpha.2+b.5", "both at once"],
];

Deno.test("cargo takes pre-releases and build metadata as SemVer says", async () => {
  await using registry = await FileRegistry.make();
  const user = await registry.user("ana");
  const source = 'pub const VERSION: &str = env!("CARGO_PKG_VERSION");\n';
  await registry.addAll(
    user,
    VERSIONS.map((version) => {
      return [`dated-${version}`, aLibrary("dated", source, { version })];
    }),
  );
  assertEquals(
    (await registry.lines("da/te/dated")).map((line) => line.vers),
    VERSIONS,
  );
  for (const [requirement, version, why] of REQUIREMENTS) {
    const dependency = `dated = ${on(requirement)}`;
    const app = await user.program("dated::VERSION", dependency);
    assertEquals(await user.output(app), version, why);
  }
  await registry.assertWhole();
});

Deno.test("cargo takes a yanked version with an old lockfile, not with a new one", async () => {
  await using registry = await FileRegistry.make();
  const user = await registry.user("ana");
  await addVersions(registry, "1.0.0", "1.1.0");
  const anApp = () => user.program("aged::text()", `aged = ${on("1")}`);
  const old = await anApp();
  assertEquals(await user.output(old), "1.1.0");

  await registry.done("crate", "yank", "aged", "1.1.0");
  const fresh = await anApp();
  assertEquals(await user.output(fresh), "1.0.0", "a new lockfile");
  assertEquals(await user.output(old), "1.1.0", "the old lockfile");
  const other = await registry.user("ben");
  assertEquals(await other.output(old), "1.1.0", "with another cargo's cache");

  await registry.done("crate", "yank", "aged@1.0.0");
  const none = await anApp();
  const { code, stderr } = await user.cargo(none, ["build"]);
  assertEquals(code, 101);
  assertIncludes(stderr, "yanked");

  await registry.done("crate", "unyank", "aged", "1.1.0");
  const again = await anApp();
  assertEquals(await user.output(again), "1.1.0", "after unyank");
  await registry.assertWhole();
});

Deno.test("cargo no longer finds removed versions, nor a removed crate", async () => {
  await using registry = await FileRegistry.make();
  const user = await registry.user("ana");
  await addVersions(registry, "1.0.0", "1.1.0");
  const anApp = () => user.program("aged::text()", `aged = ${on("1")}`);
  const before = await anApp();
  assertEquals(await user.output(before), "1.1.0");

  await registry.done("crate", "remove", "aged", "1.1.0", "--yes");
  const after = await anApp();
  assertEquals(await user.output(after), "1.0.0");
  const other = await registry.user("ben");
  const locked = await other.cargo(before, ["build", "--locked"]);
  assertEquals(locked.code, 101, "a lockfile that names the removed version");

  await registry.done("crate", "remove", "aged", "--yes");
  const late = await anApp();
  const { code, stderr } = await user.cargo(late, ["build"]);
  assertEquals(code, 101);
  assertIncludes(stderr, "no matching package named `aged` found");
  await registry.assertWhole();
});

Deno.test("cargo update sees what was added since", async () => {
  await using registry = await FileRegistry.make();
  const user = await registry.user("ana");
  await addVersions(registry, "1.0.0");
  const app = await user.program("aged::text()", `aged = ${on("1")}`);
  assertEquals(await user.output(app), "1.0.0");
  await addVersions(registry, "1.0.1");
  assertEquals(await user.output(app), "1.0.0", "the lockfile holds");
  await user.cargoDone(app, ["update"]);
  assertEquals(await user.output(app), "1.0.1");
});

/** Adds versions of the crate `aged`, each of which says what it is. */
async function addVersions(
  registry: FileRegistry,
  ...versions: string[]
): Promise<void> {
  await registry.addAll(
    await registry.user("maker"),
    versions.map((version) => {
      return [`aged-${version}`, aTextLibrary("aged", version, { version })];
    }),
  );
}
