import { join } from "node:path";
import { parseCrateName } from "../../../lib/crate/name.ts";
import { parseCrateVersion } from "../../../lib/crate/version.ts";
import { FileCrateStore } from "../../../lib/storage/file_crate_store.ts";
import { FileLock } from "../../../lib/storage/lock.ts";
import { PostponedDeletions } from "../../../lib/storage/postponed_deletions.ts";
import { assertEquals } from "../../support/assert.ts";
import { FIXED_CLOCK } from "../../support/fixed_clock.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const FOO = parseCrateName("foo");
const V1 = parseCrateVersion("1.0.0");
const V2 = parseCrateVersion("2.0.0");

/** A store with `foo` 1.0.0 and 2.0.0, and the lock of somebody who copies. */
async function aStore() {
  const temp = await tempFolder();
  const crates = join(temp.path, "crates");
  await Deno.mkdir(join(crates, "foo"), { recursive: true });
  for (const version of [V1, V2]) {
    await Deno.writeTextFile(join(crates, "foo", `foo-${version}.crate`), "x");
  }
  const notes = join(temp.path, "postponed");
  const lock = () => FileLock.open(join(temp.path, "backup"), FIXED_CLOCK);
  const deletions = new PostponedDeletions(notes, lock());
  const store = new FileCrateStore(crates, deletions);
  const copier = lock();
  return {
    ...{ store, deletions, copier, notes },
    settle: (published: readonly string[] = []) =>
      deletions.settle({
        crates: store,
        isPublished: (_, version) => published.includes(version),
      }),
    versions: async () =>
      (await Array.fromAsync(store.list(), ({ version }) => version)).sort(),
    notesAreGone: () =>
      Array.from(Deno.readDirSync(temp.path), ({ name }) => name)
        .every((name) => name !== "postponed"),
    async [Symbol.asyncDispose]() {
      copier.close();
      await temp[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a deletion waits while somebody copies, and is done when nobody does", async () => {
  await using it = await aStore();
  it.copier.tryAcquire();
  assertEquals(await it.store.delete(FOO, V1), true);
  await it.settle();
  assertEquals(await it.versions(), ["1.0.0", "2.0.0"]);
  it.copier.release();
  await it.settle();
  assertEquals(await it.versions(), ["2.0.0"]);
  assertEquals(it.notesAreGone(), true);
  assertEquals(await it.store.delete(FOO, V2), true);
  assertEquals(await it.versions(), []);
});

Deno.test("a deletion of nothing is not noted", async () => {
  await using it = await aStore();
  it.copier.tryAcquire();
  const missing = parseCrateVersion("3.0.0");
  assertEquals(await it.store.delete(FOO, missing), false);
  assertEquals(it.notesAreGone(), true);
});

Deno.test("a deletion that waited spares what was published again", async () => {
  await using it = await aStore();
  it.copier.tryAcquire();
  await it.store.delete(FOO, V1);
  await it.store.delete(FOO, V2);
  it.copier.release();
  await it.settle(["1.0.0"]);
  assertEquals(await it.versions(), ["1.0.0"]);
  assertEquals(it.notesAreGone(), true);
});

Deno.test("a note that a power cut tore spoils no other", async () => {
  await using it = await aStore();
  it.copier.tryAcquire();
  await Deno.writeTextFile(it.notes, "\nfoo 1.");
  await it.store.delete(FOO, V2);
  await Deno.writeTextFile(it.notes, "\n../../evil 1.0.0\n", { append: true });
  it.copier.release();
  await it.settle();
  assertEquals(await it.versions(), ["1.0.0"]);
});
