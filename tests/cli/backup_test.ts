import { join } from "node:path";
import { aCrate } from "../support/a_crate.ts";
import { Shelf } from "../support/a_shelf.ts";
import {
  assertEquals,
  assertIncludes,
  assertMatch,
} from "../support/assert.ts";
import { runIn } from "../support/captured_io.ts";
import { tempFolder } from "../support/temp_folder.ts";

Deno.test("palletizer backup tells what is in the backup, and what is not", async () => {
  await using shelf = await Shelf.with(aCrate("foo"), aCrate("bar"));
  const { status, stdout, stderr } = await shelf.run(["backup", "b.tar"]);
  assertEquals(status, 0);
  assertMatch(
    stdout,
    /^wrote b\.tar: 2 crate files, \d+ bytes, commit [0-9a-f]{40}\n$/,
  );
  assertIncludes(stderr, "the configuration is not in it");
  const since = ["backup", "c.tgz", "--since", "b.tar"];
  assertIncludes(await shelf.done(since), "wrote c.tgz: 0 crate files");
});

for (const name of ["backup", "b.zip", "b.gz", "b.tar.zst"]) {
  Deno.test(`palletizer backup does not take \`${name}\` for the name of an archive`, async () => {
    await using shelf = await Shelf.with(aCrate("foo"));
    const { status, stdout, stderr } = await shelf.run(["backup", name]);
    assertEquals([status, stdout], [2, ""]);
    assertIncludes(stderr, ".tar.gz");
    const made = await shelf.run(["backup", "b.tar"]);
    assertEquals(made.status, 0, made.stderr);
  });
}

Deno.test("palletizer restore makes the configured registry, and says of when it is", async () => {
  await using shelf = await Shelf.with(aCrate("foo"));
  await using other = await tempFolder();
  const path = join(other.path, "b.tar");
  await shelf.done(["backup", path]);
  const restored = await runIn(other.path, ["restore", "b.tar"]);
  assertEquals(restored.status, 0, restored.stderr);
  assertMatch(
    restored.stdout,
    /^restored \/.*palletizer-data: 1 version, as of 2\S+Z, commit [0-9a-f]{40}\n$/,
  );
  const list = await runIn(other.path, ["crate", "list"]);
  assertIncludes(list.stdout, "foo");
  const again = await runIn(other.path, ["restore", "b.tar"]);
  assertEquals([again.status, again.stdout], [1, ""]);
  assertIncludes(again.stderr, "is not empty");
});

Deno.test("palletizer crate export prints the lines for cargo to stdout, and nothing else", async () => {
  await using shelf = await Shelf.with(aCrate("foo"));
  const { status, stdout, stderr } = await shelf.run(["crate", "export", "x"]);
  assertEquals(status, 0);
  assertMatch(
    stdout,
    /^\[registries\.palletizer\]\nindex = "[^"]+"\n\n\[source/,
  );
  assertMatch(
    stdout,
    /\[source\.palletizer-export\]\nlocal-registry = "\/.*\/x"\n$/,
  );
  assertIncludes(stderr, "1 version: 1 crate file written, 0 removed");
});
