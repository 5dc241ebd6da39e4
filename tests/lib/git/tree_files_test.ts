import { GitFailure } from "../../../lib/git/child.ts";
import {
  countTreeFiles,
  listTree,
  readTreeFiles,
} from "../../../lib/git/tree_files.ts";
import { aRegistry } from "../../support/a_registry.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";

Deno.test("readTreeFiles() reads all files of a commit, however many and however large", async () => {
  await using it = await aRegistry();
  const texts = Array.from({ length: 700 }, (_, at) => [
    `fi/le/file-${String(at).padStart(3, "0")}`,
    at === 300 ? "" : `${at}\n`.repeat(at === 301 ? 200_000 : 1 + at % 7),
  ]);
  const tip = await it.commit(Object.fromEntries(texts));
  const read: string[][] = [];
  for await (const { path, bytes } of readTreeFiles(it.git, tip)) {
    if (path !== "config.json") {
      read.push([path, new TextDecoder().decode(bytes!)]);
    }
  }
  assertEquals(read, texts);
  assertEquals(await countTreeFiles(it.git, tip), 701);
});

Deno.test("readTreeFiles() may be left in the middle", async () => {
  await using it = await aRegistry();
  const names = Array.from(
    { length: 600 },
    (_, at) => [`fi/le/${at}`, `${at}`],
  );
  const tip = await it.commit(Object.fromEntries(names));
  for await (const { path } of readTreeFiles(it.git, tip)) {
    assertEquals(path, "config.json");
    break;
  }
  for await (const _ of listTree(it.git, tip)) break;
});

Deno.test("readTreeFiles() fails for a commit that there is not", async () => {
  await using it = await aRegistry();
  const reading = Array.fromAsync(readTreeFiles(it.git, "0".repeat(40)));
  const error = await reading.then(() => null, (error) => error);
  assertTrue(error instanceof GitFailure, `${error}`);
});
