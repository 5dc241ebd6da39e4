/**
 * The commands from end to end, as the program that people run: exit statuses,
 * what goes where, and what is in the index after it.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { PEOPLE_MIGRATIONS } from "../../lib/database/migrations.ts";
import { aCrate } from "../support/a_crate.ts";
import {
  assertEquals,
  assertIncludes,
  assertMatch,
} from "../support/assert.ts";
import { addedBy, FileRegistry } from "../support/file_registry.ts";
import { linesAtTip, tipOf } from "../support/git.ts";
import {
  palletizer,
  programAndFlags,
  runProgram,
} from "../support/palletizer.ts";
import { tempFolder } from "../support/temp_folder.ts";

Deno.test("palletizer --version tells its version and the git it found", async () => {
  const { code, stdout, stderr } = await palletizer(["--version"]);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^palletizer \d+\.\d+\.\d+$/m);
  assertMatch(stdout, /^git \d+\.\d+/m);
});

/** Command lines that end badly before a registry is touched. */
const BAD: [args: string[], code: number, says: string, why: string][] = [
  [["crate", "ad"], 2, "add", "the nearest command"],
  [["crate", "add"], 2, "FILE", "a missing argument"],
  [["crate", "list", "--jsno"], 2, "--json", "the nearest option"],
  [["crate", "list"], 2, "palletizer init", "no registry, and what makes one"],
  [["config", "check", "--config", "no.toml"], 2, "no.toml", "no such file"],
];

for (const [args, code, says, why] of BAD) {
  Deno.test(`palletizer ${args.join(" ")} exits with ${code} (${why})`, async () => {
    await using folder = await tempFolder();
    const result = await palletizer(args, { cwd: folder.path });
    assertEquals([result.code, result.stdout], [code, ""]);
    assertIncludes(result.stderr, says);
    assertEquals([...Deno.readDirSync(folder.path)], [], "nothing is made");
  });
}

Deno.test("palletizer keeps all of the data folder to its owner, whatever the umask", async () => {
  await using registry = await FileRegistry.make();
  await Deno.remove(registry.data, { recursive: true });
  await registry.write("made", [aCrate("it")]);
  for (const args of [["init"], ["crate", "add", "made"]]) {
    const { code, stderr } = await runProgram(
      "sh",
      ["-c", 'umask 0; exec "$@"', "sh", ...programAndFlags(), ...args],
      registry.runOptions,
    );
    assertEquals(code, 0, stderr);
  }
  const open: string[] = [];
  for await (const path of everythingIn(registry.data)) {
    const { mode } = await Deno.lstat(path);
    if (((mode ?? 0) & 0o077) !== 0) open.push(path);
  }
  assertEquals(open, []);
  await registry.assertWhole();
});

Deno.test("palletizer brings an older database up to its format, after a copy", async () => {
  await using registry = await FileRegistry.make();
  const path = `${registry.data}/palletizer.db`;
  for (const end of ["", "-wal", "-shm"]) {
    await Deno.remove(path + end).catch(() => {});
  }
  const old = new DatabaseSync(path);
  old.exec(PEOPLE_MIGRATIONS[0] ?? "");
  old.exec("PRAGMA user_version = 1");
  old.close();
  await registry.done("user", "add", "anna");
  assertIncludes(await registry.done("user", "list"), "anna");
  await Deno.stat(`${path}.format-1`);
});

Deno.test("palletizer init keeps what is there", async () => {
  await using registry = await FileRegistry.make();
  const file = `${registry.folder}/palletizer.toml`;
  const config = await Deno.readTextFile(file);
  const tip = await tipOf(registry.repository);
  await registry.done("init");
  assertEquals(await tipOf(registry.repository), tip);
  assertEquals(await Deno.readTextFile(file), config);
  await registry.assertWhole();
});

Deno.test("palletizer init brings config.json up to a changed configuration", async () => {
  await using registry = await FileRegistry.make();
  const file = `${registry.folder}/palletizer.toml`;
  const config = await Deno.readTextFile(file);
  const dl = "https://static.example.com/{crate}-{version}.crate";
  await Deno.writeTextFile(file, config.replace(/^dl = .*$/m, `dl = "${dl}"`));
  await registry.done("init");
  const [line] = await linesAtTip(registry.repository, ["config.json"]);
  assertEquals(JSON.parse(line ?? "{}").dl, dl);
});

Deno.test("crate add adds what it can, refuses the rest, and exits with 1", async () => {
  await using registry = await FileRegistry.make();
  await registry.write("made", [aCrate("good")]);
  const good = "made/good-1.0.0.crate";
  const bad = "made/bad.crate";
  await Deno.writeTextFile(`${registry.folder}/${bad}`, "not a crate file");
  const result = await registry.run("crate", "add", good, bad);
  assertEquals(result.code, 1);
  assertEquals(addedBy(result), ["good 1.0.0"]);
  assertIncludes(result.stderr, bad);
  assertEquals(await registry.versions(), ["good 1.0.0"]);

  const tip = await tipOf(registry.repository);
  const again = await registry.run("crate", "add", good);
  assertEquals([again.code, again.stdout], [1, ""]);
  assertEquals((await registry.run("crate", "add", bad)).code, 1);
  assertEquals(await tipOf(registry.repository), tip, "nothing was stored");
  await registry.done("crate", "add", "--skip-existing", good);
  assertEquals(await tipOf(registry.repository), tip, "nothing was to do");
  await registry.assertWhole();
});

