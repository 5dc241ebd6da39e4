/**
 * The grammar of a command line: commands in groups, each with its arguments
 * and its help page, and what shells complete of all that.
 *
 * The one file that uses `@optique/core`. What the commands are is in `mod.ts`.
 *
 * @module
 */

import { bash, fish, zsh } from "@optique/core/completion";
import { object, or } from "@optique/core/constructs";
import { type DocPage, formatDocPage } from "@optique/core/doc";
import { runParser } from "@optique/core/facade";
import {
  formatMessage,
  type Message,
  message,
  optionName,
  text,
} from "@optique/core/message";
import { map, multiple, optional, withDefault } from "@optique/core/modifiers";
import type { NonEmptyString } from "@optique/core/nonempty";
import type { Parser } from "@optique/core/parser";
import {
  argument as argumentParser,
  command as commandParser,
  flag as flagParser,
  option as optionParser,
} from "@optique/core/primitives";
import type { Usage } from "@optique/core/usage";
import { choice, string, type ValueParser } from "@optique/core/valueparser";
import type { Context } from "./context.ts";
import { UsageError } from "./exit.ts";

/** What a command line asks for: does it and answers the exit status. */
export type Action = (context: Context) => Promise<number>;

/** Something that a command takes from the command line. */
export type Takes<Value> = Parser<"sync", Value, unknown>;

/** How a command or a group of commands presents itself. */
export interface Presentation {
  /** What it does, in one sentence. */
  readonly summary: string;
  /** Command lines that show its use; they open its help page. */
  readonly examples: readonly string[];
}

/** A command, or a group of commands. */
export interface Command extends Presentation {
  /** What follows its name. */
  readonly takes: Takes<Action>;
  /** The commands in it, if it is a group. */
  readonly commands: ReadonlyMap<string, Command>;
}

/** What a command is made of. */
export interface CommandOptions<Values> extends Presentation {
  /** Its arguments, options and flags, by the names `run` knows them by. */
  readonly takes: Takes<Values>;
  /** Does what was asked and answers the exit status. */
  run(values: Values, context: Context): Promise<number>;
}

/** What a group of commands is made of. */
export interface GroupOptions extends Presentation {
  readonly commands: Readonly<Record<string, Command>>;
}

/** A command. */
export function defineCommand<Values>(
  { summary, examples, takes, run }: CommandOptions<Values>,
): Command {
  const action = map(takes, (it): Action => (context) => run(it, context));
  return { summary, examples, takes: action, commands: new Map() };
}

/** A group of commands. */
export function defineGroup(
  { summary, examples, commands }: GroupOptions,
): Command {
  const entries = Object.entries(commands);
  const noMatch = message`a command is missing`;
  const takes = or(...entries.map(toParser), { errors: { noMatch } });
  return { summary, examples, takes, commands: new Map(entries) };
}

/** The whole program: its commands, and what `--version` does. */
export function defineProgram(
  { version, ...group }: GroupOptions & { readonly version: Action },
): Command {
  const program = defineGroup(group);
  const about = says("Tell the versions of all that takes part.");
  const flag = map(flagParser("--version", about), () => version);
  return { ...program, takes: or(program.takes, flag) };
}

/** Several things that a command takes, each by its name. */
export const all = object;

/** Something that may be left out. */
export { optional };

/** An argument that must be there, unless it is `optional()`. */
export function argument(
  metavar: NonEmptyString,
  about: string,
): Takes<string> {
  const errors = { endOfInput: missing(metavar) };
  return argumentParser(string({ metavar }), { ...says(about), errors });
}

/** An argument that is one of a few words. */
export function argumentOf<const Word extends string>(
  metavar: NonEmptyString,
  words: readonly Word[],
  about: string,
): Takes<Word> {
  const list = text(words.join(", "));
  const errors = {
    endOfInput: missing(metavar),
    invalidValue: message`${text(metavar)} must be one of ${list}`,
  };
  return argumentParser(choice(words, { metavar }), { ...says(about), errors });
}

/** At least one path; shells offer files with the extension, and folders. */
export function paths(
  metavar: NonEmptyString,
  extension: string,
  about: string,
): Takes<readonly string[]> {
  const one = argumentParser(path(metavar, "any", extension), says(about));
  const errors = { tooFew: missing(metavar) };
  return multiple(one, { min: 1, errors });
}

/** One path; shells offer files with the extension, and folders. */
export function file(
  metavar: NonEmptyString,
  extension: string,
  about: string,
): Takes<string> {
  const errors = { endOfInput: missing(metavar) };
  const one = path(metavar, "any", extension);
  return argumentParser(one, { ...says(about), errors });
}

/** A folder that must be there, unless it is `optional()`. */
export function folder(metavar: NonEmptyString, about: string): Takes<string> {
  const errors = { endOfInput: missing(metavar) };
  return argumentParser(path(metavar, "directory"), { ...says(about), errors });
}

/** A flag: given or not. */
export function flag(name: `--${string}`, about: string): Takes<boolean> {
  return withDefault(flagParser(name, says(about)), false);
}

