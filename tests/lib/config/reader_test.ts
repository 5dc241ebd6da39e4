import { ConfigProblems } from "../../../lib/config/problems.ts";
import { ConfigReader, type SettingKind } from "../../../lib/config/reader.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";

const WORD: SettingKind<string> = {
  expected: "a word",
  read: (value) =>
    typeof value === "string" && /^[a-z]+$/.test(value) ? value : null,
  show: (value) => value,
};

function reading(text: string): ConfigReader {
  return ConfigReader.parse({ file: "p.toml", folder: "/etc/p", text });
}

/** Reads the keys that these tests know: `word`, `words` and `[inner] word`. */
function readAll(config: ConfigReader) {
  return {
    word: config.root.value("word", WORD, "fallback"),
    words: config.root.list("words", WORD, ["fall", "back"]),
    inner: config.root.table("inner").value("depth", WORD, "deep"),
  };
}

function problemsOf(text: string) {
  const config = reading(text);
  readAll(config);
  try {
    config.finish();
  } catch (error) {
    assertTrue(error instanceof ConfigProblems, String(error));
    return error.problems;
  }
  return [];
}

Deno.test("ConfigReader gives what the file says", () => {
  const config = reading('word = "a"\nwords = ["b"]\n[inner]\ndepth = "c"\n');
  assertEquals(readAll(config), { word: "a", words: ["b"], inner: "c" });
  config.finish();
});

Deno.test("ConfigReader gives the defaults where the file says nothing", () => {
  for (const config of [reading(""), ConfigReader.empty("/etc/p")]) {
    const words = ["fall", "back"];
    assertEquals(readAll(config), { word: "fallback", words, inner: "deep" });
    config.finish();
  }
});

Deno.test("ConfigReader remembers each value and where it came from", () => {
  const config = reading("words = []\n[inner]\ndepth = 'c'\n");
  readAll(config);
  assertEquals(config.settings, [
    { keyPath: "word", value: "fallback", file: null },
    { keyPath: "words", value: [], file: "p.toml" },
    { keyPath: "inner.depth", value: "c", file: "p.toml" },
  ]);
});

const PROBLEMS: [
  text: string,
  keyPath: string,
  found: string,
  expected: string,
  nearest: string | null,
  why: string,
][] = [
  ["word = 1", "word", "1 (an integer)", "a word", null, "a wrong type"],
  ['word = "A"', "word", '"A"', "a word", null, "a wrong value"],
  ['words = ["a", "B"]', "words[1]", '"B"', "a word", null, "a wrong item"],
  [
    'words = "a"',
    "words",
    '"a"',
    "a list in brackets, each a word",
    null,
    "no list",
  ],
  [
    "inner = 1",
    "inner",
    "1 (an integer)",
    "a table, `[inner]`",
    null,
    "no table",
  ],
  ["inner = []", "inner", "a list", "a table, `[inner]`", null, "no table"],
  [
    "wrod = 'a'",
    "wrod",
    "an unknown key",
    "one of `word`, `words`, `inner`",
    "word",
    "a misspelt key",
  ],
  [
    "depth = 'a'",
    "depth",
    "an unknown key",
    "one of `word`, `words`, `inner`",
    "inner.depth",
    "a key in the wrong table",
  ],
  [
    "[inner]\nxyz = 1",
    "inner.xyz",
    "an unknown key",
    "one of `depth`",
    null,
    "a key like no other",
  ],
  [
    "[constructor]",
    "constructor",
    "an unknown key",
    "one of `word`, `words`, `inner`",
    null,
    "a name of JavaScript's objects",
  ],
  [
    '"a b" = 1',
    '"a b"',
    "an unknown key",
    "one of `word`, `words`, `inner`",
    null,
    "a key in quotation marks",
  ],
];
for (const [text, keyPath, found, expected, nearest, why] of PROBLEMS) {
  Deno.test(`ConfigReader refuses ${JSON.stringify(text)} (${why})`, () => {
    const [file, position] = ["p.toml", null];
    assertEquals(problemsOf(text), [
      { file, keyPath, position, found, expected, nearest },
    ]);
  });
}

Deno.test("ConfigReader tells all problems together", () => {
  const text = "word = 1\nwords = [2, 'a', 3]\nwat = 4\n[inner]\ndeppth = 5";
  assertEquals(
    problemsOf(text).map((problem) => problem.keyPath),
    ["word", "words[0]", "words[2]", "wat", "inner.deppth"],
  );
});

Deno.test("ConfigProblems says all problems, one a line", () => {
  const problems = problemsOf("word = 1\nwrod = 2");
  assertEquals(
    new ConfigProblems(problems).message,
    "p.toml: `word`: found 1 (an integer), expected a word\n" +
      "p.toml: `wrod`: found an unknown key, expected one of `word`, `words`, `inner`; did you mean `word`?",
  );
});

/** Reads a list of tables. */
function readTables(text: string) {
  const config = reading(text);
  const words = config.root.tables("item")
    .map((item) => item.value("word", WORD, "fallback"));
  try {
    config.finish();
  } catch (error) {
    assertTrue(error instanceof ConfigProblems, String(error));
    return error.problems.map((problem) => [problem.keyPath, problem.found]);
  }
  return words;
}

const TABLES: [text: string, read: unknown[], why: string][] = [
  ["", [], "none"],
  ["[[item]]\nword = 'a'\n[[item]]\nword = 'b'", ["a", "b"], "two"],
  ["item = [{ word = 'a' }]", ["a"], "another spelling of the same"],
  ["[item]\nword = 'a'", [["item", "a table"]], "one table, no list"],
  ["item = [1]", [["item[0]", "1 (an integer)"]], "a list of something else"],
  ["[[item]]", ["fallback"], "one that says nothing"],
  ["[[item]]\nword = 1", [["item[0].word", "1 (an integer)"]], "a wrong value"],
  [
    "[[item]]\nword = 'a'\n[[item]]\nwrod = 'b'",
    [["item[1].wrod", "an unknown key"]],
    "the problems of one among several",
  ],
];
for (const [text, read, why] of TABLES) {
  Deno.test(`ConfigReader reads tables from ${JSON.stringify(text)} (${why})`, () => {
    assertEquals<unknown>(readTables(text), read);
  });
}
