import { join } from "node:path";
import {
  ConfigReader,
  openRegistry,
  parseCrateName,
  parseCrateVersion,
  readRegistryConfig,
} from "../../lib/mod.ts";
import { aCrate } from "../support/a_crate.ts";
import { noise } from "../support/a_tar.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { palletizerDone, programAndFlags } from "../support/palletizer.ts";
import { until } from "../support/until.ts";
import { CrashSite } from "./crash_site.ts";

/** A registry whose first crate file takes a while to be compressed. */
async function aLargeSite(): Promise<CrashSite> {
  const site = await CrashSite.make();
  await site.add(
    aCrate("aaaa").withFile("noise", noise(6_000_000)),
    aCrate("zoo"),
  );
  return site;
}

/** The program at work, to be killed. */
function start(site: CrashSite, ...args: string[]): Deno.ChildProcess {
  const [program, ...first] = programAndFlags();
  return new Deno.Command(program, {
    args: [...first, ...args],
    cwd: site.folder,
    stdout: "null",
    stderr: "null",
  }).spawn();
}

const isThere = async (path: string) =>
  await Deno.stat(path).then(() => true, () => false);

/** When it is killed: what is to be seen then. */
const MOMENTS: [when: string, isNow: (site: CrashSite) => Promise<boolean>][] =
  [
    ["it has begun to read", async (site) => {
      const folders = Array.from(Deno.readDirSync(site.path("tmp")));
      const databases = folders.map(({ name }) =>
        isThere(site.path("tmp", name, "palletizer.db"))
      );
      return (await Promise.all(databases)).includes(true);
    }],
    [
      "it writes",
      (site) => isThere(join(site.folder, "b.tgz.part")),
    ],
  ];

for (const [when, isNow] of MOMENTS) {
  Deno.test(`backup that is killed when ${when} leaves no lock, and the next change tidies`, async () => {
    await using site = await aLargeSite();
    const process = start(site, "backup", "b.tgz");
    await until(() => isNow(site), when);
    process.kill("SIGKILL");
    await process.status;
    assertEquals(await isThere(join(site.folder, "b.tgz")), false);
    await site.assertNothingLost();
    await site.act("remove", "zoo", "1.0.0");
    await site.assertTidy();
    await palletizerDone(["backup", "b.tgz"], { cwd: site.folder });
    assertEquals(await isThere(join(site.folder, "b.tgz.part")), false);
    await site.assertTidy();
  });
}

Deno.test("what is removed while another process makes a backup is in it, and is deleted at its end", async () => {
  await using site = await aLargeSite();
  const process = start(site, "backup", "b.tgz");
  const part = join(site.folder, "b.tgz.part");
  await until(() => isThere(part), "it writes");
  process.kill("SIGSTOP");
  assertEquals(await isThere(part), true, "it is still at work");
  await site.act("remove", "zoo", "1.0.0");
  await site.add(aCrate("other"));
  const file = site.path("crates", "zoo", "zoo-1.0.0.crate");
  assertEquals(await isThere(file), true);
  process.kill("SIGCONT");
  assertEquals((await process.status).code, 0);
  assertEquals(await isThere(file), false);
  await site.assertTidy();

  const there = join(site.folder, "there");
  await Deno.mkdir(there);
  const restored = await palletizerDone(["restore", "../b.tgz"], {
    cwd: there,
  });
  assertEquals(restored.includes("2 versions"), true, restored);
});

Deno.test("restore that is killed leaves no registry, and can be done again", async () => {
  await using site = await aLargeSite();
  await palletizerDone(["backup", "b.tar"], { cwd: site.folder });
  const there = join(site.folder, "there");
  await Deno.mkdir(there);
  const config = readRegistryConfig(ConfigReader.empty(there));
  await Deno.writeTextFile(join(there, "palletizer.toml"), "");
  const args = ["--config", join(there, "palletizer.toml")];
  const process = start(site, "restore", "b.tar", ...args);
  const half = join(config.dataFolder, "restoring");
  await until(() => isThere(half), "it restores");
  process.kill("SIGKILL");
  await process.status;
  await assertRejects(() => openRegistry(config), "restore_unfinished");
  await palletizerDone(["restore", "b.tar", ...args], { cwd: site.folder });
  await using registry = await openRegistry(config);
  const { sizeBytes } = await registry.crateFile({
    crate: parseCrateName("zoo"),
    version: parseCrateVersion("1.0.0"),
  });
  assertEquals(sizeBytes, aCrate("zoo").bytes().length);
  assertEquals(await isThere(half), false);
});
