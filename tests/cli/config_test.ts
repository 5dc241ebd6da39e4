import { assertEquals, assertIncludes } from "../support/assert.ts";
import { runIn } from "../support/captured_io.ts";
import { tempFolder } from "../support/temp_folder.ts";

async function folderWith(config: string) {
  const folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/palletizer.toml`, config);
  return folder;
}

Deno.test("palletizer config check says which configuration has no problems", async () => {
  await using folder = await folderWith('data = "x"\n');
  assertEquals(await runIn(folder.path, ["config", "check"]), {
    status: 0,
    stdout:
      `the configuration is \`${folder.path}/palletizer.toml\`: no problems\n`,
    stderr: "",
  });
});

Deno.test("palletizer config check tells all problems at once", async () => {
  await using folder = await folderWith(
    'dta = "x"\nurl = 1\n[limits]\ncrate_file = "9 GiB"\n',
  );
  const file = `${folder.path}/palletizer.toml`;
  assertEquals(await runIn(folder.path, ["config", "check"]), {
    status: 2,
    stdout: "",
    stderr:
      `error: ${file}: \`url\`: found 1 (an integer), expected an http or https URL without user name, password, query and fragment\n` +
      `error: ${file}: \`limits.crate_file\`: found "9 GiB", expected a size like "20 MiB", from "1 KiB" to "2 GiB"\n` +
      `error: ${file}: \`dta\`: found an unknown key, expected one of \`data\`, \`url\`, \`former_urls\`, \`registry\`, \`limits\`, \`log\`, \`listener\`; did you mean \`data\`?\n`,
  });
});

Deno.test("palletizer config check names the line of what is not TOML", async () => {
  await using folder = await folderWith('data = "x"\nurl =\n');
  const { status, stderr } = await runIn(folder.path, ["config", "check"]);
  assertEquals(status, 2);
  assertIncludes(stderr, `error: ${folder.path}/palletizer.toml:2:6: found`);
});

Deno.test("palletizer config show prints every setting and where it came from", async () => {
  await using folder = await folderWith(
    'url = "https://example.com/"\nformer_urls = ["https://a/index", "https://b/index"]\n',
  );
  const { path } = folder;
  const { status, stdout } = await runIn(path, ["config", "show"]);
  assertEquals(status, 0);
  const rows = stdout.trimEnd().split("\n").map((line) => line.split(/ {2,}/));
  const file = `${path}/palletizer.toml`;
  assertEquals(rows.slice(0, 4), [
    ["KEY", "VALUE", "SOURCE"],
    ["data", `${path}/palletizer-data`, "default"],
    ["url", "https://example.com", file],
    ["former_urls", "[https://a/index, https://b/index]", file],
  ]);
  assertIncludes(stdout, "limits.crate_file  ");
});

Deno.test("palletizer config show --json prints the same, an object a line", async () => {
  await using folder = await folderWith("former_urls = []\n");
  const { stdout } = await runIn(folder.path, ["config", "show", "--json"]);
  const settings = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const source = `${folder.path}/palletizer.toml`;
  assertEquals(settings.slice(1, 3), [
    { key: "url", value: "http://127.0.0.1:7171", source: "default" },
    { key: "former_urls", value: [], source },
  ]);
  assertIncludes(stdout, '"key":"limits.crate_file"');
});

const LINES: [args: string[], why: string][] = [
  [
    ["--config", "other.toml", "config", "show", "--json"],
    "before the command",
  ],
  [["config", "--config", "other.toml", "show", "--json"], "between its words"],
  [["config", "show", "--json", "--config", "other.toml"], "behind it"],
  [["config", "show", "--config=other.toml", "--json"], "with an equals sign"],
];
for (const [args, why] of LINES) {
  Deno.test(`palletizer takes --config ${why}`, async () => {
    await using folder = await folderWith("");
    const other = 'url = "https://other.example.com"\n';
    await Deno.writeTextFile(`${folder.path}/other.toml`, other);
    const { status, stdout } = await runIn(folder.path, args);
    assertEquals(status, 0);
    assertIncludes(stdout, '"value":"https://other.example.com"');
  });
}
