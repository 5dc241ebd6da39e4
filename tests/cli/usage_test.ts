import { assertEquals } from "../support/assert.ts";
import { runIn } from "../support/captured_io.ts";
import { assertGolden } from "../support/golden.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** Command lines that cannot be understood. */
const WRONG: readonly [args: string, why: string][] = [
  ["crat list", "a misspelt group"],
  ["inti", "a misspelt command"],
  ["crate ad x.crate", "a misspelt command in a group"],
  ["crate add --skip-exsting x.crate", "a misspelt flag"],
  ["crate list --jsno", "another one"],
  ["frobnicate", "a word like no other"],
  ["crate", "a group without a command"],
  ["crate add", "no file"],
  ["crate show", "no name"],
  ["crate list one two", "one argument too many"],
  ["crate list --json=yes", "a flag with a value"],
  ["crate list --json --json", "a flag twice"],
  ["crate add --published", "an option without its value"],
  ["crate add x.crate --published yesterday", "no time"],
  ["crate add x.crate --published 2026-02-30T00:00:00Z", "no such day"],
  ["crate yank parser", "no version"],
  ["crate yank parser@1.0.0 1.0.1", "two versions"],
  ["user ad anna", "a misspelt command in a group of people"],
  ["user remove anna --transfer anna", "an heir who is gone"],
  ["token create", "nobody's token"],
  ["token create anna", "a user as an argument"],
  ["token revoke first", "no number"],
  ["token revoke 0", "a number that no token has"],
  ["owner add parser", "no user"],
  ["completions", "no shell"],
  ["completions tcsh", "an unknown shell"],
  ["init --url ftp://example.com", "no address of a registry"],
  ["init --bind localhost", "no address to listen on"],
  ["init --bind 0.0.0.0:80", "an address that does not tell how to reach it"],
  ["init . --config x.toml", "two places"],
  ["--config", "no file"],
];

Deno.test("palletizer tells what is wrong with a command line, and what is nearest", async () => {
  await using folder = await tempFolder();
  const answers: string[] = [];
  for (const [args, why] of WRONG) {
    const { status, stdout, stderr } = await runIn(
      folder.path,
      args.split(" "),
    );
    assertEquals([status, stdout], [2, ""], args);
    answers.push(`# ${why}\n$ palletizer ${args}\n${stderr}`);
  }
  await assertGolden("usage.txt", answers.join("\n"));
  assertEquals([...Deno.readDirSync(folder.path)], [], "nothing was made");
});
