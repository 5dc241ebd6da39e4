import { join } from "node:path";
import { Restoring } from "../../../lib/storage/restoring.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("a restore puts nothing over what came into the data folder meanwhile", async () => {
  await using temp = await tempFolder();
  const target = join(temp.path, "data");
  {
    await using restoring = await Restoring.begin(target);
    const made = join(restoring.folder, "palletizer.db");
    await Deno.writeTextFile(made, "restored");
    await Deno.writeTextFile(join(target, "palletizer.db"), "somebody's");
    await assertRejects(() => restoring.finish(), "data_folder_not_empty");
  }
  const names = Array.from(Deno.readDirSync(target), ({ name }) => name);
  assertEquals(names, ["palletizer.db"]);
  assertEquals(
    await Deno.readTextFile(join(target, "palletizer.db")),
    "somebody's",
  );
});
