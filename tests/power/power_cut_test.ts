/**
 * The power is cut while a server publishes, over and over: nothing that a
 * client was told is lost, and nothing is half done. Without the fsync of
 * folders something would be, and the same test says so.
 *
 * `deno task power`; as root, on Linux.
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ServedPromise } from "../crash/served_promise.ts";
import { runProgram } from "../support/palletizer.ts";
import { RunningServer } from "../support/running_server.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { until } from "../support/until.ts";
import { type FileSystem, PowerSite, whyNot } from "./power_site.ts";

const CUTS = 20;
const CLIENTS = 4;

/** So many changes, or fewer, are done before the power is cut... */
const CHANGES = 40;
/** ...and so long after the last of them, or shorter, in ms. */
const DELAY_MS = 15;

/** So many cuts without the fsync of folders lose something, or fewer. */
const CUTS_WITHOUT_FSYNC = 40;

const random = (below: number) => Math.floor(Math.random() * below);

const FILE_SYSTEMS: readonly FileSystem[] = ["ext4", "xfs"];
for (const fileSystem of FILE_SYSTEMS) {
  const missing = await whyNot(fileSystem);
  if (missing !== null) {
    Deno.test.ignore(`power cuts of ${fileSystem} need ${missing}`, () => {});
    continue;
  }

  Deno.test(`${CUTS} power cuts of ${fileSystem} lose nothing that clients were told`, async (t) => {
    await using run = await Run.make(fileSystem);
    for (let round = 1; round <= CUTS; round++) {
      await run.cut(round);
      await run.assertNothingLost();
    }
    await t.step(`all of ${run.told} acknowledged changes are there`, () => {
      assert.ok(run.told > CUTS, "clients were told little");
    });
  });

  Deno.test(`power cuts of ${fileSystem} without the fsync of folders lose what clients were told`, async () => {
    await using folder = await tempFolder();
    const env = { LD_PRELOAD: await noFolderFsync(folder.path) };
    await using run = await Run.make(fileSystem, env);
    for (let round = 1; !await run.isSomethingLost(); round++) {
      assert.ok(round <= CUTS_WITHOUT_FSYNC, "nothing was lost");
      await run.cut(round);
    }
  });
}

/** A registry whose power is cut over and over. */
class Run implements AsyncDisposable {
  readonly #site: PowerSite;
  readonly #clients: ServedPromise;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(
    site: PowerSite,
    clients: ServedPromise,
    env: Readonly<Record<string, string>>,
  ) {
    this.#site = site;
    this.#clients = clients;
    this.#env = env;
  }

  /** @param env what the servers find in their environment. */
  static async make(
    fileSystem: FileSystem,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Run> {
    const site = await PowerSite.make(fileSystem);
    await site.init();
    const clients = await ServedPromise.make(site, site.data);
    return new Run(site, clients, env);
  }

  /** How many changes clients were told to be done. */
  get told(): number {
    return this.#clients.told;
  }

  /** Lets clients work, cuts the power, and brings it back. */
  async cut(round: number): Promise<void> {
    const site = this.#site;
    const clients = this.#clients;
    await using server = await RunningServer.start(site.folder, this.#env);
    const working = Array.from(
      { length: CLIENTS },
      (_, client) => clients.work(`${client}-${round}`),
    );
    const enough = clients.told + random(CHANGES);
    await until(() => clients.told >= enough, "clients are served");
    await new Promise((resolve) => setTimeout(resolve, random(DELAY_MS)));
    clients.stopListening(); // what is answered now may be of lost writes
    site.cutPower();
    server.signal("SIGKILL");
    await server.ended;
    await Promise.all(working);
    await site.restorePower();
  }

  /** Fails unless all is on the disk, and served, that clients were told. */
  async assertNothingLost(): Promise<void> {
    await this.#site.assertNothingLost();
    await using server = await RunningServer.start(
      this.#site.folder,
      this.#env,
    );
    await this.#clients.assertServed();
    server.signal("SIGTERM");
    assert.equal((await server.ended).code, 0);
  }

  /** Whether the index lacks anything that clients were told. */
  async isSomethingLost(): Promise<boolean> {
    const { told } = this.#site;
    return told.lostIn(await this.#site.lines()).length > 0;
  }

  /** Removes all. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#site[Symbol.asyncDispose]();
  }
}

/** Makes what takes the fsync of folders out of a program; answers its path. */
async function noFolderFsync(folder: string): Promise<string> {
  const source = fileURLToPath(new URL("no_folder_fsync.c", import.meta.url));
  const library = join(folder, "no_folder_fsync.so");
  const { code, stderr } = await runProgram("cc", [
    ...["-shared", "-fPIC", "-o", library, source, "-ldl"],
  ]);
  assert.equal(code, 0, stderr);
  return library;
}
