/**
 * The shape of the tree: import rules, places of effects, foreign words.
 *
 * The rules are in `support/architecture.ts`; here they are held against the
 * project, and each is shown to fail on a sample that breaks it.
 *
 * @module
 */

import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { foreignWords, RULES } from "./support/architecture.ts";
import { assertEquals, assertTrue } from "./support/assert.ts";
import { readSource } from "./support/source_text.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
/** Made by people and tools beside the sources; named in .gitignore. */
const NOT_SOURCES = /^(?:\.git|cov|node_modules|palletizer(?:-data|\.toml)?)$/;

async function* filesBelow(folder: string): AsyncIterable<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (folder === PROJECT && NOT_SOURCES.test(entry.name)) continue;
    if (entry.isDirectory) yield* filesBelow(path);
    else yield relative(PROJECT, path);
  }
}

const FILES = (await Array.fromAsync(filesBelow(PROJECT))).sort();
const SOURCES = await Promise.all(
  FILES.filter((path) => /^(?:main|(?:lib|server|cli)\/.*)\.tsx?$/.test(path))
    .map(async (path) =>
      readSource(path, await Deno.readTextFile(join(PROJECT, path)))
    ),
);

for (const { says, problems } of RULES) {
  Deno.test(`the tree: ${says}`, () => {
    assertTrue(SOURCES.length > 20, `only ${SOURCES.length} sources found`);
    const found = SOURCES.flatMap((source) =>
      problems(source).map((problem) => `${source.path} ${problem}`)
    );
    assertEquals(found, []);
  });
}

Deno.test("the scanner reads each source to its end: brackets are even", () => {
  for (const { path, code } of SOURCES) {
    for (const [open, close] of ["()", "[]", "{}"]) {
      const [opened, closed] = [open, close].map((it) =>
        code.split(it ?? "").length
      );
      assertEquals(opened, closed, `${open} and ${close} in ${path}`);
    }
  }
});

Deno.test("the project speaks of itself alone", async () => {
  const found: string[] = [];
  for (const path of FILES) {
    const text = await Deno.readTextFile(join(PROJECT, path));
    found.push(...foreignWords(path, text).map((it) => `${path} ${it}`));
  }
  assertEquals(found, []);
});

Deno.test("deno.lock names packages and checksums, no address", async () => {
  const text = await Deno.readTextFile(join(PROJECT, "deno.lock"));
  assertEquals(text.match(/\w+:\/\/|"tarball"/g), null);
});

Deno.test("there is no package.json and no node_modules", () => {
  const names = Array.from(Deno.readDirSync(PROJECT), (entry) => entry.name);
  assertEquals(
    names.filter((name) => /^(?:package\.json|node_modules)$/.test(name)),
    [],
  );
});

/** Samples that exactly one rule refuses: which it is, and the sample. */
const BROKEN: readonly [rule: RegExp, path: string, text: string][] = [
  [/imports only/, "lib/crate/name.ts", 'import "../../cli/mod.ts";'],
  [/imports only/, "lib/open.ts", 'import { run } from "../cli/mod.ts";'],
  [/imports only/, "lib/open.ts", 'import type { A } from "../server/mod.ts";'],
  [/imports only/, "lib/open.ts", 'const it = await import("../cli/mod.ts");'],
  [/imports only/, "lib/open.ts", 'export * from "../cli/io.ts";'],
  [/imports only/, "lib/open.ts", 'let it: import("../cli/io.ts").Io;'],
  [/imports only/, "lib/open.ts", "const it = await import(name);"],
  [/imports only/, "lib/open.ts", "const it = await import(`./${name}.ts`);"],
  [/imports only/, "lib/crate/name.ts", 'import { a } from "../clock.ts";'],
  [/imports only/, "lib/crate/name.ts", 'import { join } from "node:path";'],
  [/imports only/, "lib/index/path.ts", 'import { Git } from "../git/git.ts";'],
  [/imports only/, "lib/git/ref.ts", 'import { a } from "../crate/name.ts";'],
  [/imports only/, "lib/storage/lock.ts", 'import fs from "node:fs";'],
  [/imports only/, "lib/storage/lock.ts", 'import sq from "node:sqlite";'],
  [/imports only/, "lib/registry/yank.ts", 'import h from "node:crypto";'],
  [/imports only/, "lib/registry/yank.ts", 'import { a } from "../open.ts";'],
  [/imports only/, "lib/crate/tar.ts", 'import { parse } from "smol-toml";'],
  [/imports only/, "lib/crate/tar.ts", 'import { it } from "npm:tar@7";'],
  [/imports only/, "cli/crate/add.ts", 'import a from "../../lib/open.ts";'],
  [/imports only/, "cli/crate/add.ts", 'import "../../server/mod.ts";'],
  [/imports only/, "main.ts", 'import { open } from "./lib/mod.ts";'],
  [/imports only/, "lib/new_room/it.ts", 'import a from "./other.ts";'],
  [/`Deno`/, "lib/crate/name.ts", "const it = Deno.cwd();"],
  [/`Deno`/, "cli/crate/add.ts", "for (const it of Deno.args) take(it);"],
  [/`Deno`/, "lib/registry/yank.ts", "const text = `${Deno.build.os}`;"],
  [/`Deno`/, "lib/registry/yank.ts", "process.on('exit', end);"],
  [/another name/, "lib/open.ts", "const it = globalThis['De' + 'no'];"],
  [/processes/, "lib/storage/lock.ts", 'new Deno.Command("git");'],
  [/end of the process/, "cli/serve.ts", "Deno.exit(1);"],
  [/network/, "lib/registry/yank.ts", "await fetch(url);"],
  [/network/, "lib/storage/lock.ts", "Deno.listen({ port: 0 });"],
  [/present time/, "lib/registry/yank.ts", "const at = new Date();"],
  [/present time/, "lib/registry/yank.ts", "const at = new Date;"],
  [/present time/, "lib/registry/yank.ts", "const at = Date.now();"],
  [/present time/, "lib/registry/yank.ts", "const at = Date();"],
  [/present time/, "lib/registry/yank.ts", "const at = performance.now();"],
  [/randomness/, "lib/registry/yank.ts", "const it = Math.random();"],
  [/randomness/, "lib/registry/yank.ts", "const it = crypto.randomUUID();"],
  [/randomness/, "lib/storage/lock.ts", "const it = randomBytes(8);"],
  [/console/, "lib/registry/yank.ts", "console.log(crate);"],
  [/console/, "cli/crate/remove.ts", 'if (confirm("really?")) go();'],
  [/HTTP/, "lib/refusal.ts", "const status = 404;"],
  [/HTTP/, "cli/exit.ts", "const STATUS = { crate_not_found: 404 };"],
  [/HTTP/, "lib/registry/yank.ts", 'return new Response("no");'],
  [/SQL/, "lib/registry/yank.ts", 'db.run("select name\\nfrom crates");'],
  [/SQL/, "lib/open.ts", "db.run(`INSERT INTO owners VALUES (${row})`);"],
];

