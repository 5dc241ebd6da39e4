/**
 * The README's first use, first publish, backup and export, typed as they stand
 * there into a shell; only the port is a free one.
 *
 * @module
 */

import { join } from "node:path";
import { assertEquals, assertIncludes } from "../support/assert.ts";
import { CargoUser } from "../support/cargo.ts";
import { programAndFlags, runProgram } from "../support/palletizer.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** What the README serves at. */
const PORT = "7171";

/** The command that goes on in the background. */
const SERVE = "palletizer serve &\n";

/** The same, done when it listens; it ends with the shell. */
const SERVE_AND_WAIT = `
palletizer serve > serve.log 2>&1 &
server=$!
trap 'kill $server && wait $server || true' EXIT
until grep -q '^listening on' serve.log; do
  kill -0 $server || { cat serve.log; exit 1; }
  sleep 0.05
done
`;

Deno.test("the README's first use ends with a program that is built", async () => {
  await using folder = await tempFolder();
  await type(await commandsOf("First use"), folder.path);
  await requireBuilt(folder.path);
});

Deno.test("the README's first publish ends with a program that is built", async () => {
  await using folder = await tempFolder();
  const commands = await commandsOf("First publish");
  for (const needed of [PORT, SERVE, "cargo publish"]) {
    assertIncludes(commands, needed);
  }
  const toType = commands.replaceAll(PORT, String(freePort()))
    .replace(SERVE, SERVE_AND_WAIT);
  await type(toType, folder.path);
  await requireBuilt(folder.path);
});

Deno.test("the README's backup of a served registry is restored as it says", async () => {
  await using folder = await tempFolder();
  const publish = await commandsOf("First publish");
  const backup = await commandsOf("Backup and restore");
  for (const needed of ["--since", "palletizer restore"]) {
    assertIncludes(backup, needed);
  }
  const toType = publish.replaceAll(PORT, String(freePort()))
    .replace(SERVE, SERVE_AND_WAIT);
  const said = await type(
    `${toType}\n${backup}\n${await commandsOf("Without a network")}`,
    folder.path,
  );
  assertIncludes(said, "hello");
  const work = join(folder.path, "work");
  for (const data of ["registry", "restored"]) {
    const path = "palletizer-data/crates/hello/hello-0.1.0.crate";
    await Deno.stat(join(work, data, path));
  }
  await Deno.stat(join(work, "export", "hello-0.1.0.crate"));
});

/** The lines of all `sh` blocks of a section. */
async function commandsOf(heading: string): Promise<string> {
  const readme = new URL("../../README.md", import.meta.url);
  const text = await Deno.readTextFile(readme);
  const section = text.split(/^## /m).find((it) => it.startsWith(heading));
  const blocks = section?.matchAll(/^```sh\n(.*?)^```$/gms) ?? [];
  return Array.from(blocks, ([, commands]) => commands).join("");
}

/**
 * Types commands into a shell, as a person whose cargo knows no registry yet;
 * answers what they printed.
 */
async function type(commands: string, folder: string): Promise<string> {
  // `palletizer` as a program on PATH, whichever way it is run.
  const bin = join(folder, "bin");
  await Deno.mkdir(bin);
  const call = programAndFlags().map((it) => `'${it}'`).join(" ");
  const script = `#!/bin/sh\nexec ${call} "$@"\n`;
  await Deno.writeTextFile(join(bin, "palletizer"), script, { mode: 0o755 });

  const user = await CargoUser.make(join(folder, "person"), "file:///no");
  const cwd = join(folder, "work");
  await Deno.mkdir(cwd);
  const { code, stdout, stderr } = await runProgram(
    "bash",
    ["-euo", "pipefail", "-c", commands],
    {
      cwd,
      env: {
        ...user.env,
        NO_PROXY: "127.0.0.1",
        HOME: Deno.env.get("HOME") ?? "/", // where Deno's cache is
        PATH: `${bin}:${Deno.env.get("PATH")}`,
      },
    },
  );
  assertEquals(code, 0, `${stdout}${stderr}`);
  return stdout;
}

async function requireBuilt(folder: string): Promise<void> {
  const app = join(folder, "work", "app");
  const lock = await Deno.readTextFile(join(app, "Cargo.lock"));
  assertIncludes(lock, 'name = "hello"');
  await Deno.stat(join(app, "target", "debug", "app"));
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
