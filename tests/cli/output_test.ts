import { countOf, printJson, printTable } from "../../cli/output.ts";
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

Deno.test("countOf() says how many", () => {
  assertEquals([0, 1, 2].map((count) => countOf(count, "file")), [
    "0 files",
    "1 file",
    "2 files",
  ]);
});
