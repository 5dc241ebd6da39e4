/**
 * Everything else that cargo asks of a registry, by both index protocols: yank,
 * search, info, add, update, owner, and work without a network.
 *
 * @see https://doc.rust-lang.org/cargo/commands/package-commands.html
 * @module
 */

import { join } from "node:path";
import {
  assertEquals,
  assertIncludes,
  assertMatch,
  assertTrue,
} from "../support/assert.ts";
import type { CargoUser } from "../support/cargo.ts";
import { aTextLibrary, on } from "../support/rust_project.ts";
import { PROTOCOLS, ServedRegistry } from "../support/served_registry.ts";

const AT_PALLETIZER = ["--registry", "palletizer"];

/** Publishes versions of `aged`, each of which says its number. */
async function publishAged(
  registry: ServedRegistry,
  user: CargoUser,
  ...versions: readonly string[]
): Promise<void> {
  for (const version of versions) {
    const files = aTextLibrary("aged", version, { version });
    await registry.publish(user, `aged-${version}`, files);
  }
}

function anApp(user: CargoUser): Promise<string> {
  return user.program("aged::text()", `aged = ${on("1")}`);
}

for (const protocol of PROTOCOLS) {
  Deno.test(`cargo yank and its undoing are seen at once by the ${protocol} index`, async () => {
    await using registry = await ServedRegistry.make();
    const user = await registry.user("ana", protocol);
    await publishAged(registry, user, "1.0.0", "1.1.0");
    const old = await anApp(user);
    assertEquals(await user.output(old), "1.1.0");

    const yank = ["yank", ...AT_PALLETIZER, "aged@1.1.0"];
    await user.cargoDone(old, yank);
    assertEquals(await user.output(await anApp(user)), "1.0.0", "a new lock");
    assertEquals(await user.output(old), "1.1.0", "the old lock");
    const other = await registry.user("ben", protocol);
    assertEquals(await other.output(old), "1.1.0", "another cargo, old lock");
    await user.cargoDone(old, yank); // done again it changes nothing

    await user.cargoDone(old, [...yank, "--undo"]);
    assertEquals(await user.output(await anApp(user)), "1.1.0", "undone");
  });

  Deno.test(`cargo yanks by any spelling of the name, build metadata or not (${protocol})`, async () => {
    await using registry = await ServedRegistry.make();
    const user = await registry.user("ana", protocol);
    const version = "0.2.0+meta.1";
    const files = aTextLibrary("Foo-Bar", "x", { version });
    await registry.publish(user, "foo", files);
    const isYanked = async () => {
      const file = await registry.sparseFile("fo/o-/foo-bar");
      return file?.includes('"yanked":true');
    };
    for (const asked of ["Foo-Bar@0.2.0+meta.1", "foo_bar@0.2.0"]) {
      const yank = ["yank", ...AT_PALLETIZER, asked];
      await user.cargoDone(registry.folder, yank);
      assertEquals(await isYanked(), true, asked);
      await user.cargoDone(registry.folder, [...yank, "--undo"]);
      assertEquals(await isYanked(), false, asked);
    }
    const { code, stderr } = await user.cargo(registry.folder, [
      ...["yank", ...AT_PALLETIZER, "foo_bar@9.9.9"],
    ]);
    assertEquals(code, 101);
    assertMatch(stderr, /status 404 Not Found.*9\.9\.9/);
  });

  Deno.test(`cargo update takes a new version from the ${protocol} index`, async () => {
    await using registry = await ServedRegistry.make();
    const user = await registry.user("ana", protocol);
    await publishAged(registry, user, "1.0.0");
    const app = await anApp(user);
    assertEquals(await user.output(app), "1.0.0");
    await publishAged(registry, user, "1.1.0");
    assertEquals(await user.output(app), "1.0.0", "locked");
    await user.cargoDone(app, ["update"]);
    assertEquals(await user.output(app), "1.1.0", "updated");
  });

  Deno.test(`cargo add and cargo info find a crate in the ${protocol} index, by its neighbours' spelling too`, async () => {
    await using registry = await ServedRegistry.make();
    const user = await registry.user("ana", protocol);
    const fields = 'rust-version = "1.60"';
    const toml = "[features]\ndefault = []\nloud = []\n";
    const library = aTextLibrary("foo-bar", "found", { fields, toml });
    await registry.publish(user, "foo", library);

    const app = await user.program("foo_bar::text()", "");
    await user.cargoDone(app, ["add", ...AT_PALLETIZER, "foo_bar"]);
    const manifest = await Deno.readTextFile(join(app, "Cargo.toml"));
    assertIncludes(manifest, "foo-bar = {");
    assertEquals(await user.output(app), "found");

    for (const name of ["foo-bar", "foo_bar"]) {
      const info = await user.cargoDone(registry.folder, [
        ...["info", ...AT_PALLETIZER, name],
      ]);
      for (const part of ["the crate foo-bar of a test", "1.60", "loud"]) {
        assertIncludes(info, part);
      }
    }
  });

  Deno.test(`cargo search finds crates, whatever is searched for (${protocol})`, async () => {
    await using registry = await ServedRegistry.make();
    const user = await registry.user("ana", protocol);
    for (const name of ["json", "json-tools", "my-json", "other"]) {
      await registry.publish(user, name, aTextLibrary(name, "x"));
    }
    const search = async (...words: readonly string[]) => {
      const arguments_ = ["search", ...AT_PALLETIZER, ...words];
      const printed = await user.cargoDone(registry.folder, arguments_);
      return printed.trimEnd().split("\n");
    };
    const names = async (...words: readonly string[]) => {
      const lines = await search(...words);
      return lines.flatMap((it) => /^(\S+) = "/.exec(it)?.[1] ?? []);
    };
    const [first = ""] = await search("json");
    assertMatch(first, /^json = "0\.1\.0" +# the crate json of a test$/);
    assertEquals(await names("json"), ["json", "json-tools", "my-json"]);
    assertEquals(await names("test", "json-to"), ["json-tools"]);
    assertEquals(await names("json", "--limit", "1"), ["json"]);
    assertIncludes(
      (await search("json", "--limit", "1")).join(),
      "2 crates more",
    );
    assertEquals(await names("json", "--limit", "0"), []);
    assertEquals((await names("")).length, 4);
    for (const text of ["%", "'", '"', 'z"*', "..", "☃", "\\"]) {
      assertEquals(await names(text), [], text);
    }
  });

  Deno.test(`cargo owner lists nobody where everybody may publish (${protocol})`, async () => {
    await using registry = await ServedRegistry.make();
    const user = await registry.user("ana", protocol);
    await publishAged(registry, user, "1.0.0");
    const list = ["owner", ...AT_PALLETIZER, "--list", "aged"];
    assertEquals(await user.cargoDone(registry.folder, list), "");
    const add = ["owner", ...AT_PALLETIZER, "--add", "bob", "aged"];
    const { code, stderr } = await user.cargo(registry.folder, add);
    assertEquals(code, 101);
    assertMatch(stderr, /status 403 Forbidden.*change the owners of/);
  });

  Deno.test(`cargo works offline from what it fetched by the ${protocol} index`, async () => {
    await using registry = await ServedRegistry.make();
    const user = await registry.user("ana", protocol);
    await publishAged(registry, user, "1.0.0");
    const app = await anApp(user);
    await user.cargoDone(app, ["fetch"]);
    const vendored = await anApp(user);
    const sources = await user.cargoDone(vendored, ["vendor", "vendored"]);
    await registry.stop();

    const offline = ["run", "--quiet", "--offline"];
    assertEquals(await user.cargoDone(app, offline), "1.0.0\n");
    assertEquals(await user.cargoDone(await anApp(user), offline), "1.0.0\n");

    await Deno.mkdir(join(vendored, ".cargo"));
    await Deno.writeTextFile(join(vendored, ".cargo", "config.toml"), sources);
    const stranger = await registry.user("ben", protocol);
    const frozen = ["run", "--quiet", "--frozen"];
    assertEquals(await stranger.cargoDone(vendored, frozen), "1.0.0\n");
  });
}

Deno.test("cargo fetches by the git program what it publishes", async () => {
  await using registry = await ServedRegistry.make();
  const user = await registry.user("ana", "git", {
    CARGO_NET_GIT_FETCH_WITH_CLI: "true",
  });
  await publishAged(registry, user, "1.0.0");
  const app = await anApp(user);
  assertEquals(await user.output(app), "1.0.0");
  await publishAged(registry, user, "1.1.0");
  await user.cargoDone(app, ["update"]);
  assertEquals(await user.output(app), "1.1.0");
});

Deno.test("cargo fetches an index file again only when it has changed", async () => {
  await using registry = await ServedRegistry.make();
  const user = await registry.user("ana", "sparse");
  await publishAged(registry, user, "1.0.0", "1.1.0");
  const app = await anApp(user);
  await user.cargoDone(app, ["update"]);
  await user.cargoDone(app, ["update"]);
  await user.cargoDone(app, ["yank", ...AT_PALLETIZER, "aged@1.0.0"]);
  await user.cargoDone(app, ["update"]);
  const log = await registry.stop();
  const answers = [...log.matchAll(/GET \/index\/ag\/ed\/aged (\d+) /g)];
  const statuses = answers.map(([, status]) => status);
  assertEquals(statuses.slice(-3), ["304", "304", "200"]);
  assertTrue(!log.includes(" 500 "), log);
});
