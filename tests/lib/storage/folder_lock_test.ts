import { join } from "node:path";
import { FolderLock } from "../../../lib/storage/folder_lock.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("a folder is locked once at a time", async () => {
  await using folder = await tempFolder();
  {
    using lock = FolderLock.tryAcquire(folder.path);
    assertTrue(lock !== null, "it was free");
    assertEquals(FolderLock.tryAcquire(folder.path), null);
  }
  using again = FolderLock.tryAcquire(folder.path);
  assertTrue(again !== null, "it is free again");
});

Deno.test("a folder that is missing, or is a file, cannot be locked", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "it");
  assertEquals(FolderLock.tryAcquire(path), null);
  await Deno.writeTextFile(path, "");
  assertEquals(FolderLock.tryAcquire(path), null);
});
