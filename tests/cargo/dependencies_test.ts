/**
 * The real cargo builds from the index on disk, with no server: what the
 * commands wrote is what cargo resolves, downloads, compiles and runs.
 *
 * @see https://doc.rust-lang.org/cargo/reference/registry-index.html
 * @module
 */

import { aCrate } from "../support/a_crate.ts";
import { assertEquals, assertIncludes } from "../support/assert.ts";
import { FileRegistry } from "../support/file_registry.ts";
import { aLibrary, aTextLibrary, on } from "../support/rust_project.ts";

const GIT_CLIENTS: [how: string, env: Record<string, string>][] = [
  ["by its own git", {}],
  ["by the git program", { CARGO_NET_GIT_FETCH_WITH_CLI: "true" }],
];

for (const [how, env] of GIT_CLIENTS) {
  Deno.test(`cargo builds a plain dependency, fetching ${how}`, async () => {
    await using registry = await FileRegistry.make();
    const user = await registry.user("ana", env);
    await registry.add(user, "word", aTextLibrary("word", "pallet"));

    const app = await user.program("word::text()", `word = ${on("0.1")}`);
    assertEquals(await user.output(app), "pallet");
    const lock = await Deno.readTextFile(`${app}/Cargo.lock`);
    assertIncludes(lock, `source = "registry+${registry.indexUrl}"`);
    await registry.assertWhole();
  });
}

Deno.test("cargo publish --dry-run verifies a crate that depends on the index", async () => {
  await using registry = await FileRegistry.make();
  const user = await registry.user("ana");
  await registry.add(user, "word", aTextLibrary("word", "pallet"));

  const toml = `[dependencies]\nword = ${on("^0.1.0")}`;
  const source = "pub fn text() -> String { word::text() }\n";
  const project = await user.project(
    "twice",
    aLibrary("twice", source, { toml }),
  );
  const dryRun = ["publish", "--dry-run", "--registry", "palletizer"];
  await user.cargoDone(project, [...dryRun, "--allow-dirty"]);
  await registry.done("crate", "add", await user.packageCrate(project));
  const [line] = await registry.lines("tw/ic/twice");
  assertEquals(line?.deps.map(({ name, registry }) => [name, registry]), [
    ["word", null],
  ]);
  await registry.assertWhole();
});

Deno.test("cargo builds a renamed dependency of a dependency", async () => {
  await using registry = await FileRegistry.make();
  const user = await registry.user("ana");
  await registry.add(user, "word", aTextLibrary("word", "pallet"));
  const toml = `[dependencies]\nnoun = ${on("0.1", ', package = "word"')}`;
  const source = 'pub fn text() -> String { format!("a {}", noun::text()) }\n';
  await registry.add(user, "sentence", aLibrary("sentence", source, { toml }));

  const [line] = await registry.lines("se/nt/sentence");
  assertEquals(line?.deps.map((it) => [it.name, it.package]), [
    ["noun", "word"],
  ]);
  const dependency = `said = ${on("0.1", ', package = "sentence"')}`;
  const app = await user.program("said::text()", dependency);
  assertEquals(await user.output(app), "a pallet");
  await registry.assertWhole();
});

/** What `voice` says with these features: `dep:` and `?/` decide. */
const VOICES: [features: string[], says: string, why: string][] = [
  [[], "silent", "an optional dependency stays out by itself"],
  [["high"], "high", "a `dep:` value brings the dependency in"],
  [["loud"], "silent", "a `?/` value does not bring the dependency in"],
  [["high", "loud"], "HIGH", "a `?/` value sets the feature of one that is in"],
  [["all"], "HIGH", "a feature may name other features"],
];

Deno.test("cargo resolves optional dependencies, `dep:` and `?/` features", async () => {
  await using registry = await FileRegistry.make();
  const user = await registry.user("ana");
  await registry.add(
    user,
    "pitch",
    aLibrary(
      "pitch",
      'pub fn text() -> &\'static str { if cfg!(feature = "shout") { "HIGH" } else { "high" } }\n',
      { toml: "[features]\nshout = []" },
    ),
  );
  await registry.add(
    user,
    "voice",
    aLibrary(
      "voice",
      '#[cfg(feature = "high")]\npub fn text() -> &\'static str { tone::text() }\n' +
        '#[cfg(not(feature = "high"))]\npub fn text() -> &\'static str { "silent" }\n',
      {
        toml: `[dependencies]
tone = ${on("0.1", ', package = "pitch", optional = true')}
[features]
high = ["dep:tone"]
loud = ["tone?/shout"]
all = ["high", "loud"]`,
      },
    ),
  );
  for (const [features, says, why] of VOICES) {
    const more = `, features = ${JSON.stringify(features)}`;
    const dependency = `voice = ${on("0.1", more)}`;
    const app = await user.program("voice::text()", dependency);
    assertEquals(await user.output(app), says, why);
  }
  await registry.assertWhole();
});

