/**
 * Golden files: texts that people see, whole, in `tests/golden/`.
 *
 * `UPDATE_GOLDEN=1` writes them anew instead of comparing; the diff is read
 * like code.
 *
 * @module
 */

import assert from "node:assert/strict";

const FOLDER = new URL("../golden/", import.meta.url);

/** Fails unless the golden file `name` says `text`. */
export async function assertGolden(name: string, text: string): Promise<void> {
  const file = new URL(name, FOLDER);
  if (Deno.env.get("UPDATE_GOLDEN")) {
    await Deno.mkdir(FOLDER, { recursive: true });
    await Deno.writeTextFile(file, text);
    return;
  }
  const expected = await Deno.readTextFile(file).catch(() => "");
  assert.equal(
    text,
    expected,
    `tests/golden/${name} says something else: \`deno task test:golden\` rewrites it`,
  );
}
