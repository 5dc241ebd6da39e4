import { join } from "node:path";
import { SyncLater } from "../../../lib/storage/sync_later.ts";
import { assertEquals } from "../../support/assert.ts";
import { tempFolder } from "../../support/temp_folder.ts";

async function failureOf(act: () => Promise<void>): Promise<string> {
  try {
    await act();
    return "none";
  } catch (error) {
    return error instanceof Error ? error.name : "no error";
  }
}

Deno.test("SyncLater brings files and folders to disk, however many", async () => {
  await using folder = await tempFolder();
  await using syncs = new SyncLater();
  for (let count = 0; count < 100; count++) {
    const path = join(folder.path, `${count}`);
    await Deno.writeTextFile(path, "some text");
    await syncs.add(path);
  }
  await syncs.add(folder.path);
  await syncs.finish();
});

Deno.test("SyncLater tells what could not be brought to disk, to whoever adds or ends", async () => {
  await using folder = await tempFolder();
  await using syncs = new SyncLater();
  await syncs.add(join(folder.path, "missing"));
  assertEquals(await failureOf(() => syncs.finish()), "NotFound");
  assertEquals(await failureOf(() => syncs.add(folder.path)), "NotFound");
});
