import { askYesNo, paint } from "../../cli/io.ts";
import { assertEquals, assertIncludes } from "../support/assert.ts";
import { CapturedIo } from "../support/captured_io.ts";
import { inBash } from "../support/in_bash.ts";

const ANSWERS: [answer: string, isYes: boolean][] = [
  ["y\n", true],
  ["YES\n", true],
  [" yes \n", true],
  ["n\n", false],
  ["\n", false],
  ["yess\n", false],
  ["no, yes\n", false],
];
for (const [answer, isYes] of ANSWERS) {
  Deno.test(`askYesNo() takes ${JSON.stringify(answer)} for ${isYes ? "yes" : "no"}`, async () => {
    const io = new CapturedIo("/", { answers: [answer] });
    assertEquals(await askYesNo(io, "go on?"), isYes);
    assertEquals([io.stdout, io.stderr], ["", "go on? [y/N]\n"]);
  });
}

Deno.test("askYesNo() takes the end of the input for no", async () => {
  assertEquals(
    await askYesNo(new CapturedIo("/", { answers: [] }), "?"),
    false,
  );
});

Deno.test("paint() leaves text alone where no colours are wanted", () => {
  assertEquals(paint(new CapturedIo("/"), "red", "no"), "no");
});

Deno.test("palletizer ends quietly when nobody reads what it prints", async () => {
  const line =
    'palletizer completions bash | head -c 1; echo "${PIPESTATUS[0]}"';
  const { stdout, stderr } = await inBash(line);
  assertEquals([stdout, stderr], ["\n0\n", ""]);
});

Deno.test({
  name:
    "palletizer says that there is no room for its output, and exits with 1",
  ignore: Deno.build.os !== "linux", // the only one with /dev/full
  fn: async () => {
    const { stdout, stderr } = await inBash(
      "palletizer --help > /dev/full; echo $?",
    );
    assertEquals(stdout, "1\n");
    assertIncludes(stderr, "no space is left where the output goes");
  },
});

Deno.test("palletizer writes no colours and no progress into a pipe", async () => {
  const { stderr } = await inBash("NO_COLOR= TERM=xterm palletizer frobnicate");
  assertIncludes(stderr, "error: ");
  assertEquals(stderr.includes("\x1b"), false);
});
