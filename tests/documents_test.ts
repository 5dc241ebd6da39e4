/**
 * What documents and comments say of the project's own files, held against what
 * is there.
 *
 * @module
 */

import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { assertEquals, assertTrue } from "./support/assert.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
const ROOMS = ["lib", "server", "cli", "tests"];
const DOCUMENTS = ["ARCHITECTURE.md", "README.md", "SECURITY.md"];

function* pathsBelow(folder: string): Iterable<string> {
  for (const { name, isDirectory } of Deno.readDirSync(join(PROJECT, folder))) {
    const path = join(folder, name);
    yield path;
    if (isDirectory) yield* pathsBelow(path);
  }
}

const PATHS = new Set([
  "main.ts",
  ...ROOMS,
  ...ROOMS.flatMap((it) => [
    ...pathsBelow(it),
  ]),
]);
const NAMES = new Set([...PATHS].map((path) => basename(path)));
const SOURCES = [...PATHS].filter((path) => /\.tsx?$/.test(path));

/** Files and folders in backquotes that are not there. */
function missingIn(text: string): string[] {
  const quoted = Array.from(
    text.matchAll(/`([\w./-]+)`/g),
    ([, it = ""]) => it,
  );
  return quoted.filter((it) => {
    const isPath = /^(?:lib|server|cli|tests)\//.test(it);
    if (isPath) return !PATHS.has(it.replace(/\/$/, ""));
    return /\.tsx?$/.test(it) && !NAMES.has(basename(it));
  });
}

function read(path: string): string {
  return Deno.readTextFileSync(join(PROJECT, path));
}

for (const path of DOCUMENTS) {
  Deno.test(`${path} names only files that are there`, () => {
    assertEquals(missingIn(read(path)), []);
  });
}

Deno.test("comments name only files that are there", () => {
  assertTrue(SOURCES.length > 100, `only ${SOURCES.length} sources found`);
  const own = relative(PROJECT, fileURLToPath(import.meta.url));
  const missing = SOURCES.filter((path) => path !== own)
    .flatMap((path) =>
      missingIn(
        (read(path).match(/^ *(?:\*|\/\/|\/\*\*).*$/gm) ?? []).join("\n"),
      )
        .map((it) => `${path}: ${it}`)
    );
  assertEquals(missing, []);
});

Deno.test("a file that is not there is told, by its path and by its name", () => {
  const text =
    "`lib/mod.ts`, `mod.ts`, `lib/git/`, `lib/gone.ts`, `lib/gone/`, " +
    "`gone.ts`, `palletizer.db`, `crates/`";
  assertEquals(missingIn(text), ["lib/gone.ts", "lib/gone/", "gone.ts"]);
});

Deno.test("ARCHITECTURE.md tells of each library which version it is", () => {
  const { imports } = JSON.parse(read("deno.json"));
  const known = Object.entries<string>(imports)
    .filter(([name]) => !name.startsWith("@types/"))
    .map(([name, from]) => `${name} ${from.slice(from.lastIndexOf("@") + 1)}`);
  const told = Array.from(
    read("ARCHITECTURE.md").matchAll(/^- `([@\w/-]+)` (\d+\.\d+\.\d+)/gm),
    ([, name, version]) => `${name} ${version}`,
  );
  assertEquals(told.sort(), known.sort());
});
