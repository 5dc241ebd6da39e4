import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  ConfigReader,
  DATA_FORMAT,
  initRegistry,
  NOBODY,
  openRegistry,
  parseCrateName,
  readRegistryConfig,
  type Registry,
} from "../../lib/mod.ts";
import { aCrate } from "../support/a_crate.ts";
import { aLine } from "../support/a_push.ts";
import { addTo, aRegistry, outcomesOf, the } from "../support/a_registry.ts";
import { assertSound } from "../support/a_repository.ts";
import { assertEquals, assertRejects, assertTrue } from "../support/assert.ts";
import { FIXED_CLOCK } from "../support/fixed_clock.ts";
import { tempFolder } from "../support/temp_folder.ts";

const CLOCK = { clock: FIXED_CLOCK };

const configIn = (folder: string) =>
  readRegistryConfig(ConfigReader.empty(folder));

Deno.test("initRegistry() makes an empty registry, and done again changes nothing", async () => {
  await using it = await aRegistry();
  assertEquals(await it.messages(), ["Update config.json"]);
  assertEquals(JSON.parse(await it.indexFile("config.json")), {
    dl: "http://127.0.0.1:7171/crates/{crate}/{crate}-{version}.crate",
    api: "http://127.0.0.1:7171",
  });
  const before = await it.stored();
  assertEquals(before.list, { total: 0, crates: [] });
  await it.reopen(() => initRegistry(it.config, it.options));
  assertEquals(await it.stored(), before);
});

Deno.test("initRegistry() on a registry in use brings config.json up to date, and nothing else", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  const before = await it.stored();
  const dl = "https://static.example/{crate}-{version}.crate";
  await it.reopen(() => initRegistry({ ...it.config, dl }, it.options));
  const after = await it.stored();
  assertEquals({ ...after, tip: "" }, { ...before, tip: "" });
  assertEquals(JSON.parse(await it.indexFile("config.json")).dl, dl);
  assertEquals((await it.messages()).at(-1), "Update config.json");
});

Deno.test("initRegistry() says so when the index begins to ask for tokens, and only then", async () => {
  await using it = await aRegistry();
  const asks = async (authRequired: boolean) => {
    it.events.length = 0;
    await initRegistry({ ...it.config, authRequired }, it.options);
    const { "auth-required": says = false } = JSON.parse(
      await it.indexFile("config.json"),
    );
    assertEquals(says, authRequired);
    return it.events;
  };
  assertEquals(await asks(false), []);
  assertEquals(await asks(true), [
    { kind: "auth_turned_on", registry: "palletizer" },
  ]);
  assertEquals(await asks(true), []);
  assertEquals(await asks(false), []);
});

Deno.test("initRegistry() of a new registry that asks for tokens has nobody to tell", async () => {
  await using temp = await tempFolder();
  const events: unknown[] = [];
  const config = { ...configIn(temp.path), authRequired: true };
  await initRegistry(config, { ...CLOCK, emit: (it) => events.push(it) });
  assertEquals(events, []);
});

Deno.test("initRegistry() makes what is missing of a folder that was begun", async () => {
  await using temp = await tempFolder();
  const config = configIn(temp.path);
  await Deno.mkdir(join(config.dataFolder, "index.git"), { recursive: true });
  await assertRejects(
    () => openRegistry(config, CLOCK),
    "index_repository_unusable",
  );
  await initRegistry(config, CLOCK);
  await using registry = await openRegistry(config, CLOCK);
  const outcomes = await addTo(registry, [aCrate("foo")]);
  assertEquals(outcomesOf(outcomes), { "foo-1.0.0.crate": "added" });
});

Deno.test("two initRegistry() at once make one registry", async () => {
  await using temp = await tempFolder();
  const config = configIn(temp.path);
  await Promise.all([initRegistry(config, CLOCK), initRegistry(config, CLOCK)]);
  await using registry = await openRegistry(config, CLOCK);
  const outcomes = await addTo(registry, [aCrate("foo")]);
  assertEquals(outcomesOf(outcomes), { "foo-1.0.0.crate": "added" });
});

Deno.test("openRegistry() refuses where there is no registry, and makes none", async () => {
  await using temp = await tempFolder();
  const config = configIn(temp.path);
  await assertRejects(
    () => openRegistry(config, CLOCK),
    "data_folder_missing",
    { path: config.dataFolder },
  );
  assertEquals(Array.from(Deno.readDirSync(temp.path)), []);
});

/** What may be wrong with the repository, in a registry that is whole. */
const UNUSABLE: [what: string, act: (path: string) => unknown][] = [
  ["no repository", (path) => Deno.remove(join(path, "HEAD"))],
  [
    "on another branch",
    (path) => Deno.writeTextFile(join(path, "HEAD"), "ref: refs/heads/main\n"),
  ],
];

