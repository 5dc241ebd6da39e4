/**
 * A server with four clients is killed at a random moment, alone or with its
 * gits, over and over.
 * After each restart everybody finds what they were told, by every way there is.
 */

import { assertEquals, assertTrue } from "../support/assert.ts";
import { palletizerDone } from "../support/palletizer.ts";
import { childrenOf } from "../support/processes.ts";
import { until } from "../support/until.ts";
import { RunningServer } from "../support/running_server.ts";
import { CrashSite } from "./crash_site.ts";
import { KILLS } from "./kills.ts";
import { ServedPromise } from "./served_promise.ts";

const CLIENTS = 4;

/** So many changes, or fewer, are done before the server is killed... */
const CHANGES = 16;
/** ...and so long after the last of them, or shorter, in ms. */
const DELAY_MS = 20;

const random = (below: number) => Math.floor(Math.random() * below);

Deno.test(`${KILLS} kills of a server at work lose nothing that its clients were told`, async (t) => {
  await using site = await CrashSite.make();
  const clients = await ServedPromise.make(site, site.path());
  for (let kill = 1; kill <= KILLS; kill++) {
    const story: string[] = [];
    try {
      await playRound(site, clients, kill, story);
    } catch (cause) {
      throw new Error(`kill ${kill}: ${story.join(", ")}`, { cause });
    }
  }
  await t.step(`all of ${clients.told} acknowledged changes are there`, () => {
    assertTrue(clients.told > KILLS, "clients were told little");
  });
});

async function playRound(
  site: CrashSite,
  clients: ServedPromise,
  round: number,
  story: string[],
): Promise<void> {
  await using server = await RunningServer.start(site.folder);
  const working = Array.from(
    { length: CLIENTS },
    (_, client) => clients.work(`${client}-${round}`),
  );
  const removing = clients.removeByCommand();
  const enough = clients.told + random(CHANGES);
  await until(() => clients.told >= enough, "clients are served");
  await pause(random(DELAY_MS));
  kill(server, story);
  await server.ended;
  await Promise.all(working);
  await removing;
  await site.assertNothingLost();
  await using next = await RunningServer.start(site.folder);
  await site.assertTidy();
  await clients.assertServed();
  next.signal("SIGTERM");
  assertEquals((await next.ended).code, 0);
  if (round % 10 === 0) await removeAll(site, clients);
}

/** So that a later round has not more to look at than this one. */
async function removeAll(
  site: CrashSite,
  clients: ServedPromise,
): Promise<void> {
  for (const { name, vers } of await site.lines()) {
    await site.act("remove", name, vers);
  }
  clients.startAfresh();
}

/** The server alone, with its gits, or one git first and the server after it. */
function kill(server: RunningServer, story: string[]): void {
  const gits = childrenOf(server.pid, "git");
  const how = random(3);
  story.push(["alone", "with its gits", "after a git"][how] ?? "");
  const victims = how === 0 ? [] : how === 1 ? gits : gits.slice(0, 1);
  for (const pid of victims) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  server.signal("SIGKILL");
}

Deno.test("a server whose gits are killed under its clients' hands answers, and loses nothing", async () => {
  await using site = await CrashSite.make();
  const clients = await ServedPromise.make(site, site.path());
  await using server = await RunningServer.start(site.folder);
  const before = clients.told;
  const working = Array.from(
    { length: CLIENTS },
    (_, client) => clients.work(`${client}-0`, 12),
  );
  let isOver = false;
  const all = Promise.all(working).finally(() => isOver = true);
  let killed = 0;
  while (!isOver) {
    await pause(random(60));
    for (const pid of childrenOf(server.pid, "git").slice(0, 1)) {
      Deno.kill(pid, "SIGKILL");
      killed++;
    }
  }
  await all;
  assertTrue(killed > 0, "no git was seen");
  assertTrue(clients.told > before, "nothing was done");
  await palletizerDone(["crate", "list"], { cwd: site.folder });
  await clients.assertServed();
  await site.assertNothingLost();
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
