import { join } from "node:path";
import { Generation, isSettled } from "../../../lib/storage/generation.ts";
import { assertEquals } from "../../support/assert.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("a generation begins at 0, settled, in a file of 8 bytes and mode 0600", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "generation");
  using generation = Generation.open(path);
  assertEquals([generation.read(), generation.isSettled()], [0, true]);
  generation.beginChange();
  const { size, mode } = await Deno.stat(path);
  assertEquals([size, mode! & 0o777], [8, 0o600]);
});

Deno.test("a generation differs before, during and after each change, for every process", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "generation");
  using writer = Generation.open(path);
  using reader = Generation.open(path);
  const seen = [reader.read()];
  for (let changes = 0; changes < 3; changes++) {
    writer.beginChange();
    seen.push(reader.read());
    writer.endChange();
    seen.push(reader.read());
  }
  assertEquals(seen, [0, 1, 2, 3, 4, 5, 6]);
  assertEquals(seen.map(isSettled), [
    ...[true, false, true, false, true, false, true],
  ]);
});

Deno.test("a generation stays unsettled after a writer's death, until the next change", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "generation");
  {
    using dead = Generation.open(path);
    dead.beginChange();
  }
  using next = Generation.open(path);
  assertEquals([next.read(), next.isSettled()], [1, false]);
  next.beginChange();
  assertEquals([next.read(), next.isSettled()], [3, false]);
  next.endChange();
  assertEquals([next.read(), next.isSettled()], [4, true]);
});

Deno.test("a generation of a writer that ended late is settled once", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "generation");
  using one = Generation.open(path);
  using other = Generation.open(path);
  one.beginChange();
  other.beginChange(); // one has committed and not said so yet
  one.endChange();
  const settled = one.read();
  other.endChange();
  assertEquals([settled, other.read(), other.isSettled()], [4, 4, true]);
});