for (const [what, act] of UNUSABLE) {
  Deno.test(`openRegistry() refuses an index.git that is ${what}`, async () => {
    await using it = await aRegistry();
    await it.close();
    await act(it.path("index.git"));
    await assertRejects(
      () => openRegistry(it.config, it.options),
      "index_repository_unusable",
      { path: it.path("index.git") },
    );
  });
}

for (const database of ["palletizer.db", "derived.db"]) {
  Deno.test(`openRegistry() refuses a ${database} of a newer format, and leaves it as it is`, async () => {
    await using it = await aRegistry();
    await it.add(aCrate("foo"));
    await it.close();
    const path = it.path(database);
    const newer = DATA_FORMAT + 7;
    {
      using handle = new DatabaseSync(path);
      handle.exec(`PRAGMA user_version = ${newer}`);
    }
    await assertRejects(
      () => openRegistry(it.config, it.options),
      "data_format_too_new",
      { path, found: newer },
    );
    using handle = new DatabaseSync(path, { readOnly: true });
    const { user_version: found } = {
      ...handle.prepare("PRAGMA user_version").get(),
    };
    assertEquals(found, newer);
  });
}

Deno.test("openRegistry() refuses a damaged palletizer.db, which nothing can tell again", async () => {
  await using it = await aRegistry();
  await it.close();
  const path = it.path("palletizer.db");
  await Deno.writeTextFile(path, "x".repeat(5_000));
  await assertRejects(
    () => openRegistry(it.config, it.options),
    "database_unusable",
    { path },
  );
  assertEquals(await Deno.readTextFile(path), "x".repeat(5_000));
});

Deno.test({
  name: "openRegistry() and initRegistry() refuse a folder of another owner",
  ignore: Deno.uid() !== 0, // only root can give files away
  async fn() {
    await using it = await aRegistry();
    await it.close();
    await Deno.chown(it.data, 1, 1);
    for (const open of [openRegistry, initRegistry]) {
      const { facts } = await assertRejects(
        () => open(it.config, it.options),
        "data_folder_foreign",
        { path: it.data },
      );
      assertTrue(facts.command.startsWith("sudo -u "), facts.command);
    }
  },
});

Deno.test("all that a registry makes is for its owner alone, whatever the umask", async () => {
  const umask = Deno.umask(0);
  try {
    await using it = await aRegistry();
    await it.addBy(NOBODY, aCrate("foo"), aCrate("bar"));
    await it.registry.remove(the("bar", "1.0.0"));
    await it.registry.yank(the("foo", "1.0.0"));
    await it.stored();
    await it.close(); // git's own files in progress have modes of their own
    const wrong: string[] = [];
    await look(it.data, (path, { mode, isDirectory }) => {
      const bits = (mode ?? 0) & 0o777;
      // git makes objects that nobody may write, its owner neither.
      const allowed = isDirectory ? [0o700] : [0o600, 0o400];
      if (!allowed.includes(bits)) wrong.push(`${path} ${bits.toString(8)}`);
    });
    assertEquals(wrong, []);
  } finally {
    Deno.umask(umask);
  }
});

async function look(
  path: string,
  tell: (path: string, info: Deno.FileInfo) => void,
): Promise<void> {
  const info = await Deno.lstat(path);
  tell(path, info);
  if (!info.isDirectory) return;
  for await (const { name } of Deno.readDir(path)) {
    await look(join(path, name), tell);
  }
}

/** A version of some crate, for many at once. */
const anyCrate = (count: number, end = "") =>
  aCrate(`crate-${count % 4}`, `1.${count}.0`).withFile("end.txt", end);

Deno.test("two registries open on one folder see each other's changes at once", async () => {
  await using it = await aRegistry();
  const [one, other] = [it.registry, await it.second()];
  const seen = async () => {
    const both = [await it.versions(one), await it.versions(other)];
    assertEquals(both[0], both[1]);
    return both[0];
  };
  await addTo(one, [aCrate("foo-bar")]);
  assertEquals(await seen(), ["foo-bar 1.0.0"]);
  await addTo(other, [aCrate("foo-bar", "1.1.0")]);
  await one.yank(the("foo_bar", "1.1.0"));
  assertEquals(await seen(), ["foo-bar 1.0.0", "foo-bar 1.1.0 yanked"]);
  await other.unyank(the("Foo-Bar", "1.1.0"));
  await one.remove(the("foo-bar", "1.0.0"));
  assertEquals(await seen(), ["foo-bar 1.1.0"]);
  const outcomes = await addTo(other, [
    aCrate("foo-bar").withFile("other", "x"),
    aCrate("foo_bar", "3.0.0"),
  ]);
  assertEquals(outcomesOf(outcomes), {
    "foo-bar-1.0.0.crate": "version_removed",
    "foo_bar-3.0.0.crate": "crate_name_taken",
  });
  await other.remove({ ...the("foo-bar", "1.0.0"), version: null });
  assertEquals(await seen(), []);
});

