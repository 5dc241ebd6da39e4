import { readConfig } from "../../cli/config_file.ts";
import { ConfigProblems } from "../../lib/mod.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CapturedIo } from "../support/captured_io.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

/** A folder with `here/` to work in and configurations that name themselves. */
async function configs(names: readonly string[]): Promise<TempFolder> {
  const folder = await tempFolder();
  await Deno.mkdir(`${folder.path}/here`);
  for (const name of names) {
    const text = `[registry]\nname = "${name.replace(/\W+/g, "_")}"\n`;
    await Deno.writeTextFile(`${folder.path}/${name}`, text);
  }
  return folder;
}

const ALL = ["flag.toml", "env.toml", "here/palletizer.toml", "machine.toml"];

const FOUND: [
  given: string[],
  flag: string | null,
  env: string | undefined,
  name: string,
  why: string,
][] = [
  [ALL, "../flag.toml", "../env.toml", "flag_toml", "--config comes first"],
  [ALL, null, "../env.toml", "env_toml", "then the variable"],
  [ALL, null, undefined, "here_palletizer_toml", "then the working folder"],
  [ALL, null, "", "here_palletizer_toml", "an empty variable is none"],
  [ALL.slice(3), null, undefined, "machine_toml", "then the machine's"],
  [[], null, undefined, "palletizer", "then the built-in default"],
];
for (const [given, flag, variable, name, why] of FOUND) {
  Deno.test(`readConfig() takes ${name} (${why})`, async () => {
    await using folder = await configs(given);
    const io = new CapturedIo(`${folder.path}/here`, {
      env: variable === undefined ? {} : { PALLETIZER_CONFIG: variable },
      machineConfig: `${folder.path}/machine.toml`,
    });
    const { registry } = await readConfig(io, flag);
    assertEquals(registry.name, name);
    const base = name.startsWith("here") || name === "palletizer"
      ? "here/"
      : "";
    assertEquals(
      registry.dataFolder,
      `${folder.path}/${base}palletizer-data`,
      "relative paths start at the file's folder",
    );
  });
}

Deno.test("readConfig() tells where it found or looked for a configuration", async () => {
  await using folder = await configs(["flag.toml"]);
  const { path } = folder;
  const io = new CapturedIo(path, { machineConfig: `${path}/machine.toml` });
  assertEquals(
    (await readConfig(io, "flag.toml")).lookedAt,
    `the configuration is \`${path}/flag.toml\` (--config)`,
  );
  assertEquals(
    (await readConfig(io, null)).lookedAt,
    `no configuration was named, and none is at \`${path}/palletizer.toml\` or \`${path}/machine.toml\`: the built-in default is used`,
  );
});

async function problemsOf(io: CapturedIo, flag: string | null) {
  try {
    await readConfig(io, flag);
  } catch (error) {
    assertTrue(error instanceof ConfigProblems, String(error));
    return error.problems.map(({ file, keyPath, found }) => [
      file,
      keyPath,
      found,
    ]);
  }
  return [];
}

Deno.test("readConfig() refuses a file that was named and is not there", async () => {
  await using folder = await configs(ALL);
  const io = new CapturedIo(`${folder.path}/here`, {
    env: { PALLETIZER_CONFIG: "no.toml" },
  });
  const none = "no such file";
  assertEquals(await problemsOf(io, "nope.toml"), [
    [`${folder.path}/here/nope.toml`, null, none],
  ]);
  assertEquals(await problemsOf(io, null), [
    [`${folder.path}/here/no.toml`, null, none],
  ]);
});

Deno.test("readConfig() refuses a folder in place of a file", async () => {
  await using folder = await configs([]);
  await Deno.mkdir(`${folder.path}/palletizer.toml`);
  assertEquals(await problemsOf(new CapturedIo(folder.path), null), [
    [`${folder.path}/palletizer.toml`, null, "a folder"],
  ]);
});