Deno.test("crate add takes one spelling of a name where a folder has two", async () => {
  await using registry = await FileRegistry.make();
  await registry.write("made", [aCrate("one-name"), aCrate("One_Name")]);
  const result = await registry.run("crate", "add", "made");
  assertEquals(result.code, 1);
  assertEquals(addedBy(result).length, 1);
  assertEquals(await registry.versions(), addedBy(result));
  await registry.assertWhole();
});

Deno.test("crate add --dry-run says what would happen and stores nothing", async () => {
  await using registry = await FileRegistry.make();
  const tip = await tipOf(registry.repository);
  const files = await registry.write("made", [aCrate("it")]);
  const said = await registry.done("crate", "add", "--dry-run", ...files);
  assertIncludes(said, "would be added it 1.0.0");
  assertEquals(await tipOf(registry.repository), tip);
  assertEquals(await registry.crateFiles(), []);
  await registry.assertWhole();
});

Deno.test("crate list and crate show print JSON for programs", async () => {
  await using registry = await FileRegistry.make();
  const files = await registry.write("made", [
    aCrate("one", "1.0.0"),
    aCrate("one", "1.1.0"),
    aCrate("two", "0.1.0"),
  ]);
  const published = "2026-01-31T12:00:00Z";
  await registry.done("crate", "add", "--published", published, ...files);
  await registry.done("crate", "yank", "one", "1.1.0");

  const listed = await registry.done("crate", "list", "--json");
  assertEquals(
    listed.trimEnd().split("\n").map((line) => {
      const { name, newest_version, version_count } = JSON.parse(line);
      return [name, newest_version, version_count];
    }),
    [["one", "1.0.0", 2], ["two", "0.1.0", 1]],
  );
  const shown = JSON.parse(
    await registry.done("crate", "show", "one", "--json"),
  );
  assertEquals(
    shown.versions.map((it: Record<string, unknown>) => [
      it.version,
      it.yanked,
      it.published,
    ]),
    [["1.1.0", true, published], ["1.0.0", false, published]],
  );
  const missing = await registry.run("crate", "show", "three");
  assertEquals([missing.code, missing.stdout], [1, ""]);
});

Deno.test("crate remove asks, names dependents, and takes --yes", async () => {
  await using registry = await FileRegistry.make();
  const files = await registry.write("made", [
    aCrate("base"),
    aCrate("upper").withDependency("base", "^1", {
      registryIndex: registry.indexUrl,
    }),
  ]);
  await registry.done("crate", "add", ...files);
  const tip = await tipOf(registry.repository);
  const unanswered = await registry.run("crate", "remove", "base");
  assertEquals(unanswered.code, 1);
  assertIncludes(unanswered.stderr, "upper");
  assertEquals(await tipOf(registry.repository), tip);

  await registry.done("crate", "remove", "base", "--yes");
  assertEquals(await registry.versions(), ["upper 1.0.0"]);
  await registry.assertWhole();
});

for (const shell of ["bash", "zsh", "fish"]) {
  Deno.test(`palletizer completions ${shell} prints a script`, async () => {
    const { code, stdout, stderr } = await palletizer(["completions", shell]);
    assertEquals([code, stderr], [0, ""]);
    assertIncludes(stdout, "palletizer");
    if (shell !== "bash") return;
    const read = await runProgram("bash", ["-n"], { stdin: stdout });
    assertEquals([read.code, read.stderr], [0, ""], "bash can read it");
  });
}

const GITS: [how: string, script: string | null, says: string][] = [
  ["no git", null, "apt-get install git"],
  ["a git that is too old", "#!/bin/sh\necho git version 2.29.9\n", "2.29.9"],
];

for (const [how, script, says] of GITS) {
  Deno.test(`palletizer exits with 2 where there is ${how}`, async () => {
    await using registry = await FileRegistry.make();
    const bin = `${registry.folder}/bin`;
    await Deno.mkdir(bin);
    if (script !== null) {
      await Deno.writeTextFile(`${bin}/git`, script, { mode: 0o755 });
    }
    const { code, stdout, stderr } = await palletizer(["crate", "list"], {
      ...registry.runOptions,
      env: { PATH: bin },
    });
    assertEquals([code, stdout], [2, ""], stderr);
    assertIncludes(stderr, says);
  });
}

Deno.test({
  name: "palletizer tells who may use a data folder, and what to type",
  ignore: Deno.uid() !== 0, // only root can give a folder away
  async fn() {
    await using registry = await FileRegistry.make();
    await Deno.chown(registry.data, 1, 1);
    const { code, stdout, stderr } = await registry.run("crate", "list");
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /sudo -u \S+ palletizer/);
    await Deno.chown(registry.data, 0, 0);
    await registry.assertWhole();
  },
});

/** A folder and all below it. */
async function* everythingIn(folder: string): AsyncIterable<string> {
  yield folder;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* everythingIn(path);
    else yield path;
  }
}