/** An option with a value. */
export function option(
  name: `--${string}`,
  metavar: NonEmptyString,
  about: string,
): Takes<string | undefined> {
  return optional(optionParser(name, string({ metavar }), says(about)));
}

/** An option with a value that must be given. */
export function requiredOption(
  name: `--${string}`,
  metavar: NonEmptyString,
  about: string,
): Takes<string> {
  const errors = { missing: message`${optionName(name)} is missing` };
  return optionParser(name, string({ metavar }), { ...says(about), errors });
}

/** What a command line came to. */
export type ParsedLine =
  | { readonly kind: "help"; readonly page: string }
  | {
    readonly kind: "action";
    readonly action: Action;
    readonly configPath: string | null;
  };

/** The shells whose completion is known. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One of them. */
type Shell = typeof SHELLS[number];

/**
 * Reads a command line.
 *
 * @param examples what opens the help page, if that is asked for.
 * @throws {UsageError} with the nearest known word for a misspelt one.
 */
export function parseLine(
  program: Command,
  args: readonly string[],
  examples: readonly string[],
): ParsedLine {
  return runParser(programParser(program), PROGRAM, args, {
    brief: message`${text(program.summary)}`,
    usageLine: GROUP_USAGE,
    aboveError: "none",
    help: { option: HELP_OPTION, onShow: (_, page) => toHelp(page, examples) },
    stdout: () => {},
    stderr: () => {},
    onError: (_, error) => {
      throw new UsageError(toSentence(error));
    },
  });
}

/** The script that teaches a shell to ask, behind `args`, what may follow. */
export function completionScript(
  shell: Shell,
  args: readonly string[],
): string {
  return COMPLETIONS[shell].generateScript(PROGRAM, args);
}

/**
 * What a command line could go on with, in the shell's own format.
 *
 * @param words the words so far; the last one is being typed.
 */
export function completeLine(
  program: Command,
  shell: Shell,
  words: readonly string[],
): string {
  let answer = "";
  runParser(programParser(program), PROGRAM, [COMPLETE, shell, ...words], {
    help: { option: HELP_OPTION },
    completion: { command: { names: [COMPLETE], hidden: true } },
    stdout: (piece) => answer += piece,
  });
  return answer;
}

const PROGRAM = "palletizer";
const COMPLETIONS = { bash, zsh, fish };
const HELP_OPTION = { names: ["--help", "-h"] } as const;

/** Never typed: the name under which the library is asked to complete. */
const COMPLETE = "complete!";

/** `palletizer crate COMMAND ...`: the page lists the commands anyway. */
const GROUP_USAGE: Usage = [{ type: "literal", value: "COMMAND ..." }];

/** Understood before, between and behind the words of every command. */
const CONFIG = withDefault(
  optionParser("--config", path("FILE", "any", ".toml"), {
    ...says(
      "The configuration; else $PALLETIZER_CONFIG, ./palletizer.toml, /etc/palletizer/palletizer.toml or the built-in default.",
    ),
    hidden: "usage",
  }),
  null,
);

function programParser({ takes }: Command): Takes<ParsedLine> {
  const errors = { suggestions: nearestAlone };
  const line = object({ action: takes, configPath: CONFIG }, { errors });
  return map(line, (it) => ({ kind: "action", ...it }));
}

/** The library knows no groups: what else it finds may be of another one. */
function nearestAlone([nearest]: readonly string[]): Message {
  return nearest === undefined
    ? []
    : message`Did you mean ${optionName(nearest)}?`;
}

function toParser([name, command]: [string, Command]): Takes<Action> {
  const { summary, takes, commands } = command;
  return commandParser(name, takes, {
    brief: message`${text(summary)}`,
    usageLine: (usage) => commands.size === 0 ? usage : GROUP_USAGE,
  });
}

/** A path; the shell itself knows which there are. */
function path(
  metavar: NonEmptyString,
  type: "any" | "directory",
  extension?: string,
): ValueParser<"sync", string> {
  const extensions = extension === undefined ? {} : { extensions: [extension] };
  return {
    ...string({ metavar }),
    *suggest(pattern) {
      yield { kind: "file", type, pattern, ...extensions };
    },
  };
}

function says(about: string): { description: Message } {
  return { description: message`${text(about)}` };
}

function missing(metavar: string): Message {
  return message`${text(metavar)} is missing`;
}

const PAGE_WIDTH = 80;

/** Examples first, then what the library makes of the rest. */
function toHelp(page: DocPage, examples: readonly string[]): ParsedLine {
  const shown = examples.map((example) => `  ${example}\n`).join("");
  const format = { maxWidth: PAGE_WIDTH, termWidth: "auto" } as const;
  const rest = formatDocPage(PROGRAM, page, format);
  const text = `Example:\n${shown}\n${rest}`;
  return { kind: "help", page: text.replace(/ +$/gm, "").trimEnd() };
}

/** The library's message in one line, with values in backquotes. */
function toSentence(error: Message): string {
  const quoted = error.map((term) =>
    term.type === "value" ? optionName(term.value) : term
  );
  return formatMessage(quoted).replace(/\s+/g, " ").replace(/\.$/, "")
    .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}
