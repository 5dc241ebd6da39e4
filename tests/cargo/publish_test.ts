/**
 * The real cargo publishes to a server, by both index protocols, and builds from
 * what it published.
 *
 * @see https://doc.rust-lang.org/cargo/commands/cargo-publish.html
 * @module
 */

import { join } from "node:path";
import { aCrate } from "../support/a_crate.ts";
import { noise } from "../support/a_tar.ts";
import {
  assertEquals,
  assertIncludes,
  assertMatch,
  assertTrue,
} from "../support/assert.ts";
import type { CargoUser } from "../support/cargo.ts";
import { FileRegistry, type IndexLine } from "../support/file_registry.ts";
import { writeLocalRegistry } from "../support/local_registry.ts";
import {
  aLibrary,
  aProgram,
  aTextLibrary,
  on,
} from "../support/rust_project.ts";
import { PROTOCOLS, ServedRegistry } from "../support/served_registry.ts";

for (const protocol of PROTOCOLS) {
  Deno.test(`cargo publishes and builds by the ${protocol} index`, async () => {
    await using registry = await ServedRegistry.make();
    const user = await registry.user("ana", protocol);
    const said = await registry.publish(
      user,
      "word",
      aTextLibrary("word", "pallet"),
    );
    assertIncludes(said, "Published word v0.1.0 at registry `palletizer`");
    assertTrue(!said.includes("warning"), said);

    const app = await user.program("word::text()", `word = ${on("0.1")}`);
    assertEquals(await user.output(app), "pallet");
    const lock = await Deno.readTextFile(join(app, "Cargo.lock"));
    const source = registry.indexUrl(protocol).startsWith("sparse+")
      ? registry.indexUrl(protocol)
      : `registry+${registry.indexUrl(protocol)}`;
    assertIncludes(lock, `source = "${source}"`);
  });

  Deno.test(`cargo publishes a workspace by the ${protocol} index, dependencies first`, async () => {
    await using registry = await ServedRegistry.make();
    const user = await registry.user("ana", protocol);
    const inside = { version: "1.0.0" };
    const onWord = '[dependencies]\nword = { path = "../word", ' +
      'version = "1.0.0", registry = "palletizer" }\n';
    const source = 'pub fn text() -> String { format!("a {}", word::text()) }';
    const sentence = aLibrary("sentence", source, { ...inside, toml: onWord });
    const workspace = await user.project("workspace", {
      "Cargo.toml": '[workspace]\nmembers = ["sentence", "word"]\n' +
        'resolver = "2"\n',
      ...below("word", aTextLibrary("word", "pallet", inside)),
      ...below("sentence", sentence),
    });
    await user.cargoDone(workspace, [
      ...["publish", "--workspace", "--registry", "palletizer"],
      "--allow-dirty",
    ]);

    const dependency = `sentence = ${on("1")}`;
    const app = await user.program("sentence::text()", dependency);
    assertEquals(await user.output(app), "a pallet");
  });
}

function below(folder: string, files: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]),
  );
}

Deno.test("cargo finds what it published at its first look", async () => {
  await using registry = await ServedRegistry.make();
  const user = await registry.user("ana", "sparse");
  await registry.publish(user, "word", aTextLibrary("word", "pallet"));
  const log = await registry.stop();
  const requests = [...log.matchAll(/info {2}(GET|PUT) (\S+) (\d+) /g)]
    .map(([, ...request]) => request.join(" "));
  assertEquals(requests, [
    "GET /index/config.json 200",
    "GET /index/wo/rd/word 404",
    "PUT /api/v1/crates/new 200",
    "GET /index/config.json 200",
    "GET /index/wo/rd/word 200",
  ]);
});

Deno.test("cargo prints the warnings of a publish", async () => {
  await using registry = await ServedRegistry.make();
  const user = await registry.user("ana", "sparse");
  await registry.publish(user, "any", aTextLibrary("any", "any"));
  const said = await registry.publish(user, "word", {
    "Cargo.toml": `[package]
name = "word"
version = "1.0.0"
categories = ["utilities", "algorithms"]
[dependencies]
any = ${on("*")}
`,
    "src/lib.rs": "",
  });
  const warnings = said.split("\n").filter((it) => it.startsWith("warning: "));
  assertTrue(warnings.some((it) => it.includes("`package.description`")), said);
  assertTrue(warnings.some((it) => it.includes("`package.license`")), said);
  assertTrue(warnings.some((it) => it.includes("`dependencies.any`")), said);
  const categories = warnings.filter((it) => it.includes("categor"));
  assertEquals(categories.length, 1, said);
  assertTrue(categories[0]?.includes("utilities") === true, said);
  assertTrue(categories[0]?.includes("algorithms") === false, said);
  assertIncludes(said, "Published word v1.0.0");
});