for (const [rule, path, text] of BROKEN) {
  Deno.test(`the rule on ${rule.source} fails on \`${text}\` in ${path}`, () => {
    const source = readSource(path, text);
    const broken = RULES.filter((it) => it.problems(source).length > 0);
    assertEquals(broken.map((it) => rule.test(it.says)), [true]);
  });
}

/** Samples that look like an offence and are none. */
const KEPT: readonly [path: string, text: string, why: string][] = [
  ["lib/crate/tar.ts", "// Deno.cwd() and fetch(url)", "a comment"],
  ["lib/crate/tar.ts", "/* Math.random()\n * Date.now() */", "a comment"],
  ["lib/crate/tar.ts", 'const it = "new Date() // Deno";', "a string"],
  ["lib/crate/tar.ts", "const it = 'it\\'s Deno.cwd()';", "an escaped quote"],
  ["lib/crate/tar.ts", "const it = `a ${b} Deno.cwd()`;", "a template"],
  ["lib/crate/tar.ts", "const it = `a ${{ b: `${c}` }} Deno`;", "a nested one"],
  ["lib/crate/tar.ts", "if (/Deno\\.cwd[(/]/.test(a)) b();", "a pattern"],
  ["lib/crate/tar.ts", 'const it = a / b; const c = "/Deno/";', "a division"],
  ["lib/crate/tar.ts", "const at = new Date(text);", "no present time"],
  ["lib/crate/tar.ts", "parts.process(piece); it.Deno = 1;", "a member"],
  ["lib/crate/tar.ts", "const limit = 200;", "a number, but no status"],
  ["lib/crate/tar.ts", 'say("select a crate and publish it");', "no SQL"],
  ["lib/crate/tar.ts", 'import { a } from "./name.ts";', "the same room"],
  ["lib/crate/tar.ts", "say('import \"../../cli/mod.ts\"');", "a string"],
  ["lib/open.ts", 'import { a } from "./git/command.ts";', "an allowed room"],
  ["lib/git/command.ts", 'new Deno.Command("git");', "the room of processes"],
  ["lib/clock.ts", "export const now = () => new Date();", "the clock"],
];

for (const [path, text, why] of KEPT) {
  Deno.test(`no rule fails on \`${text}\` in ${path} (${why})`, () => {
    const source = readSource(path, text);
    const broken = RULES.filter((it) => it.problems(source).length > 0);
    assertEquals(broken.map((it) => it.says), []);
  });
}

/** Foreign words, in pieces so that this file does not hold them itself. */
const FOREIGN: readonly [path: string, pieces: string[], found: number][] = [
  ["README.md", ["see /ho", "me/ana/palletizer"], 1],
  ["lib/open.ts", ['const it = "/wo', 'rk/data";'], 1],
  ["deno.json", ["../sha", "red/tools"], 1],
  [".ci/run", ["../sha", "red/tools"], 0],
  [".ci/run", ["export PIP_IN", "DEX_URL=x"], 1],
  ["ARCHITECTURE.md", ["as the cont", "ract.md says"], 1],
  ["README.md", ["/var/lib/palletizer, /etc/palletizer, crates/home/it"], 0],
];

for (const [path, pieces, found] of FOREIGN) {
  const text = pieces.join("");
  Deno.test(`the words \`${text}\` in ${path}: ${found} foreign`, () => {
    assertEquals(foreignWords(path, text).length, found);
  });
}
