/**
 * The console: what a command reads from and writes to a terminal, a pipe or a
 * file, and what it learns of the process that it runs in.
 *
 * Tests hand in their own {@linkcode Io}; nothing else in `cli/` knows stdout.
 *
 * @module
 */

import { fstatSync } from "node:fs";

/** What a command sees of the process that it runs in. */
export interface Io {
  /** The working folder: an absolute path. */
  readonly cwd: string;
  /** Where the machine's own configuration would be: an absolute path. */
  readonly machineConfig: string;
  /** The Deno that runs the program, like `2.7.14`. */
  readonly denoVersion: string;
  /** Whether a person can be asked: stdin and stderr are a terminal. */
  readonly canAsk: boolean;
  /** Whether a person alone sees the results: stdout is a terminal. */
  readonly isSeenOnly: boolean;
  /** Whether what is written goes to systemd's journal, which many may read. */
  readonly isJournal: boolean;
  /** Whether stderr may be coloured. */
  readonly hasColour: boolean;
  /** A variable of the environment. */
  env(name: string): string | undefined;
  /** Writes a line of the result, to stdout. */
  out(line: string): void;
  /** Writes a line about the work, to stderr. */
  err(line: string): void;
  /** Shows on a terminal how far the work is; what comes next takes its place. */
  progress(line: string): void;
  /** Reads a line from stdin; null at its end. */
  readLine(): Promise<string | null>;
}

/** There is no room for what is written to stdout or stderr. */
export class OutputFull extends Error {
  override name = "OutputFull";
}

const COLOURS = { red: "31" } as const;

/** A text in a colour, where colours are wanted. */
export function paint(
  io: Io,
  colour: keyof typeof COLOURS,
  text: string,
): string {
  return io.hasColour ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text;
}

/** Asks a question and tells whether the answer was `y` or `yes`. */
export async function askYesNo(io: Io, question: string): Promise<boolean> {
  io.err(`${question} [y/N]`);
  const answer = await io.readLine();
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}

/** The console of this process. */
export function processIo(): Io {
  const env = (name: string) => Deno.env.get(name);
  const isTerminal = Deno.stderr.isTerminal();
  const hasProgress = isTerminal && env("TERM") !== "dumb";
  let isShown = false;
  const write = (stream: typeof Deno.stdout, text: string) => {
    if (isShown) writeAll(Deno.stderr, "\r\x1b[K");
    isShown = false;
    writeAll(stream, text);
  };
  return {
    cwd: Deno.cwd(),
    machineConfig: "/etc/palletizer/palletizer.toml",
    denoVersion: Deno.version.deno,
    canAsk: Deno.stdin.isTerminal() && isTerminal,
    isSeenOnly: Deno.stdout.isTerminal(),
    isJournal: isJournal(env("JOURNAL_STREAM")),
    hasColour: hasProgress && !env("NO_COLOR"),
    env,
    out: (line) => write(Deno.stdout, `${line}\n`),
    err: (line) => write(Deno.stderr, `${line}\n`),
    progress(line) {
      if (!hasProgress) return;
      write(Deno.stderr, line);
      isShown = true;
    },
    readLine,
  };
}

/**
 * Whether stdout or stderr is the stream that systemd names.
 *
 * @param stream device and inode, like `8:1234`.
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#%24JOURNAL_STREAM
 */
function isJournal(stream: string | undefined): boolean {
  if (!stream) return false;
  return [STDOUT, STDERR].some((descriptor) => {
    const { dev, ino } = fstatSync(descriptor);
    return `${dev}:${ino}` === stream;
  });
}

/** Their numbers, the same for every process. */
const [STDOUT, STDERR] = [1, 2];

const encoder = new TextEncoder();

/**
 * Writes a text. Whoever closed the other end of the pipe wants no more of it,
 * which is no reason to stop in the middle of the work.
 *
 * @throws {OutputFull}
 */
function writeAll(stream: typeof Deno.stdout, text: string): void {
  let bytes = encoder.encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (cause) {
    if (cause instanceof Deno.errors.BrokenPipe) return;
    if (cause instanceof Error && "code" in cause && cause.code === "ENOSPC") {
      throw new OutputFull("no space is left where the output goes", { cause });
    }
    throw cause;
  }
}

/** Longer than any answer to a question. */
const LINE_BYTES_MAX = 1000;

async function readLine(): Promise<string | null> {
  const bytes = new Uint8Array(LINE_BYTES_MAX);
  const count = await Deno.stdin.read(bytes);
  if (count === null) return null;
  return new TextDecoder().decode(bytes.subarray(0, count));
}
