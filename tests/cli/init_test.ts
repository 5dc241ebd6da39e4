import { assertEquals, assertIncludes } from "../support/assert.ts";
import { type CapturedIoOptions, runIn } from "../support/captured_io.ts";
import { tempFolder } from "../support/temp_folder.ts";

const EXAMPLE = await Deno.readTextFile(
  new URL("../../palletizer.example.toml", import.meta.url),
);

async function initIn(
  cwd: string,
  args: readonly string[] = [],
  options: CapturedIoOptions = {},
) {
  return await runIn(cwd, ["init", ...args], options);
}

function namesIn(path: string): string[] {
  return Array.from(Deno.readDirSync(path), ({ name }) => name).sort();
}

Deno.test("palletizer init writes the explained configuration and an empty registry", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  const { status, stdout, stderr } = await initIn(path);
  assertEquals(status, 0, stderr);
  assertEquals(namesIn(path), ["palletizer-data", "palletizer.toml"]);
  assertEquals(await Deno.readTextFile(`${path}/palletizer.toml`), EXAMPLE);
  assertEquals(
    stdout,
    `[registries.palletizer]\nindex = "file://${path}/palletizer-data/index.git"\n`,
    "the lines for cargo are alone on stdout",
  );
  assertIncludes(stderr, `wrote ${path}/palletizer.toml\n`);
  assertIncludes(
    stderr,
    `dl = "file://${path}/palletizer-data/crates/{crate}/{crate}-{version}.crate"`,
  );
  assertIncludes(stderr, "palletizer crate add");

  const listed = await runIn(path, ["crate", "list"]);
  assertEquals([listed.status, listed.stdout], [0, ""]);
  assertIncludes(listed.stderr, "no crates yet");
});

Deno.test("palletizer init DIR --url URL makes the folder and says the address", async () => {
  await using folder = await tempFolder();
  const args = ["a/b", "--url", "https://crates.example.com/rust/"];
  assertEquals((await initIn(folder.path, args)).status, 0);
  const made = `${folder.path}/a/b`;
  assertEquals(namesIn(made), ["palletizer-data", "palletizer.toml"]);
  const shown = await runIn(made, ["config", "show", "--json"]);
  assertIncludes(shown.stdout, '"value":"https://crates.example.com/rust"');
});

Deno.test("palletizer init keeps a configuration, and does what it says", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  const config = 'data = "elsewhere"\n[registry]\nname = "acme"\n' +
    'dl = "file:///srv/{crate}-{version}.crate"\n';
  await Deno.writeTextFile(`${path}/palletizer.toml`, config);
  for (const time of ["first", "second"]) {
    const { status, stdout, stderr } = await initIn(path);
    assertEquals(status, 0, `${time} run: ${stderr}`);
    assertIncludes(stdout, "[registries.acme]\n");
    assertIncludes(stdout, `file://${path}/elsewhere/index.git`);
    assertIncludes(stderr, `kept ${path}/palletizer.toml\n`);
    assertEquals(
      stderr.includes("dl ="),
      false,
      "crate files are on this disk",
    );
    assertEquals(namesIn(path), ["elsewhere", "palletizer.toml"]);
    assertEquals(await Deno.readTextFile(`${path}/palletizer.toml`), config);
  }
});

Deno.test("palletizer init begins where --config or $PALLETIZER_CONFIG says", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  const env = { PALLETIZER_CONFIG: "two/second.toml" };
  assertEquals((await initIn(path, ["--config", "one/first.toml"])).status, 0);
  assertEquals(namesIn(`${path}/one`), ["first.toml", "palletizer-data"]);
  assertEquals((await initIn(path, [], { env })).status, 0);
  assertEquals(namesIn(`${path}/two`), ["palletizer-data", "second.toml"]);
  assertEquals((await initIn(path, ["three"], { env })).status, 0);
  assertEquals(namesIn(`${path}/three`), [
    "palletizer-data",
    "palletizer.toml",
  ]);
});

Deno.test("palletizer init refuses another address than a configuration that is there", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  const config = 'url = "https://a.example.com"\n';
  await Deno.writeTextFile(`${path}/palletizer.toml`, config);
  const other = await initIn(path, ["--url", "https://b.example.com"]);
  assertEquals([other.status, other.stdout], [2, ""]);
  assertEquals(namesIn(path), ["palletizer.toml"], "nothing was made");
  assertEquals(await Deno.readTextFile(`${path}/palletizer.toml`), config);
  const same = await initIn(path, ["--url", "https://a.example.com/"]);
  assertEquals(same.status, 0);
});

Deno.test("palletizer init makes nothing from a wrong configuration", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/palletizer.toml`, "dta = 1\n");
  assertEquals((await initIn(folder.path)).status, 2);
  assertEquals(namesIn(folder.path), ["palletizer.toml"]);
});

Deno.test("palletizer init refuses a file in place of a folder", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  const { status, stderr } = await initIn(folder.path, ["file"]);
  assertEquals(status, 2);
  assertIncludes(stderr, `\`${folder.path}/file\` is not a folder`);
  assertEquals(namesIn(folder.path), ["file"]);
});
