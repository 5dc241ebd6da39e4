import { join } from "node:path";
import { removeImporterLeftOvers } from "../../../lib/git/left_over.ts";
import { aRepository } from "../../support/a_repository.ts";
import { assertEquals } from "../../support/assert.ts";

Deno.test("removeImporterLeftOvers() removes reports of crashes at once, the rest when it is ten minutes old", async () => {
  await using it = await aRepository();
  await it.commit({ "a/a": "1" });
  const now = new Date("2026-01-02T03:04:05Z");
  const make = (path: string, ageMs: number) => {
    const whole = join(it.git.gitFolder, path);
    Deno.writeTextFileSync(whole, "");
    const then = new Date(now.getTime() - ageMs);
    Deno.utimeSync(whole, then, then);
  };
  const namesIn = (folder: string) => {
    const path = join(it.git.gitFolder, folder);
    return Array.from(Deno.readDirSync(path), ({ name }) => name).sort();
  };
  const packs = "objects/pack";
  const lefts = [
    ...["tmp_pack_Ab12", "tmp_idx_Ab12", "pack-1.keep"],
    ".tmp-4711-pack-1.pack",
  ];
  for (const name of lefts) make(`${packs}/${name}`, 601_000);
  make("fast_import_crash_4711", 0);
  make(`${packs}/tmp_pack_young`, 599_000);
  make(`${packs}/pack-2.keep`, 599_000);
  const others = namesIn(packs).filter((name) => !lefts.includes(name));
  removeImporterLeftOvers(it.git, now);
  assertEquals(namesIn(packs), others);
  assertEquals(namesIn(".").includes("fast_import_crash_4711"), false);
});