Deno.test("cargo leaves default features out where a dependency asks so", async () => {
  await using registry = await FileRegistry.make();
  const user = await registry.user("ana");
  await registry.add(
    user,
    "plain",
    aLibrary(
      "plain",
      'pub const DEFAULT: bool = cfg!(feature = "default");\n',
      { toml: "[features]\ndefault = []" },
    ),
  );
  const source = "pub use plain::DEFAULT;\n";
  const toml = `[dependencies]\nplain = ${
    on("0.1", ", default-features = false")
  }`;
  await registry.add(user, "without", aLibrary("without", source, { toml }));
  const dependency = `without = ${on("0.1")}`;
  const app = await user.program("without::DEFAULT", dependency);
  assertEquals(await user.output(app), "false");
});

Deno.test("cargo builds dependencies of its own target only", async () => {
  await using registry = await FileRegistry.make();
  const user = await registry.user("ana");
  await registry.add(user, "here", aTextLibrary("here", "here"));
  const never = 'compile_error!("built for another target");\n';
  await registry.add(user, "there", aLibrary("there", never));
  const toml = `[target.'cfg(target_os = "none")'.dependencies]
there = ${on("0.1")}
[target.'cfg(not(target_os = "none"))'.dependencies]
here = ${on("0.1")}`;
  const source = "pub fn text() -> String { here::text() }\n";
  await registry.add(user, "locator", aLibrary("locator", source, { toml }));

  const dependency = `place = ${on("0.1", ', package = "locator"')}`;
  const app = await user.program("place::text()", dependency);
  assertEquals(await user.output(app), "here");
  await registry.assertWhole();
});

Deno.test("cargo builds build dependencies and leaves dev-dependencies alone", async () => {
  await using registry = await FileRegistry.make();
  const user = await registry.user("ana");
  await registry.add(user, "maker", aTextLibrary("maker", "made"));
  const never = 'compile_error!("built though only tests need it");\n';
  await registry.add(user, "checker", aLibrary("checker", never));
  await registry.add(
    user,
    "product",
    aLibrary("product", 'pub const TEXT: &str = env!("TEXT");\n', {
      toml: `[build-dependencies]
maker = ${on("0.1")}
[dev-dependencies]
checker = ${on("0.1")}`,
      files: {
        "build.rs":
          'fn main() { println!("cargo::rustc-env=TEXT={}", maker::text()); }\n',
      },
    }),
  );
  const [line] = await registry.lines("pr/od/product");
  assertEquals(line?.deps.map((it) => [it.name, it.kind]).sort(), [
    ["checker", "dev"],
    ["maker", "build"],
  ]);
  const dependency = `product = ${on("0.1")}`;
  const app = await user.program("product::TEXT", dependency);
  assertEquals(await user.output(app), "made");
  await registry.assertWhole();
});

/** Names whose paths in the index differ in shape, and their crates' names in Rust. */
const NAMES: [name: string, path: string, inRust: string][] = [
  ["a", "1/a", "a"],
  ["bc", "2/bc", "bc"],
  ["def", "3/d/def", "def"],
  ["ghij", "gh/ij/ghij", "ghij"],
  ["Klm", "3/k/klm", "Klm"],
  ["CamelCase", "ca/me/camelcase", "CamelCase"],
  ["with-dash", "wi/th/with-dash", "with_dash"],
  ["under_score", "un/de/under_score", "under_score"],
  ["x-_9", "x-/_9/x-_9", "x__9"],
];

Deno.test("cargo finds names of every length and spelling", async () => {
  await using registry = await FileRegistry.make();
  const user = await registry.user("ana");
  await registry.addAll(
    user,
    NAMES.map(([name]) => [name, aTextLibrary(name, name)]),
  );
  for (const [name, path] of NAMES) {
    const lines = await registry.lines(path);
    assertEquals(lines.map((line) => line.name), [name]);
  }
  const dependencies = NAMES.map(([name]) => `${name} = ${on("0.1")}`);
  const texts = NAMES.map(([, , inRust]) => `${inRust}::text()`);
  const joined = `[${texts.join(", ")}].join(" ")`;
  const app = await user.program(joined, dependencies.join("\n"));
  assertEquals(await user.output(app), NAMES.map(([name]) => name).join(" "));
  await registry.assertWhole();
});

Deno.test("cargo builds a folder of crate files that was added at once", async () => {
  await using registry = await FileRegistry.make();
  const user = await registry.user("ana");
  const here = { registryIndex: registry.indexUrl };
  // By name the dependents come first, and one of them is needed in turn.
  await registry.write("folder", [
    aCrate("a-top").withDependency("middle", "^1", here)
      .withLibrary("pub fn text() -> &'static str { middle::text() }"),
    aCrate("middle").withDependency("z-base", "^1", here)
      .withLibrary("pub fn text() -> &'static str { z_base::text() }"),
    aCrate("z-base").withDependency("a-top", "^1", { ...here, kind: "dev" })
      .withLibrary('pub fn text() -> &\'static str { "base" }'),
    aCrate("native").with({ links: "native", "rust-version": "1.60" })
      .withFeature("default", ["extra"]).withFeature("extra")
      .withLibrary('pub const EXTRA: bool = cfg!(feature = "extra");'),
  ]);
  await registry.done("crate", "add", "folder");
  const app = await user.program(
    'format!("{} {}", a_top::text(), native::EXTRA)',
    `a-top = ${on("1")}\nnative = ${on("1")}`,
  );
  assertEquals(await user.output(app), "base true");
  await registry.assertWhole();
});
