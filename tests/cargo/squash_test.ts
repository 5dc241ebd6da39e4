/**
 * The real cargo and the real git go on after the index was squashed under a
 * running server: who has the old history is sent next to nothing, who has none
 * is sent the new one alone.
 *
 * @module
 */

import { join } from "node:path";
import { aCrate } from "../support/a_crate.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { commitCount, git } from "../support/git.ts";
import { palletizerDone, runProgram } from "../support/palletizer.ts";
import { aTextLibrary } from "../support/rust_project.ts";
import { PROTOCOLS, ServedRegistry } from "../support/served_registry.ts";

/** Publishes `text` in another version, by a command beside the server. */
async function add(registry: ServedRegistry, version: string): Promise<void> {
  const source = `pub fn text() -> String { "${version}".to_string() }\n`;
  const crate = aCrate("text", version).withLibrary(source);
  const file = join(registry.folder, crate.fileName);
  await Deno.writeFile(file, crate.bytes());
  await palletizerDone(["crate", "add", file], { cwd: registry.folder });
}

const squash = (registry: ServedRegistry) =>
  registry.done("index", "squash", "--yes");

for (const cli of ["", "true"]) {
  const by = cli === "" ? "by itself" : "by git";
  Deno.test(`cargo that fetches ${by} goes on with the git index after a squash, and so does a new one`, async () => {
    await using registry = await ServedRegistry.make();
    await add(registry, "1.0.0");
    const env = cli === "" ? {} : { CARGO_NET_GIT_FETCH_WITH_CLI: cli };
    const old = await registry.user("old", "git", env);
    const program = await old.program("text::text()", TEXT);
    assertEquals(await old.output(program), "1.0.0");
    await squash(registry);
    assertEquals(await old.output(program), "1.0.0");
    await add(registry, "1.1.0");
    await old.cargoDone(program, ["update"]);
    assertEquals(await old.output(program), "1.1.0");
    await squash(registry);
    await add(registry, "1.2.0");
    await old.cargoDone(program, ["update"]);
    assertEquals(await old.output(program), "1.2.0");

    const fresh = await registry.user("fresh", "git", env);
    const another = await fresh.program("text::text()", TEXT);
    assertEquals(await fresh.output(another), "1.2.0");
  });
}

const TEXT = 'text = { version = "1", registry = "palletizer" }\n';

Deno.test("cargo publishes by both indexes after a squash under the server", async () => {
  await using registry = await ServedRegistry.make();
  for (const protocol of PROTOCOLS) {
    const user = await registry.user(protocol, protocol);
    const name = `by-${protocol}`;
    for (const version of ["1.0.0", "1.1.0"]) {
      const files = aTextLibrary(name, version, { version });
      await registry.publish(user, `${name}-${version}`, files);
      await squash(registry);
    }
    const program = await user.program(
      `by_${protocol}::text()`,
      TEXT.replace("text", name),
    );
    assertEquals(await user.output(program), "1.1.0");
  }
});

Deno.test("git that has the old history is sent a commit, and git that has none no old history", async () => {
  await using registry = await ServedRegistry.make();
  for (let minor = 0; minor < 5; minor++) await add(registry, `1.${minor}.0`);
  const url = registry.indexUrl("git");
  const clone = join(registry.folder, "clone");
  const bare = ["clone", "--quiet", "--mirror", url];
  await git(clone, [...bare, clone]);
  const before = await objects(clone);
  await squash(registry);

  const fetched = await runProgram("git", [
    ...["--git-dir", clone, "fetch", "--quiet", url],
    "+HEAD:refs/remotes/origin/HEAD",
  ]);
  assertEquals(fetched.code, 0, fetched.stderr);
  assertEquals(await objects(clone) - before, 1, "the one new commit");
  await git(clone, ["fsck", "--full", "--strict"]);

  const fresh = join(registry.folder, "fresh");
  await git(fresh, [...bare, fresh]);
  assertEquals(await commitCount(fresh), 1);
  assertTrue(await objects(fresh) < before, "old history is not sent");
  const refs = await git(fresh, ["for-each-ref", "--format=%(refname)"]);
  assertEquals(refs.trim(), "refs/heads/master");
});

/** How many objects a clone has, loose and packed. */
async function objects(clone: string): Promise<number> {
  const text = await git(clone, ["count-objects", "-v"]);
  const read = (name: string) =>
    Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(text)?.[1]);
  return read("count") + read("in-pack");
}
