import { countOf, printable, printJson, printTable } from "../../cli/output.ts";
import { assertEquals } from "../support/assert.ts";
import { CapturedIo } from "../support/captured_io.ts";

function table(rows: string[][]): string {
  const io = new CapturedIo("/");
  printTable(io, ["NAME", "TEXT", "END"], rows);
  return io.stdout;
}

Deno.test("printTable() lines columns up and leaves no blanks at the end", () => {
  assertEquals(
    table([["a", "one", "x"], ["longer", "", ""]]),
    "NAME    TEXT  END\na       one   x\nlonger\n",
  );
});

Deno.test("printTable() prints nothing, not even headings, without rows", () => {
  assertEquals(table([]), "");
});

Deno.test("printTable() keeps a row on one line and harmless", () => {
  assertEquals(
    table([["a", "two\nlines\t\x1b[31m", "é"]]),
    "NAME  TEXT                  END\na     two lines \\u{1b}[31m  é\n",
  );
});

Deno.test("printJson() prints an object a line, whatever is in it", () => {
  const io = new CapturedIo("/");
  printJson(io, { text: "two\nlines", list: ["a"], none: null });
  printJson(io, {});
  assertEquals(
    io.stdout,
    '{"text":"two\\nlines","list":["a"],"none":null}\n{}\n',
  );
});

const SIGNS: [text: string, printed: string, why: string][] = [
  ["plain é 漢 🦀\n\t", "plain é 漢 🦀\n\t", "text stays"],
  ["\x1b]0;title\x07", "\\u{1b}]0;title\\u{7}", "escapes"],
  ["a\rb", "a\\u{d}b", "a carriage return hides what stands before it"],
  ["a\u202eb", "a\\u{202e}b", "text turned around"],
  ["a\u0085b", "a\\u{85}b", "C1 controls"],
];
for (const [text, printed, why] of SIGNS) {
  Deno.test(`printable() makes ${JSON.stringify(text)} harmless (${why})`, () => {
    assertEquals(printable(text), printed);
  });
}

Deno.test("countOf() says how many", () => {
  assertEquals([0, 1, 2].map((count) => countOf(count, "file")), [
    "0 files",
    "1 file",
    "2 files",
  ]);
});
