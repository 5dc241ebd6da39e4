/**
 * A git on `PATH` that is the real one, but for commands that a test makes odd:
 * slow, silent, or without any answer.
 *
 * @module
 */

import { join } from "node:path";
import { tempFolder } from "./temp_folder.ts";

/** Never answers, and never ends by itself. */
export const HANGS = "exec sleep 1000";
/** Does its work, but nobody hears its answer, nor that there is none. */
export const SILENT = 'exec "$real" "$@" 3>&1 > /dev/null';

/** A git that can be made odd; the usual one is back at the end of the scope. */
export interface OddGit extends AsyncDisposable {
  /** From now on a command of git runs this piece of shell first. */
  make(command: string, odd: string): void;
  /** Ends all oddities. */
  mend(): void;
  /** The commands that were odd when they ran. */
  ran(): string[];
}

/** Puts such a git on `PATH`. */
export async function oddGit(): Promise<OddGit> {
  const folder = await tempFolder();
  const path = Deno.env.get("PATH") ?? "";
  const script = `#!/bin/sh
real="$(PATH='${path}' command -v git)"
for odd in '${folder.path}'/*.odd; do
  command="\${odd##*/}"
  case " $* " in
    *" \${command%.odd} "*)
      echo "\${command%.odd}" >> '${folder.path}/ran'
      . "$odd"
  esac
done
exec "$real" "$@"
`;
  const git = join(folder.path, "git");
  await Deno.writeTextFile(git, script, { mode: 0o700 });
  Deno.env.set("PATH", `${folder.path}:${path}`);
  const commands = new Set<string>();
  const fileOf = (command: string) => join(folder.path, `${command}.odd`);
  const ranPath = join(folder.path, "ran");
  await Deno.writeTextFile(ranPath, "");
  return {
    make(command, odd) {
      commands.add(command);
      Deno.writeTextFileSync(fileOf(command), `${odd}\n`);
    },
    mend() {
      for (const command of commands) Deno.removeSync(fileOf(command));
      commands.clear();
    },
    ran: () => Deno.readTextFileSync(ranPath).split("\n").slice(0, -1),
    async [Symbol.asyncDispose]() {
      Deno.env.set("PATH", path);
      await folder[Symbol.asyncDispose]();
    },
  };
}
