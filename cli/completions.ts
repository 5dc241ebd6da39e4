/**
 * `palletizer completions`: the script that teaches a shell to complete
 * command lines, and the answers that the script asks for.
 *
 * @module
 */

import { EXIT } from "./exit.ts";
import type { Io } from "./io.ts";
import {
  all,
  argumentOf,
  type Command,
  completeLine,
  completionScript,
  defineCommand,
  SHELLS,
} from "./parser.ts";

const NAME = "completions";

/** `palletizer completions bash|zsh|fish` */
export const completions = defineCommand({
  summary: "Print the script that completes command lines in a shell.",
  examples: [
    `source <(palletizer ${NAME} bash)    # in ~/.bashrc`,
    `source <(palletizer ${NAME} zsh)     # in ~/.zshrc`,
    `palletizer ${NAME} fish | source     # in ~/.config/fish/config.fish`,
  ],
  takes: all({
    shell: argumentOf("SHELL", SHELLS, "The shell: bash, zsh or fish."),
  }),
  run({ shell }, { io }) {
    io.out(completionScript(shell, [NAME, shell]));
    return Promise.resolve(EXIT.done);
  },
});

/**
 * Answers the script: `palletizer completions SHELL WORD…` tells what could
 * follow. The words are another command line, so they are not read as ours.
 *
 * @returns whether it was the script that asked.
 */
export function answerCompletion(
  program: Command,
  args: readonly string[],
  io: Io,
): boolean {
  const [name, asked, ...words] = args;
  const shell = SHELLS.find((it) => it === asked);
  if (name !== NAME || shell === undefined || words.length === 0) return false;
  io.out(completeLine(program, shell, words));
  return true;
}
