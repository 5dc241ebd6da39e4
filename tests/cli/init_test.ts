import {
  ConfigReader,
  openRegistry,
  readRegistryConfig,
  type Registry,
} from "../../lib/mod.ts";
import {
  assertEquals,
  assertIncludes,
  assertMatch,
} from "../support/assert.ts";
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

const LINES = [
  "# cargo's configuration: ~/.cargo/config.toml, or a project's .cargo/config.toml",
  "[registries.palletizer]",
  'index = "sparse+http://127.0.0.1:7171/index/"',
  'credential-provider = ["cargo:token"]',
];

Deno.test("palletizer init writes the explained configuration, for users alone, and an empty registry", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  const { status, stderr } = await initIn(path);
  assertEquals(status, 0, stderr);
  assertEquals(namesIn(path), ["palletizer-data", "palletizer.toml"]);
  assertEquals(
    await Deno.readTextFile(`${path}/palletizer.toml`),
    EXAMPLE.replace('\nread = "anyone"\n', '\nread = "token"\n'),
  );
  assertIncludes(stderr, `wrote ${path}/palletizer.toml\n`);
  assertIncludes(stderr, "next: `palletizer serve` serves it at http://127");

  const listed = await runIn(path, ["crate", "list"]);
  assertEquals([listed.status, listed.stdout], [0, ""]);
  assertIncludes(listed.stderr, "no crates yet");
});

Deno.test("palletizer init makes the first user and prints the token once, with what to paste", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  const seen = { isSeenOnly: true };
  const first = await initIn(path, [], seen);
  const lines = first.stdout.split("\n");
  assertEquals(lines.slice(0, 5), [...LINES, ""]);
  assertMatch(lines[5] ?? "", /^# the token of the first user `admin`, /);
  assertIncludes(lines[5] ?? "", "`cargo login --registry palletizer`");
  const secret = lines[6] ?? "";
  assertMatch(secret, /^plt_[0-9A-Za-z]{38}$/);
  assertEquals(lines.slice(7), [""]);
  assertEquals(/warning/.test(first.stderr), false);
  assertEquals(first.stderr.includes(secret), false);

  const users = await runIn(path, ["user", "list", "--json"]);
  const { name, admin } = JSON.parse(users.stdout);
  assertEquals([name, admin], ["admin", true]);
  await using registry = await openTest(path);
  assertEquals(registry.authenticate(secret), { kind: "user", id: 1 });

  const again = await initIn(path, [], seen);
  assertEquals([again.status, again.stdout], [0, `${LINES.join("\n")}\n`]);
});

Deno.test("palletizer init warns of a first token that went elsewhere than to a terminal", async () => {
  await using folder = await tempFolder();
  const { stdout, stderr } = await initIn(folder.path);
  assertMatch(stdout, /^plt_\w{38}$/m);
  assertMatch(
    stderr,
    /^warning: .* replace it by `palletizer token create --user admin`, then `palletizer token revoke 1`$/m,
  );
});

Deno.test("palletizer init keeps the first token out of a journal, in a file of its owner's", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  const { stdout, stderr } = await initIn(path, [], { isJournal: true });
  assertEquals(stdout, `${LINES.join("\n")}\n`);
  const file = `${path}/palletizer-data/first-token`;
  assertIncludes(stderr, file);
  const secret = (await Deno.readTextFile(file)).trimEnd();
  assertEquals((stdout + stderr).includes(secret.slice(4)), false);
  assertEquals((await Deno.stat(file)).mode ?? 0, 0o100600);
  await using registry = await openTest(path);
  assertEquals(registry.authenticate(secret), { kind: "user", id: 1 });
});

const NO_TOKENS: [config: string, why: string][] = [
  ["", "no listener at all"],
  ['[[listener]]\nread = "anyone"\npublish = "anyone"', "everybody may all"],
  ['[[listener]]\nread = "anyone"\npublish = "nobody"', "nobody may publish"],
];
for (const [config, why] of NO_TOKENS) {
  Deno.test(`palletizer init makes no user where a token is of no use (${why})`, async () => {
    await using folder = await tempFolder();
    const { path } = folder;
    await Deno.writeTextFile(`${path}/palletizer.toml`, config);
    const { status, stdout } = await initIn(path);
    assertEquals([status, /plt_/.test(stdout)], [0, false]);
    assertEquals((await runIn(path, ["user", "list"])).stdout, "");
  });
}

/** The registry in a folder, as `init` configured it. */
async function openTest(path: string): Promise<Registry> {
  return await openRegistry(readRegistryConfig(ConfigReader.empty(path)));
}

const ADDRESSES: [args: string[], url: string, bind: string][] = [
  [["--bind", "10.8.0.1:80"], "http://10.8.0.1:80", "10.8.0.1:80"],
  [["--bind", "[::1]:7171"], "http://[::1]:7171", "[::1]:7171"],
  [
    ["--bind", "0.0.0.0:443", "--url", "https://crates.example.com"],
    ...["https://crates.example.com", "0.0.0.0:443"] as const,
  ],
  [
    ["--url", "https://a.example.com/"],
    "https://a.example.com",
    "127.0.0.1:7171",
  ],
];
for (const [args, url, bind] of ADDRESSES) {
  Deno.test(`palletizer init ${args.join(" ")} listens at ${bind} and is reached at ${url}`, async () => {
    await using folder = await tempFolder();
    const { path } = folder;
    const { status, stderr } = await initIn(path, args);
    assertEquals(status, 0, stderr);
    const text = await Deno.readTextFile(`${path}/palletizer.toml`);
    assertIncludes(text, `\nurl = "${url}"\n`);
    assertIncludes(text, `\nbind = "${bind}"\n`);
    assertEquals((await initIn(path, args)).status, 0, "done again");
    const other = await initIn(path, ["--bind", "127.0.0.1:1"]);
    assertEquals([other.status, other.stdout], [2, ""]);
  });
}

const NO_ADDRESSES: [args: string[], why: string][] = [
  [["--bind", "0.0.0.0:80"], "all addresses have no one URL"],
  [["--bind", "[::]:80"], "nor have those of IPv6"],
  [["--bind", "127.0.0.1:0"], "nor has any port"],
  [["--bind", "localhost"], "no port"],
  [["--bind", "http://a:80"], "a URL"],
];
for (const [args, why] of NO_ADDRESSES) {
  Deno.test(`palletizer init ${args.join(" ")} is refused and makes nothing (${why})`, async () => {
    await using folder = await tempFolder();
    const { status, stdout } = await initIn(folder.path, args);
    assertEquals([status, stdout], [2, ""]);
    assertEquals(namesIn(folder.path), []);
  });
}

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
