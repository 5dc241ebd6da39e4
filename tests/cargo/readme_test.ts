/**
 * The README's first use, typed as it stands there into a shell.
 *
 * @module
 */

import { join } from "node:path";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CargoUser } from "../support/cargo.ts";
import { programAndFlags, runProgram } from "../support/palletizer.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** The lines of all `sh` blocks of a section. */
function commandsOf(text: string, heading: string): string {
  const section = text.split(/^## /m).find((it) => it.startsWith(heading));
  const blocks = section?.matchAll(/^```sh\n(.*?)^```$/gms) ?? [];
  return Array.from(blocks, ([, commands]) => commands).join("");
}

Deno.test("the README's first use ends with a program that is built", async () => {
  await using folder = await tempFolder();
  const readme = new URL("../../README.md", import.meta.url);
  const commands = commandsOf(await Deno.readTextFile(readme), "First use");
  assertTrue(commands.includes("cargo build"), "no commands were found");

  // `palletizer` as a program on PATH, whichever way it is run.
  const bin = join(folder.path, "bin");
  await Deno.mkdir(bin);
  const call = programAndFlags().map((it) => `'${it}'`).join(" ");
  const script = `#!/bin/sh\nexec ${call} "$@"\n`;
  await Deno.writeTextFile(join(bin, "palletizer"), script, { mode: 0o755 });

  // A person whose cargo knows no registry yet.
  const user = await CargoUser.make(join(folder.path, "person"), "file:///no");
  await Deno.mkdir(join(folder.path, "work"));
  const { code, stdout, stderr } = await runProgram(
    "bash",
    ["-euo", "pipefail", "-c", commands],
    {
      cwd: join(folder.path, "work"),
      env: {
        ...user.env,
        HOME: Deno.env.get("HOME") ?? "/", // where Deno's cache is
        PATH: `${bin}:${Deno.env.get("PATH")}`,
      },
    },
  );
  assertEquals(code, 0, `${stdout}${stderr}`);
  const lock = await Deno.readTextFile(`${folder.path}/work/app/Cargo.lock`);
  assertTrue(lock.includes('name = "hello"'), lock);
});
