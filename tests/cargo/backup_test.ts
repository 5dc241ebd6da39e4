/**
 * `palletizer backup` and `restore` as people run them: beside a server and
 * other commands, and what cargo makes of the restored registry.
 *
 * @module
 */

import { join } from "node:path";
import { aCrate } from "../support/a_crate.ts";
import { aPublishFrame, requestOf } from "../support/a_publish_request.ts";
import { assertEquals, assertIncludes, assertTrue } from "../support/assert.ts";
import { CargoUser } from "../support/cargo.ts";
import { assertFsckClean } from "../support/git.ts";
import { palletizerDone } from "../support/palletizer.ts";
import { RunningServer } from "../support/running_server.ts";
import { aTextLibrary, on } from "../support/rust_project.ts";
import { ServedRegistry } from "../support/served_registry.ts";

const PUBLISH = ["publish", "--registry", "palletizer", "--allow-dirty"];
const PROVIDER = "CARGO_REGISTRIES_PALLETIZER_CREDENTIAL_PROVIDER";

/** A folder with a configuration of its own, beside a registry. */
async function besides(
  registry: ServedRegistry,
  name: string,
  config: string,
): Promise<string> {
  const folder = join(registry.folder, name);
  await Deno.mkdir(folder);
  const text = `data = "data"\n${config}`;
  await Deno.writeTextFile(join(folder, "palletizer.toml"), text);
  return folder;
}

Deno.test("a registry that was restored elsewhere serves cargo, knows the tokens from before and the owners, and goes on", async () => {
  await using registry = await ServedRegistry.make({
    ...{ read: "token", publish: "token" },
  });
  const [anna, ben] = [
    await registry.token("anna"),
    await registry.token("ben"),
  ];
  const before = await aPerson(
    registry,
    "before",
    registry.indexUrl("sparse"),
    anna,
  );
  for (const version of ["1.0.0", "1.1.0"]) {
    const hello = aTextLibrary("hello", `hello ${version}`, { version });
    const project = await before.project(`hello-${version}`, hello);
    await before.cargoDone(project, PUBLISH);
  }
  await registry.done("crate", "remove", "hello", "1.1.0", "--yes");
  const said = await registry.done("backup", "monday.tar.gz");
  assertIncludes(said, "1 crate file,");
  await registry.stop();

  const port = freePort();
  const folder = await besides(
    registry,
    "elsewhere",
    `url = "http://127.0.0.1:${port}"
[[listener]]
bind = "127.0.0.1:${port}"
read = "token"
publish = "token"
`,
  );
  const restored = ["restore", join(registry.folder, "monday.tar.gz")];
  await palletizerDone(restored, { cwd: folder });
  await using server = await RunningServer.start(folder);
  const index = `sparse+${server.address}/index/`;
  const after = await aPerson(registry, "after", index, anna);
  const app = await after.program("hello::text()", `hello = ${on("1")}`);
  assertEquals(await after.output(app), "hello 1.0.0");

  const owners = ["owner", "list", "hello", "--json"];
  const owner = JSON.parse(await palletizerDone(owners, { cwd: folder }));
  assertEquals(owner.name, "anna");

  const other = await aPerson(registry, "other", index, ben);
  const publish = async (user: CargoUser, version: string, text: string) => {
    const hello = aTextLibrary("hello", text, { version });
    const project = await user.project(`hello-${version}`, hello);
    return (await user.cargo(project, PUBLISH)).code === 0;
  };
  assertEquals(await publish(other, "1.2.0", "ben's"), false);
  assertEquals(await publish(after, "1.1.0", "other bytes"), false);
  assertEquals(await publish(after, "1.2.0", "hello 1.2.0"), true);
  await after.cargoDone(app, ["update"]);
  assertEquals(await after.output(app), "hello 1.2.0");
});

/** A person with a token, for a registry that asks for it. */
function aPerson(
  registry: ServedRegistry,
  name: string,
  index: string,
  secret: string,
): Promise<CargoUser> {
  return CargoUser.make(join(registry.folder, "people", name), index, {
    CARGO_REGISTRIES_PALLETIZER_TOKEN: secret,
    [PROVIDER]: "cargo:token",
    NO_PROXY: "127.0.0.1",
  });
}

Deno.test("every backup beside a server that publishes, repacks and removes is whole, also one since another", async () => {
  await using registry = await ServedRegistry.make();
  const isOver = { isSo: false };
  const [published, removed] = await Promise.all([
    publishUntil(registry, isOver),
    removeUntil(registry, isOver),
    backUpAndRestore(registry, 3).finally(() => isOver.isSo = true),
  ]);
  assertTrue(published > 60 && removed > 0, `${published}, ${removed}`);
  const packs = [...Deno.readDirSync(
    join(registry.folder, "data", "index.git", "objects", "pack"),
  )].filter(({ name }) => name.endsWith(".pack"));
  assertTrue(packs.length < published, "it was repacked meanwhile");
  await registry.stop();
  const left = await leftFiles(registry);
  const lines = await registry.done("crate", "list", "--json");
  const versions = lines.trimEnd().split("\n")
    .map((line) => JSON.parse(line).version_count as number)
    .reduce((sum, count) => sum + count, 0);
  assertEquals(left, versions);
});

/** Makes backups, each since the one before, and restores each with those. */
async function backUpAndRestore(
  registry: ServedRegistry,
  count: number,
): Promise<void> {
  const chain: string[] = [];
  while (chain.length < count) {
    const name = `${chain.length}.tar`;
    const former = chain.at(-1);
    const since = former === undefined ? [] : ["--since", former];
    await registry.done("backup", name, ...since);
    chain.push(name);
    const folder = await besides(registry, `from-${name}`, "");
    const paths = chain.map((it) => join(registry.folder, it));
    await palletizerDone(["restore", ...paths], { cwd: folder });
    await assertFsckClean(join(folder, "data", "index.git"));
  }
}

/** Publishes one version after the other through the server. */
async function publishUntil(
  registry: ServedRegistry,
  isOver: { isSo: boolean },
): Promise<number> {
  let count = 0;
  for (; !isOver.isSo; count++) {
    const crate = aCrate(`crate-${count % 7}`, `1.${count}.0`);
    const answer = await fetch(`${registry.url}/api/v1/crates/new`, {
      method: "PUT",
      body: aPublishFrame(requestOf(crate), crate.bytes()).slice(),
    });
    assertEquals(answer.status, 200, await answer.text());
  }
  return count;
}

/** Removes the newest version there is, by a command each time. */
async function removeUntil(
  registry: ServedRegistry,
  isOver: { isSo: boolean },
): Promise<number> {
  let count = 0;
  while (!isOver.isSo) {
    const text = await registry.sparseFile("cr/at/crate-3");
    const [, ...more] = (text ?? "").trimEnd().split("\n");
    const last = more.at(-1);
    if (last === undefined) continue; // the last one would take the name along
    const { vers } = JSON.parse(last);
    await registry.done("crate", "remove", "crate-3", vers, "--yes");
    count++;
  }
  return count;
}

async function leftFiles(registry: ServedRegistry): Promise<number> {
  const crates = join(registry.folder, "data", "crates");
  let count = 0;
  for await (const { name } of Deno.readDir(crates)) {
    count += [...Deno.readDirSync(join(crates, name))].length;
  }
  return count;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
