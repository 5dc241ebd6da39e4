/**
 * What went wrong, as a text for the person at the terminal and an exit status
 * for their scripts: the one place where commands end badly.
 *
 * @module
 */

import {
  ConfigProblems,
  describeError,
  isRefusal,
  printable,
  type RefusalCode,
} from "../lib/mod.ts";
import { type Io, OutputFull, paint } from "./io.ts";

/** How the program may end. */
export const EXIT = {
  /** All was done. */
  done: 0,
  /** Something was refused, or the machine could not. */
  refused: 1,
  /** The command line or the configuration is wrong, or git is missing. */
  usage: 2,
  /** A bug of ours. */
  bug: 70,
} as const;

/** Refusals that are about how the program was set up, not what it was asked. */
const STATUS: Partial<Record<RefusalCode, number>> = {
  data_folder_missing: EXIT.usage,
  git_missing: EXIT.usage,
  git_too_old: EXIT.usage,
  listener_unavailable: EXIT.usage,
};

/** The command line cannot be understood; the message tells what is wrong. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** What is known of the command line that ended badly. */
export interface Circumstances {
  /** Where the configuration was found or looked for, if it was. */
  readonly lookedAt: string | null;
  /** The command line that tells how it is right. */
  readonly help: string;
}

/**
 * Tells what went wrong, on stderr.
 *
 * @returns the exit status.
 */
export function answerError(
  error: unknown,
  io: Io,
  { lookedAt, help }: Circumstances,
): number {
  const say = (text: string) =>
    io.err(`${paint(io, "red", "error:")} ${printable(text)}`);
  if (isRefusal(error)) {
    say(error.message);
    if (error.code === "data_folder_missing" && lookedAt !== null) {
      io.err(printable(lookedAt));
    }
    return STATUS[error.code] ?? EXIT.refused;
  }
  if (error instanceof UsageError) {
    say(error.message);
    io.err(`\`${help}\` tells more`);
    return EXIT.usage;
  }
  if (error instanceof OutputFull) {
    say(error.message);
    return EXIT.refused;
  }
  if (error instanceof ConfigProblems) {
    for (const line of error.message.split("\n")) say(line);
    return EXIT.usage;
  }
  say(`this is a bug of palletizer: ${describeError(error)}`);
  io.err(
    "please report it with these lines, the command you typed and what `palletizer --version` says",
  );
  return EXIT.bug;
}