/** `many` depends on crates in every way there is. */
function many(version: string) {
  const toml = `[dependencies]
Plain-One = ${on("0.1")}
renamed = ${on("0.1", ', package = "real"')}
maybe = ${on("0.1", ', optional = true, features = ["loud"]')}
outer = { version = "1", default-features = false }
foreign = { version = "0.1", registry = "other" }
[build-dependencies]
builder = ${on("0.1")}
[dev-dependencies]
tester = ${on("0.1")}
[target.'cfg(unix)'.dependencies]
on_unix = ${on("0.1")}
[target.'cfg(windows)'.dependencies]
on_windows = ${on("0.1")}
[features]
more = ["dep:maybe"]
`;
  const source = `pub fn text() -> String {
    [env!("BUILT_WITH"), &Plain_One::text(), &renamed::text(), &on_unix::text(),
      &foreign::text(), if outer::IS_HERE { "outer" } else { "" }].join(" ")
}
`;
  const build = `fn main() {
    println!("cargo:rustc-env=BUILT_WITH={}", builder::text());
}
`;
  const fields = 'build = "build.rs"';
  const files = { "build.rs": build };
  return aLibrary("many", source, { version, toml, fields, files });
}

const OWN = ["Plain-One", "real", "builder", "tester", "on_unix", "on_windows"];

Deno.test("cargo publishes every kind of dependency, and both indexes build the same", async () => {
  await using foreign = await FileRegistry.make();
  const stranger = await foreign.user("eve");
  await foreign.add(stranger, "foreign", aTextLibrary("foreign", "foreign"));
  const crates = '"https://github.com/rust-lang/crates.io-index"';
  await using registry = await ServedRegistry.make({
    registry: `allowed_registries = [${crates}, "${foreign.indexUrl}"]`,
  });
  const outer = aCrate("outer", "1.2.3")
    .withLibrary("pub const IS_HERE: bool = true;\n");
  const cratesIo = join(registry.folder, "crates-io");
  await writeLocalRegistry(cratesIo, [outer]);
  const userOf = async (name: string, protocol: typeof PROTOCOLS[number]) => {
    const user = await registry.user(name, protocol);
    await user.configure(`
[source.crates-io]
replace-with = "fake"
[source.fake]
local-registry = "${cratesIo}"
[registries.other]
index = "${foreign.indexUrl}"
`);
    return user;
  };

  const publisher = await userOf("ana", "sparse");
  for (const name of OWN) {
    await registry.publish(publisher, name, aTextLibrary(name, name));
  }
  const loud = { toml: "[features]\nloud = []\n" };
  await registry.publish(
    publisher,
    "maybe",
    aTextLibrary("maybe", "maybe", loud),
  );
  await registry.publish(publisher, "many-1", many("1.0.0"));
  const other = await userOf("ben", "git");
  await registry.publish(other, "many-2", many("2.0.0"));

  const file = await registry.sparseFile("ma/ny/many") ?? "";
  const [one, two] = file.trimEnd().split("\n")
    .map((line): IndexLine => JSON.parse(line));
  assertEquals(one?.deps, two?.deps, "whatever index its publisher uses");
  assertEquals(
    one?.deps.map(({ name, registry }) => [name, registry]),
    [
      ["Plain-One", null],
      ["builder", null],
      ["foreign", foreign.indexUrl],
      ["maybe", null],
      ["on_unix", null],
      ["on_windows", null],
      ["outer", "https://github.com/rust-lang/crates.io-index"],
      ["renamed", null],
      ["tester", null],
    ],
  );

  const locks = [];
  for (const protocol of PROTOCOLS) {
    const user = await userOf(`builder-${protocol}`, protocol);
    const app = await user.program("many::text()", `many = ${on("1")}`);
    const printed = "builder Plain-One real on_unix foreign outer";
    assertEquals(await user.output(app), printed);
    const lock = await Deno.readTextFile(join(app, "Cargo.lock"));
    const url = registry.indexUrl(protocol);
    const source = protocol === "git" ? `registry+${url}` : url;
    assertIncludes(lock, source);
    locks.push(lock.replaceAll(`"${source}"`, '"HERE"'));
  }
  assertEquals(locks[0], locks[1], "the locks, but for the source");
});

interface RefusedProject {
  name: string;
  version: string;
  says: RegExp;
  why: string;
}

