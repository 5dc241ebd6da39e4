import { assertEquals, assertTrue } from "../support/assert.ts";
import { runIn } from "../support/captured_io.ts";
import { assertGolden } from "../support/golden.ts";

const PAGES: readonly (readonly string[])[] = [
  [],
  ["init"],
  ["serve"],
  ["crate"],
  ["crate", "add"],
  ["crate", "remove"],
  ["crate", "yank"],
  ["crate", "unyank"],
  ["crate", "list"],
  ["crate", "show"],
  ["crate", "export"],
  ["owner"],
  ["owner", "list"],
  ["owner", "add"],
  ["owner", "remove"],
  ["user"],
  ["user", "add"],
  ["user", "list"],
  ["user", "disable"],
  ["user", "enable"],
  ["user", "remove"],
  ["token"],
  ["token", "create"],
  ["token", "list"],
  ["token", "revoke"],
  ["backup"],
  ["restore"],
  ["config"],
  ["config", "check"],
  ["config", "show"],
  ["completions"],
];

Deno.test("palletizer --help, and that of every command, is as it should be", async () => {
  const pages: string[] = [];
  for (const path of PAGES) {
    const args = [...path, "--help"];
    const { status, stdout, stderr } = await runIn("/", args);
    assertEquals([status, stderr], [0, ""], args.join(" "));
    pages.push(`$ palletizer ${args.join(" ")}\n${stdout}`);
  }
  await assertGolden("help.txt", pages.join("\n"));
});

for (const path of PAGES) {
  const words = ["palletizer", ...path].join(" ");
  Deno.test(`${words} --help begins with an example of itself, and fits 80 columns`, async () => {
    const { stdout } = await runIn("/", [...path, "-h"]);
    const [first, second] = stdout.split("\n");
    assertEquals(first, "Example:");
    assertTrue(second?.includes(words), `${second} does not show ${words}`);
    for (const line of stdout.split("\n")) {
      assertTrue(line.length <= 80 && line === line.trimEnd(), line);
    }
  });
}

Deno.test("palletizer alone shows its help on stderr and exits with 2", async () => {
  const { status, stdout, stderr } = await runIn("/", []);
  assertEquals([status, stdout], [2, ""]);
  assertEquals(stderr, (await runIn("/", ["--help"])).stdout);
});
