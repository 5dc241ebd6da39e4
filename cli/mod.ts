/**
 * `palletizer …`: the command tree on one screen, and how a command line is
 * run.
 *
 * Each command is in the file that is named like it. Nothing here or below
 * ends the process: {@linkcode run} answers the exit status.
 *
 * @module
 */

import type { OpenOptions } from "../lib/mod.ts";
import { backup } from "./backup.ts";
import { answerCompletion, completions } from "./completions.ts";
import { configCheck, configShow } from "./config.ts";
import { Context } from "./context.ts";
import { crateAdd } from "./crate/add.ts";
import { crateExport } from "./crate/export.ts";
import { crateList } from "./crate/list.ts";
import { crateRemove } from "./crate/remove.ts";
import { crateShow } from "./crate/show.ts";
import { crateUnyank, crateYank } from "./crate/yank.ts";
import { doctor } from "./doctor.ts";
import { answerError, EXIT } from "./exit.ts";
import { indexSquash } from "./index/squash.ts";
import { init } from "./init.ts";
import type { Io } from "./io.ts";
import { ownerAdd, ownerList, ownerRemove } from "./owner.ts";
import {
  type Command,
  defineGroup,
  defineProgram,
  parseLine,
} from "./parser.ts";
import { restore } from "./restore.ts";
import { serve } from "./serve.ts";
import { tokenCreate, tokenList, tokenRevoke } from "./token.ts";
import {
  userAdd,
  userDisable,
  userEnable,
  userList,
  userRemove,
} from "./user.ts";
import { showVersion } from "./version.ts";

/** The commands of the program. */
export const PALLETIZER = defineProgram({
  summary: "Palletizer: a private registry for Cargo.",
  examples: [
    "palletizer init --url https://crates.example.com",
    "palletizer crate add target/package/parser-1.0.0.crate",
  ],
  version: showVersion,
  commands: {
    init,
    serve,
    crate: defineGroup({
      summary: "Add, remove, yank, list, show and export crates.",
      examples: ["palletizer crate add target/package/parser-1.0.0.crate"],
      commands: {
        add: crateAdd,
        remove: crateRemove,
        yank: crateYank,
        unyank: crateUnyank,
        list: crateList,
        show: crateShow,
        export: crateExport,
      },
    }),
    owner: defineGroup({
      summary: "Tell and change who owns a crate.",
      examples: ["palletizer owner add parser anna"],
      commands: { list: ownerList, add: ownerAdd, remove: ownerRemove },
    }),
    user: defineGroup({
      summary: "Add, list, disable and remove users.",
      examples: ["palletizer user add anna"],
      commands: {
        add: userAdd,
        list: userList,
        disable: userDisable,
        enable: userEnable,
        remove: userRemove,
      },
    }),
    token: defineGroup({
      summary: "Create, list and revoke the tokens of users.",
      examples: ["palletizer token create --user anna"],
      commands: {
        create: tokenCreate,
        list: tokenList,
        revoke: tokenRevoke,
      },
    }),
    index: defineGroup({
      summary: "Look after the index repository.",
      examples: ["palletizer index squash"],
      commands: { squash: indexSquash },
    }),
    backup,
    restore,
    doctor,
    config: defineGroup({
      summary: "Check or show the configuration.",
      examples: ["palletizer config check"],
      commands: { check: configCheck, show: configShow },
    }),
    completions,
  },
});

/**
 * Runs a command line.
 *
 * @param args what follows the program's name.
 * @param io the console.
 * @param options how the registry is opened.
 * @returns the exit status: 0 done, 1 refused, 2 usage or configuration, 70 a
 * bug.
 */
export async function run(
  args: readonly string[],
  io: Io,
  options: OpenOptions = {},
): Promise<number> {
  const { path, command } = commandOf(args);
  let context: Context | null = null;
  try {
    if (answerCompletion(PALLETIZER, args, io)) return EXIT.done;
    const isBare = args.length === 0;
    const words = isBare ? ["--help"] : args;
    const line = parseLine(PALLETIZER, words, command.examples);
    if (line.kind === "help") {
      if (isBare) io.err(line.page);
      else io.out(line.page);
      return isBare ? EXIT.usage : EXIT.done;
    }
    context = new Context(io, line.configPath, options);
    return await line.action(context);
  } catch (error) {
    const lookedAt = context?.lookedAt ?? null;
    const help = ["palletizer", ...path, "--help"].join(" ");
    return answerError(error, io, { lookedAt, help });
  }
}

/** The command that a command line names, as far as it can be told. */
function commandOf(
  args: readonly string[],
): { path: readonly string[]; command: Command } {
  const path: string[] = [];
  let command = PALLETIZER;
  for (const word of args) {
    const next = command.commands.get(word);
    if (next === undefined) continue;
    path.push(word);
    command = next;
  }
  return { path, command };
}
