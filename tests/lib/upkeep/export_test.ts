import { join } from "node:path";
import { FileLock } from "../../../lib/storage/lock.ts";
import { checksumOf } from "../../../lib/crate/checksum.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aRegistry, type TestRegistry, the } from "../../support/a_registry.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";
import { FIXED_CLOCK } from "../../support/fixed_clock.ts";

const exportTo = (it: TestRegistry, name = "export") =>
  it.registry.exportCrates({ folder: join(it.folder, name) });

/** All files of a folder, by path from it. */
async function filesIn(folder: string, below = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
    const path = join(below, name);
    found.push(...isDirectory ? await filesIn(folder, path) : [path]);
  }
  return found.sort();
}

Deno.test("export writes each version and its index lines as they are, yanked ones too", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("Foo"), aCrate("Foo", "1.1.0+b"), aCrate("ab"));
  await it.registry.yank(the("Foo", "1.0.0"));
  assertEquals(await exportTo(it), { versions: 3, written: 3, removed: 0 });
  const folder = join(it.folder, "export");
  assertEquals(await filesIn(folder), [
    ".palletizer-export",
    "Foo-1.0.0.crate",
    "Foo-1.1.0+b.crate",
    "ab-1.0.0.crate",
    "index/2/ab",
    "index/3/f/foo",
  ]);
  const index = await Deno.readTextFile(join(folder, "index/3/f/foo"));
  assertEquals(index, await it.indexFile("3/f/foo"));
  assertEquals(
    await Deno.readFile(join(folder, "Foo-1.1.0+b.crate")),
    await Deno.readFile(it.path("crates/Foo/Foo-1.1.0+b.crate")),
  );
});

Deno.test("export brings a former one up to date, and mends it", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"), aCrate("bar"), aCrate("gone"));
  await exportTo(it);
  const folder = join(it.folder, "export");
  await Deno.writeTextFile(join(folder, "bar-1.0.0.crate"), "damaged");
  await Deno.writeTextFile(join(folder, "notes.txt"), "mine");
  await it.registry.remove({ ...the("gone", "1.0.0"), version: null });
  await it.add(aCrate("new"));
  assertEquals(await exportTo(it), { versions: 3, written: 2, removed: 1 });
  assertEquals(await filesIn(folder), [
    ".palletizer-export",
    "bar-1.0.0.crate",
    "foo-1.0.0.crate",
    "index/3/b/bar",
    "index/3/f/foo",
    "index/3/n/new",
    "new-1.0.0.crate",
    "notes.txt",
  ]);
  assertEquals(
    checksumOf(await Deno.readFile(join(folder, "bar-1.0.0.crate"))),
    checksumOf(await Deno.readFile(it.path("crates/bar/bar-1.0.0.crate"))),
  );
  assertEquals(await exportTo(it), { versions: 3, written: 0, removed: 0 });
});

Deno.test("export leaves a folder alone that it did not make", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  const folder = join(it.folder, "export");
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "mine.crate"), "mine");
  const path = join(folder, "mine.crate");
  for (const name of ["export", "export/mine.crate"]) {
    await assertRejects(() => exportTo(it, name), "export_folder_foreign");
  }
  assertEquals(await filesIn(folder), ["mine.crate"]);
  assertEquals(await Deno.readTextFile(path), "mine");
  await Deno.remove(path);
  await exportTo(it);
});

Deno.test("export that meets a damaged crate file leaves the former one as good as it was", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  await exportTo(it);
  await it.add(aCrate("bar"), aCrate("zoo"));
  await Deno.writeTextFile(it.path("crates/zoo/zoo-1.0.0.crate"), "damaged");
  await assertRejects(() => exportTo(it), "crate_file_damaged", {
    crate: "zoo",
  });
  await Deno.remove(it.path("crates/zoo/zoo-1.0.0.crate"));
  await assertRejects(() => exportTo(it), "crate_file_missing", {
    crate: "zoo",
  });
  const files = await filesIn(join(it.folder, "export"));
  assertEquals(files.filter((it) => it !== "bar-1.0.0.crate"), [
    ".palletizer-export",
    "foo-1.0.0.crate",
    "index/3/f/foo",
  ]);
});

Deno.test("export that is refused takes nothing from one that is under way", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  await exportTo(it);
  const begun = join(it.folder, "export/index.new/3/f/foo");
  await Deno.mkdir(join(begun, ".."), { recursive: true });
  await Deno.writeTextFile(begun, "half");
  const other = FileLock.open(it.path("backup"), FIXED_CLOCK);
  other.tryAcquire();
  try {
    await assertRejects(() => exportTo(it), "backup_running");
  } finally {
    other.close();
  }
  assertEquals(await Deno.readTextFile(begun), "half");
  await exportTo(it); // what is nobody's goes
  assertEquals(await filesIn(join(it.folder, "export")), [
    ".palletizer-export",
    "foo-1.0.0.crate",
    "index/3/f/foo",
  ]);
});
