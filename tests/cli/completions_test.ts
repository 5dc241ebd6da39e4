import { assertEquals, assertIncludes } from "../support/assert.ts";
import { runIn } from "../support/captured_io.ts";
import { inBash } from "../support/in_bash.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** What the script asks when TAB is pressed behind the last word. */
const ASKED: [words: string[], answers: string[], why: string][] = [
  [["cr"], ["crate"], "a command that is begun"],
  [["config", ""], ["check", "show"], "the commands of a group"],
  [["token", ""], ["create", "list", "revoke"], "the commands of another one"],
  [["token", "create", "--u"], ["--user"], "an option that must be given"],
  [["crate", "add", "--dr"], ["--dry-run"], "a flag"],
  [["--config", "x.toml", "cr"], ["crate"], "behind an option"],
  [["completions", ""], ["bash", "zsh", "fish"], "an argument of few words"],
  [["crate", "add", "--help"], ["--help"], "a line that is complete"],
  [["crate", "add", "--xy"], [], "a flag that there is not"],
];
for (const [words, answers, why] of ASKED) {
  Deno.test(`palletizer completions bash offers ${answers.join(" ") || "nothing"} (${why})`, async () => {
    const args = ["completions", "bash", ...words];
    const { status, stdout, stderr } = await runIn("/", args);
    assertEquals([status, stderr], [0, ""]);
    const offered = stdout.split("\n").filter((it) => /^[a-z-]/.test(it));
    const others = ["--help", "-h"].filter((it) => !answers.includes(it));
    assertEquals(offered.filter((it) => !others.includes(it)), answers);
  });
}

Deno.test("palletizer completions leaves paths to the shell", async () => {
  const args = ["completions", "bash", "crate", "add", "tar"];
  const { stdout } = await runIn("/", args);
  assertIncludes(stdout, "__FILE__:any:crate:tar");
});

for (const shell of ["bash", "zsh", "fish"]) {
  Deno.test(`palletizer completions ${shell} prints a script that asks the program`, async () => {
    const { status, stdout } = await runIn("/", ["completions", shell]);
    assertEquals(status, 0);
    assertIncludes(stdout, `'completions' '${shell}'`);
  });
}

/** Sources the script and presses TAB behind the last word. */
const PRESS_TAB = `
source <(palletizer completions bash)
COMP_LINE="$*"
COMP_WORDS=("$@")
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
COMP_POINT=\${#COMP_LINE}
_palletizer palletizer "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "\${COMPREPLY[@]}"
`;

Deno.test("palletizer completions bash works when its script is sourced", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/foo-1.0.0.crate`, "");
  await Deno.writeTextFile(`${folder.path}/notes.txt`, "");
  const press = async (...line: string[]) => {
    const options = { cwd: folder.path };
    const { stdout } = await inBash(PRESS_TAB, line, options);
    return stdout.trim().split("\n");
  };
  assertEquals(await press("palletizer", "cr"), ["crate"]);
  assertEquals(
    await press("palletizer", "crate", "add", "f"),
    ["foo-1.0.0.crate"],
    "crate files, not all files",
  );
});