const REFUSED: readonly RefusedProject[] = [
  {
    name: "foo-bar",
    version: "1.0.0",
    says: /already (exists|has version)/,
    why: "after 1.0.0+x",
  },
  {
    name: "foo-bar",
    version: "1.0.0+y",
    says: /already (exists|has version)/,
    why: "after 1.0.0+x",
  },
  {
    name: "foo-bar",
    version: "2.0.0",
    says: /status 409.*already has version 2\.0\.0/,
    why: "which is there and yanked, so that cargo does not know",
  },
  {
    name: "foo_bar",
    version: "3.0.0",
    says: /status 409.*`foo-bar`/,
    why: "after foo-bar",
  },
  {
    name: "FOO-BAR",
    version: "3.0.0",
    says: /status 409.*`foo-bar`/,
    why: "after foo-bar",
  },
  {
    name: "std",
    version: "1.0.0",
    says: /status 400.*`std`/,
    why: "of the toolchain",
  },
  {
    name: "con",
    version: "1.0.0",
    says: /status 400.*`con`/,
    why: "of Windows",
  },
];

for (const protocol of PROTOCOLS) {
  Deno.test(`cargo prints why a publish is refused (${protocol})`, async (t) => {
    await using registry = await ServedRegistry.make();
    const user = await registry.user("ana", protocol);
    for (const version of ["1.0.0+x", "2.0.0"]) {
      const files = aTextLibrary("foo-bar", "first", { version });
      await registry.publish(user, `first-${version}`, files);
    }
    const yank = ["yank", "--registry", "palletizer", "foo-bar@2.0.0"];
    await user.cargoDone(registry.folder, yank);
    const before = await registry.gitFiles();
    for (const { name, version, says, why } of REFUSED) {
      await t.step(`${name} ${version} (${why})`, async () => {
        const files = aTextLibrary(name, "second", { version });
        const project = await user.project(`${name}-${version}`, files);
        const { code, stderr } = await user.cargo(project, PUBLISH);
        assertEquals(code, 101, stderr);
        assertMatch(stderr, says);
      });
    }
    assertEquals(await registry.gitFiles(), before);
  });
}

const PUBLISH = [
  ...["publish", "--registry", "palletizer"],
  ...["--no-verify", "--allow-dirty"],
];

const TOO_LARGE: [noiseBytes: number, why: string][] = [
  [4 * 1024 * 1024, "which is known before any of it was sent"],
  [1_500_000, "which is known when its beginning was read"],
];
for (const [noiseBytes, why] of TOO_LARGE) {
  Deno.test(`cargo prints that ${noiseBytes} bytes are too large (${why})`, async () => {
    const limits = 'crate_file = "1 MiB"';
    await using registry = await ServedRegistry.make({ limits });
    const user = await registry.user("ana", "sparse");
    const project = await withNoise(user, noiseBytes);
    const { code, stderr } = await user.cargo(project, PUBLISH);
    assertEquals(code, 101, stderr);
    assertMatch(stderr, /status 413 Payload Too Large.*`limits\.crate_file`/);
    assertEquals(await registry.sparseFile("wo/rd/word"), null);
  });
}

Deno.test("cargo publishes a crate file of megabytes, as large as is allowed", async () => {
  await using registry = await ServedRegistry.make();
  const user = await registry.user("ana", "sparse");
  const project = await withNoise(user, 15 * 1024 * 1024);
  await user.cargoDone(project, PUBLISH);
  const app = await user.program("word::NOISE.len()", `word = ${on("0.1")}`);
  assertEquals(await user.output(app), String(15 * 1024 * 1024));
});

/** A library with so many bytes that do not compress. */
async function withNoise(user: CargoUser, bytes: number): Promise<string> {
  const source = 'pub static NOISE: &[u8] = include_bytes!("noise");\n';
  const project = await user.project("word", aLibrary("word", source));
  await Deno.writeFile(join(project, "src", "noise"), noise(bytes));
  return project;
}

Deno.test("cargo publishes a program, and installs it", async () => {
  await using registry = await ServedRegistry.make();
  for (const protocol of PROTOCOLS) {
    const user = await registry.user(protocol, protocol);
    const name = `tool-${protocol}`;
    await registry.publish(user, name, aProgram(name, '"installed"'));
    const root = join(registry.folder, `root-${protocol}`);
    await user.cargoDone(registry.folder, [
      ...["install", name, "--registry", "palletizer"],
      ...["--root", root, "--debug"],
    ]);
    const command = new Deno.Command(join(root, "bin", name));
    const { stdout } = await command.output();
    assertEquals(new TextDecoder().decode(stdout), "installed\n");
  }
});
