/**
 * Both indexes are one: whatever is done, by the server or by a command in
 * another process, the next look at either shows it, byte for byte the same.
 *
 * @module
 */

import { join } from "node:path";
import { aCrate } from "../support/a_crate.ts";
import { aPublishFrame, requestOf } from "../support/a_publish_request.ts";
import { assertEquals } from "../support/assert.ts";
import type { CargoUser } from "../support/cargo.ts";
import { assertFsckClean } from "../support/git.ts";
import { aTextLibrary, on } from "../support/rust_project.ts";
import { PROTOCOLS, ServedRegistry } from "../support/served_registry.ts";

const PATH = "ag/ed/aged";

/** The versions in an index file, with `!` behind those that are yanked. */
function versionsOf(file: string | null): string {
  const lines = (file ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line))
    .map(({ vers, yanked }) => `${vers}${yanked ? "!" : ""}`).join(" ");
}

/** A registry, and two people who see it by one index each. */
interface Scene {
  registry: ServedRegistry;
  users: readonly CargoUser[];
}

type Act = (scene: Scene) => Promise<unknown>;

/** By the server, through cargo. */
function cargo(...args: readonly string[]): Act {
  return ({ registry, users: [user] }) =>
    user?.cargoDone(registry.folder, [
      ...args,
      ...["--registry", "palletizer"],
    ]) ?? Promise.reject();
}

/** By the server, through cargo. */
function publish(version: string): Act {
  return ({ registry, users: [user] }) => {
    const files = aTextLibrary("aged", version, { version });
    return user === undefined
      ? Promise.reject()
      : registry.publish(user, `aged-${version}`, files);
  };
}

/** By a command, beside the server. */
function add(version: string): Act {
  return async ({ registry }) => {
    const file = join(registry.folder, `aged-${version}.crate`);
    const source = `pub fn text() -> String { "${version}".to_string() }\n`;
    const crate = aCrate("aged", version).withLibrary(source);
    await Deno.writeFile(file, crate.bytes());
    await registry.done("crate", "add", file);
  };
}

/** By a command, beside the server. */
function command(...args: readonly string[]): Act {
  return ({ registry }) => registry.done("crate", ...args);
}

const STEPS: readonly [
  what: string,
  act: Act,
  versions: string,
  newest: string | null,
][] = [
  ["cargo publish", publish("1.0.0"), "1.0.0", "1.0.0"],
  ["crate add", add("1.1.0"), "1.0.0 1.1.0", "1.1.0"],
  [
    "cargo yank",
    cargo("yank", "aged@1.1.0"),
    "1.0.0 1.1.0!",
    "1.0.0",
  ],
  [
    "crate unyank",
    command("unyank", "aged", "1.1.0"),
    "1.0.0 1.1.0",
    "1.1.0",
  ],
  ["crate yank", command("yank", "aged@1.1.0"), "1.0.0 1.1.0!", "1.0.0"],
  [
    "cargo yank --undo",
    cargo("yank", "aged@1.1.0", "--undo"),
    "1.0.0 1.1.0",
    "1.1.0",
  ],
  [
    "crate remove of a version",
    command("remove", "aged", "1.1.0", "--yes"),
    "1.0.0",
    "1.0.0",
  ],
  ["cargo publish again", publish("1.2.0"), "1.0.0 1.2.0", "1.2.0"],
  [
    "crate remove of the crate",
    command("remove", "aged", "--yes"),
    "",
    null,
  ],
];

Deno.test("each change is seen by the next look at either index", async (t) => {
  await using registry = await ServedRegistry.make();
  const users = await Promise.all(
    PROTOCOLS.map((protocol) => registry.user(protocol, protocol)),
  );
  for (const [what, act, versions, newest] of STEPS) {
    await t.step(`${what}: ${versions || "nothing"}`, async () => {
      await act({ registry, users });
      const sparse = await registry.sparseFile(PATH);
      assertEquals(versionsOf(sparse), versions);
      const inGit = (await registry.gitFiles())[PATH] ?? null;
      assertEquals(inGit, sparse, "byte for byte");
      for (const user of users) {
        const app = await user.program("aged::text()", `aged = ${on("1")}`);
        const { code, stdout } = await user.cargo(app, ["run", "--quiet"]);
        assertEquals(code === 0 ? stdout.trim() : null, newest);
      }
    });
  }
  await assertFsckClean(join(registry.folder, "data", "index.git"));
});

Deno.test("server and commands that publish at once lose nothing, and both indexes tell it", async () => {
  await using registry = await ServedRegistry.make();
  const versions = Array.from({ length: 12 }, (_, at) => `1.${at}.0`);
  const byServer = versions.map(async (version) => {
    const crate = aCrate("served", version);
    const body = aPublishFrame(requestOf(crate), crate.bytes());
    const url = `${registry.url}/api/v1/crates/new`;
    const answer = await fetch(url, { method: "PUT", body: body as BodyInit });
    assertEquals([answer.status, await answer.text()].at(0), 200);
  });
  const byCommands = [0, 1, 2].map(async (process) => {
    const folder = join(registry.folder, `files-${process}`);
    await Deno.mkdir(folder);
    for (const version of versions) {
      const crate = aCrate(`added-${process}`, version);
      await Deno.writeFile(join(folder, crate.fileName), crate.bytes());
    }
    await registry.done("crate", "add", folder);
  });
  await Promise.all([...byServer, ...byCommands]);

  const files = await registry.gitFiles();
  const paths = ["ad/de/added-0", "ad/de/added-1", "ad/de/added-2"];
  for (const path of [...paths, "se/rv/served"]) {
    const sparse = await registry.sparseFile(path);
    assertEquals(files[path], sparse ?? undefined);
    const found = versionsOf(sparse).split(" ").sort();
    assertEquals(found, versions.toSorted());
  }
  await assertFsckClean(join(registry.folder, "data", "index.git"));
});
