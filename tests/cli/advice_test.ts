/**
 * Whatever the program tells people to type is a command line that it takes.
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseLine } from "../../cli/parser.ts";
import { PALLETIZER } from "../../cli/mod.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** The texts of the project that people get to read. */
function* texts(at = ""): Iterable<{ path: string; text: string }> {
  const tops = ["README.md", "SECURITY.md", "lib", "server", "cli"];
  const names = at === ""
    ? tops
    : Array.from(Deno.readDirSync(join(PROJECT, at)), ({ name }) => name);
  for (const path of names.map((name) => join(at, name))) {
    if (Deno.statSync(join(PROJECT, path)).isDirectory) yield* texts(path);
    else yield { path, text: Deno.readTextFileSync(join(PROJECT, path)) };
  }
}

/** A command line in the text of a literal: between backquotes, escaped or not. */
const ADVICE = /\\?`palletizer(?: ((?:\$\{[^}]*\}|[^`\n\\])*))?\\?`/g;

/** A form with `[…]` and `…`, the author of a commit, a version. */
const NO_LINE = /[[|<]|…|\.\.\.|^\$\{PROGRAM_VERSION\}/;

Deno.test("every command line that a text advises is one that the program takes", () => {
  const wrong: string[] = [];
  let count = 0;
  for (const { path, text } of texts()) {
    const shown = path.endsWith(".md") ? text : withoutComments(text);
    for (const [, line = ""] of shown.matchAll(ADVICE)) {
      if (NO_LINE.test(line)) continue;
      count++;
      const problem = problemOf(line);
      if (problem !== null) wrong.push(`${path}: ${line}: ${problem}`);
    }
  }
  assertEquals(wrong, []);
  assertTrue(count > 50, `${count} were looked at`);
});

/** What is put for a value; a word of a command may be any of its group. */
const VALUES: Readonly<Record<string, string>> = { option: "" };

/** What keeps a line from being one; a name of a command alone is fine. */
function problemOf(line: string): string | null {
  const computed = /^(\w+) \$\{(?:verb|undo)\}(.*)$/.exec(line);
  if (computed !== null) {
    const [, group = "", rest = ""] = computed;
    const verbs = PALLETIZER.commands.get(group)?.commands.keys() ?? [];
    const problems = [...verbs].map((it) => problemOf(`${group} ${it}${rest}`));
    return problems.includes(null) ? null : problems.join("; ");
  }
  const given = line.replaceAll(
    /\$\{([^}]*)\}/g,
    (_, name) => VALUES[name] ?? "7",
  );
  const words = given.split(" ").filter(Boolean);
  if (isCommand(words)) return null;
  try {
    parseLine(PALLETIZER, words, []);
    return null;
  } catch (error) {
    return String(error);
  }
}

function isCommand(words: readonly string[]): boolean {
  let command = PALLETIZER;
  for (const word of words) {
    const next = command.commands.get(word);
    if (next === undefined) return false;
    command = next;
  }
  return true;
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(?:\/\*\*|\*|\/\/).*$/gm, "");
}

Deno.test("advice that names no command is found out", () => {
  assertEquals(problemOf("crate remove parser 1.0.0"), null);
  assertEquals(problemOf("crate add"), null, "named, not given");
  assertTrue(problemOf("crate delete parser") !== null, "no such command");
  assertTrue(problemOf("doctor --mend") !== null, "no such flag");
  assertTrue(problemOf("token create ann") !== null, "no such argument");
});