Deno.test("two registries that add, yank and remove at once end in agreement", async () => {
  await using it = await aRegistry();
  const [one, other] = [it.registry, await it.second()];
  const counts = Array.from({ length: 24 }, (_, count) => count);
  const refused: unknown[] = [];
  const act = async (registry: Registry, end: string, count: number) => {
    await addTo(registry, [anyCrate(count, end)]);
    const version = the(`Crate_${count % 4}`, `1.${count}.0`);
    try {
      if (count % 3 === 0) await registry.yank(version);
      if (count % 3 === 1) await registry.remove(version);
    } catch (error) {
      refused.push(error); // the other one has removed it
    }
  };
  await Promise.all([
    ...counts.map((count) => act(one, "one", count)),
    ...counts.map((count) => act(other, "other", count)),
  ]);
  const versions = await it.versions(one);
  assertEquals(await it.versions(other), versions);
  // A version that one has removed may be what the other adds: then it is there.
  const yanked = versions.filter((it) => it.endsWith(" yanked"));
  assertEquals(yanked.length, 8);
  await assertSound(it.git);
  const { crateFiles, inProgress } = await it.stored();
  assertEquals(inProgress, []);
  const named = await Promise.all(versions.map(async (line) => {
    const [name = "", version = ""] = line.split(" ");
    const { versions } = await one.show(parseCrateName(name));
    const found = versions.find((it) => it.version === version);
    return [`${name}/${name}-${version}.crate`, found?.checksum ?? ""];
  }));
  assertEquals(crateFiles, Object.fromEntries(named.sort()));
});

Deno.test("a registry that was closed and opened again is the same", async () => {
  await using it = await aRegistry();
  await it.addBy(NOBODY, aCrate("foo"), aCrate("bar", "2.0.0+b"));
  await it.registry.yank(the("bar", "2.0.0"));
  const before = await it.stored();
  await it.reopen();
  assertEquals(await it.stored(), before);
});

Deno.test("whoever changes the index first clears away what dead processes left", async () => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  const [, name = ""] = /~?(.*)/.exec("1~bar~1.0.0.crate") ?? [];
  const dead = it.path("tmp", "4711-dead");
  await it.reopen(async () => {
    await Deno.mkdir(dead);
    await Deno.writeFile(join(dead, "0"), new Uint8Array(3));
    await Deno.writeFile(join(dead, name), aCrate("bar").bytes());
    await Deno.mkdir(it.path("crates", "bar"));
    await Deno.link(join(dead, name), it.path("crates/bar/bar-1.0.0.crate"));
    // Published all the same, so its file stays.
    await Deno.link(
      it.path("crates/foo/foo-1.0.0.crate"),
      join(dead, "2~foo~1.0.0.crate"),
    );
    for (
      const path of ["refs/heads/master.lock", "fast_import_crash_4711"]
    ) {
      await Deno.writeTextFile(it.path("index.git", path), "");
      await Deno.utime(it.path("index.git", path), 0, 0);
    }
  });
  await it.add(aCrate("baz"));
  const { crateFiles } = await it.stored();
  assertEquals(Object.keys(crateFiles), [
    "baz/baz-1.0.0.crate",
    "foo/foo-1.0.0.crate",
  ]);
  const left = [
    ...Deno.readDirSync(it.path("tmp")),
    ...Deno.readDirSync(it.path("index.git")),
    ...Deno.readDirSync(it.path("index.git/refs/heads")),
  ].map(({ name }) => name);
  assertEquals(left.filter((it) => /dead|crash|lock/.test(it)), []);
  assertTrue(left.includes("master"), "the branch is there");
});

Deno.test("a registry is read while another process changes it without end", async () => {
  await using it = await aRegistry();
  const second = await it.second();
  await addTo(second, [aCrate("foo", "0.0.0")]);
  let isDone = false;
  const writing = (async () => {
    for (let count = 1; count <= 20; count++) {
      await addTo(second, [aCrate("foo", `0.${count}.0`)]);
      await it.commit({ "3/b/bar": aLine("bar", `0.${count}.0`) });
    }
    isDone = true;
  })();
  let seen = 0;
  while (!isDone) {
    const { versions } = await it.registry.show(parseCrateName("foo"));
    assertTrue(versions.length >= seen, "what was seen once stays");
    seen = versions.length;
  }
  await writing;
  assertEquals((await it.versions()).length, 22);
});
