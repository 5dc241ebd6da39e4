import { answerError, EXIT, UsageError } from "../../cli/exit.ts";
import { OutputFull } from "../../cli/io.ts";
import { ConfigProblems, Refusal } from "../../lib/mod.ts";
import { assertEquals, assertIncludes } from "../support/assert.ts";
import { CapturedIo } from "../support/captured_io.ts";

const CIRCUMSTANCES = {
  lookedAt: "looked here and there",
  help: "palletizer crate list --help",
};

function answer(error: unknown): [status: number, stderr: string] {
  const io = new CapturedIo("/");
  const status = answerError(error, io, CIRCUMSTANCES);
  assertEquals(io.stdout, "", "stdout is for results");
  return [status, io.stderr];
}

const problem = {
  ...{ file: "p.toml", keyPath: "url", position: null, nearest: null },
  ...{ found: "1 (an integer)", expected: "a URL" },
};

const ENDINGS: [error: unknown, status: number, stderr: string, why: string][] =
  [
    [
      new Refusal("crate_not_found", { crate: "parser" }),
      1,
      "error: crate `parser` is not in this registry: check the spelling with `cargo search` or `palletizer crate list`\n",
      "a refusal",
    ],
    [
      new Refusal("git_missing", { needed: "2.30" }),
      2,
      "error: git was not found on PATH: install git 2.30 or newer (for example `apt-get install git`)\n",
      "the machine lacks git",
    ],
    [
      new Refusal("git_too_old", { found: "2.1", needed: "2.30" }),
      2,
      "error: git 2.1 is too old: install git 2.30 or newer (for example `apt-get install git`)\n",
      "the machine's git is too old",
    ],
    [
      new Refusal("data_folder_missing", { path: "/srv" }),
      2,
      "error: there is no registry at `/srv`: make one with `palletizer init`, or name its configuration with `--config FILE`\nlooked here and there\n",
      "no registry, and where it was looked for",
    ],
    [
      new UsageError("NAME is missing"),
      2,
      "error: NAME is missing\n`palletizer crate list --help` tells more\n",
      "a wrong command line",
    ],
    [
      new ConfigProblems([problem, { ...problem, keyPath: "data" }]),
      2,
      "error: p.toml: `url`: found 1 (an integer), expected a URL\nerror: p.toml: `data`: found 1 (an integer), expected a URL\n",
      "a wrong configuration",
    ],
    [
      new OutputFull("no space is left where the output goes"),
      1,
      "error: no space is left where the output goes\n",
      "no room for the output",
    ],
  ];
for (const [error, status, stderr, why] of ENDINGS) {
  Deno.test(`answerError() answers ${status} (${why})`, () => {
    assertEquals(answer(error), [status, stderr]);
  });
}

Deno.test("answerError() tells a bug with all its causes, and asks for a report", () => {
  const cause = new RangeError("too deep", { cause: "the bottom" });
  const [status, stderr] = answer(new TypeError("not a function", { cause }));
  assertEquals(status, EXIT.bug);
  for (
    const part of [
      "TypeError: not a function",
      "caused by: RangeError: too deep",
      "caused by: the bottom",
      "exit_test.ts", // where it was
      "please report",
    ]
  ) assertIncludes(stderr, part);
});

Deno.test("answerError() ends even when an error causes itself", () => {
  const error = new Error("round");
  error.cause = error;
  assertEquals(answer(error)[0], EXIT.bug);
  assertEquals(answer("no error at all")[0], EXIT.bug);
});

Deno.test("answerError() spells out what would drive the terminal", () => {
  const name = "\x1b[2Jparser\r";
  const [, stderr] = answer(
    new Refusal("crate_name_invalid", { name, problem: "no" }),
  );
  assertIncludes(stderr, "\\u{1b}[2Jparser\\u{d}");
});

Deno.test("answerError() colours its first word where colours are wanted", () => {
  const io = new CapturedIo("/", { hasColour: true });
  answerError(new UsageError("no"), io, CIRCUMSTANCES);
  assertIncludes(io.stderr, "\x1b[31merror:\x1b[0m no\n");
});
