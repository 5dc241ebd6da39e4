/**
 * `./dev`: what it says where a program is missing or too old, and where it
 * takes Deno from.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assertEquals, assertIncludes } from "../support/assert.ts";
import { runProgram, type RunResult } from "../support/palletizer.ts";
import { tempFolder } from "../support/temp_folder.ts";

const DEV = fileURLToPath(new URL("../../dev", import.meta.url));

/** What `./dev` itself is made of. */
const TOOLS = ["sh", "sort", "head", "sed", "dirname", "mkdir", "ln", "rm"];

/** Runs `./dev` where PATH has nothing but these programs, as shell scripts. */
async function dev(
  args: readonly string[],
  programs: Record<string, string>,
): Promise<RunResult> {
  await using folder = await tempFolder();
  const bin = join(folder.path, "bin");
  await Deno.mkdir(bin);
  for (const tool of TOOLS) {
    const { stdout } = await runProgram("sh", ["-c", `command -v ${tool}`], {});
    await Deno.symlink(stdout.trim(), join(bin, tool));
  }
  for (const [name, script] of Object.entries(programs)) {
    const text = `#!/bin/sh\n${script}\n`;
    await Deno.writeTextFile(join(bin, name), text, { mode: 0o755 });
  }
  return await runProgram("sh", [DEV, ...args], {
    env: { PATH: bin, HOME: folder.path },
  });
}

const GIT = 'echo "git version 2.39.5"';
const CARGO = 'echo "cargo 1.95.0 (f2d3ce0bd 2026-03-21)"';
const DENO = '[ "$1" = --version ] && echo "deno 2.7.14 (stable)" || echo "$@"';

const REFUSED: [
  why: string,
  args: string[],
  programs: Record<string, string>,
  says: string,
][] = [
  ["no task is named", [], { git: GIT, deno: DENO }, "usage: ./dev TASK"],
  ["git is missing", ["ok"], { deno: DENO }, "git was not found on PATH"],
  [
    "git is too old",
    ["ok"],
    { git: 'echo "git version 2.20.1"', deno: DENO },
    "git 2.20.1 is too old: install git 2.30 or newer",
  ],
  [
    "cargo is missing",
    ["test:all"],
    { git: GIT, deno: DENO },
    "cargo was not found on PATH",
  ],
  [
    "cargo is too old",
    ["test:all"],
    { git: GIT, deno: DENO, cargo: 'echo "cargo 1.60.0"' },
    "cargo 1.60.0 is too old: install cargo 1.74 or newer",
  ],
  [
    "Deno can neither be found nor fetched",
    ["palletizer", "serve"],
    { git: GIT },
    "deno 2.7.14 could not be fetched",
  ],
];
for (const [why, args, programs, says] of REFUSED) {
  Deno.test(`./dev stops with 2 where ${why}, and says what to do`, async () => {
    const { code, stderr } = await dev(args, programs);
    assertEquals(code, 2, stderr);
    assertIncludes(stderr, says);
  });
}

Deno.test("./dev runs a task with the Deno on PATH, and needs no cargo to serve", async () => {
  const { code, stdout } = await dev(
    ["palletizer", "serve", "--config", "a b.toml"],
    { git: GIT, deno: DENO },
  );
  assertEquals([code, stdout], [
    0,
    "task palletizer serve --config a b.toml\n",
  ]);
});

Deno.test("./dev fetches Deno by npm where there is none, and where it is too old", async () => {
  const npm = `
    while [ "$1" != --prefix ]; do shift; done
    mkdir -p "$2/node_modules/.bin"
    printf '#!/bin/sh\\n[ "$1" = --version ] && echo deno 2.7.14 || echo fetched "$@"\\n' > "$2/node_modules/.bin/deno"
    /bin/chmod +x "$2/node_modules/.bin/deno"`;
  const old = 'echo "deno 1.46.3"';
  for (const more of [{}, { deno: old }]) {
    const programs = { git: GIT, cargo: CARGO, npm, ...more };
    const { code, stdout, stderr } = await dev(["ok"], programs);
    assertEquals([code, stdout], [0, "fetched task ok\n"], stderr);
  }
});
