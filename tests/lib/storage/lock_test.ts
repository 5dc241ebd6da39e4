import { join } from "node:path";
import { toTimestamp } from "../../../lib/clock.ts";
import { isRefusal } from "../../../lib/refusal.ts";
import { FileLock } from "../../../lib/storage/lock.ts";
import {
  assertEquals,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";
import { FIXED_CLOCK } from "../../support/fixed_clock.ts";
import { OtherProcess } from "../../support/other_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const SINCE = toTimestamp(FIXED_CLOCK.now());

/** Two locks on one file, as two owners have them. */
async function twoLocks() {
  const folder = await tempFolder();
  const path = join(folder.path, "lock");
  const lock = FileLock.open(path, FIXED_CLOCK);
  const other = FileLock.open(path, FIXED_CLOCK);
  return {
    ...{ path, lock, other },
    async [Symbol.asyncDispose]() {
      lock.close();
      other.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a lock's file says who holds it and since when, only while it is held", async () => {
  await using it = await twoLocks();
  const { lock, other, path } = it;

  await lock.acquire(0);
  assertEquals(
    await Deno.readTextFile(path),
    `{"pid":${Deno.pid},"since":"${SINCE}"}`,
  );
  assertEquals(other.holder(), { pid: Deno.pid, since: SINCE });
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);

  lock.release();
  assertEquals(await Deno.readTextFile(path), "");
  assertEquals(other.holder(), null);
});

Deno.test("a lock's file tells of its holder alone, whatever a killed one left in it", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "lock");
  await Deno.writeTextFile(path, '{"pid":1,"since":"then"}'.repeat(9));
  using lock = FileLock.open(path, FIXED_CLOCK);
  await lock.acquire(0);
  assertEquals(lock.holder(), { pid: Deno.pid, since: SINCE });
});

Deno.test("a lock that is held is refused to others, with who holds it", async () => {
  await using it = await twoLocks();
  const { lock, other } = it;
  assertTrue(lock.tryAcquire(), "it was free");
  assertEquals(other.tryAcquire(), false);
  await assertRejects(() => other.acquire(20), "index_busy", {
    waited_ms: 20,
    holder: `process ${Deno.pid} (since ${SINCE})`,
  });
  lock.release();
  await other.acquire(5_000);
});

Deno.test("a lock without a text is refused as held by another process", async () => {
  await using it = await twoLocks();
  const { lock, other, path } = it;
  assertTrue(lock.tryAcquire(), "it was free");
  for (const text of ["", "null", '{"pid":', '{"pid":"1"}']) {
    await Deno.writeTextFile(path, text);
    await assertRejects(() => other.acquire(5), "index_busy", {
      holder: "another process",
    });
  }
  lock.release();
  await other.acquire(5_000);
});

Deno.test("a wait for a lock ends when it is released, and blocks nothing", async () => {
  await using it = await twoLocks();
  const { lock, other } = it;
  await lock.acquire(0);
  const waiting = other.acquire(10_000);
  let ticks = 0;
  const timer = setInterval(() => ++ticks === 5 && lock.release(), 5);
  await waiting;
  clearInterval(timer);
  assertTrue(ticks >= 5, `the timer ran ${ticks} times`);
  assertEquals(lock.tryAcquire(), false);
});

Deno.test("a lock that comes after its wait was given up is let go at once", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "lock");
  using lock = FileLock.open(path, FIXED_CLOCK);
  using late = FileLock.open(path, FIXED_CLOCK);
  using third = FileLock.open(path, FIXED_CLOCK);
  await lock.acquire(0);
  await assertRejects(() => late.acquire(5), "index_busy");
  lock.release();
  await third.acquire(5_000);
  assertEquals(late.tryAcquire(), false);
  third.release();
  await late.acquire(5_000);
});

Deno.test("a lock serves the next wait after one was given up", async () => {
  await using it = await twoLocks();
  const { lock, other } = it;
  await lock.acquire(0);
  for (let times = 0; times < 3; times++) {
    await assertRejects(() => other.acquire(5), "index_busy");
  }
  const waiting = other.acquire(10_000);
  lock.release();
  await waiting;
  assertEquals(lock.tryAcquire(), false);
  other.release();
  assertEquals(lock.tryAcquire(), true);
});

Deno.test("a lock can be taken again at once after a wait", async () => {
  await using it = await twoLocks();
  const { lock, other } = it;
  await lock.acquire(0);
  const waiting = other.acquire(5_000).then(() => {
    other.release();
    return other.acquire(5_000);
  });
  lock.release();
  await waiting;
  assertEquals(lock.tryAcquire(), false);
});

Deno.test("a lock is free once released, also while children are being started", async () => {
  await using it = await twoLocks();
  const { lock, other } = it;
  for (let round = 0; round < 50; round++) {
    assertTrue(lock.tryAcquire(), "taken");
    const git = new Deno.Command("git", { args: ["--version"] });
    const children = [git.output(), git.output()];
    lock.release();
    assertTrue(other.tryAcquire(), `free in round ${round}`);
    other.release();
    await Promise.all(children);
  }
});

Deno.test("a lock that is held, or waited for, is not taken twice by one owner", async () => {
  await using it = await twoLocks();
  const { lock, other } = it;
  await lock.acquire(0);
  const waiting = other.acquire(5_000);
  for (const twice of [lock, other]) {
    const error = await twice.acquire(0).catch((it) => it);
    assertTrue(error instanceof Error && !isRefusal(error), String(error));
  }
  lock.release();
  await waiting;
});

Deno.test("a lock of another process is refused with that process, and free when it is killed", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "lock");
  await using other = (await OtherProcess.start("lock_holder.ts", path))[0];
  using lock = FileLock.open(path, FIXED_CLOCK);
  assertEquals(lock.tryAcquire(), false);
  const { facts } = await assertRejects(() => lock.acquire(10), "index_busy");
  assertTrue(facts.holder.startsWith(`process ${other.pid} (`), facts.holder);

  const waiting = lock.acquire(10_000);
  await other.kill();
  await waiting;
  assertEquals(lock.holder(), { pid: Deno.pid, since: SINCE });
});

Deno.test("a lock tells that its last holder has died with it, until that is cleared away", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "lock");
  using lock = FileLock.open(path, FIXED_CLOCK);
  await lock.acquire(0);
  assertEquals(lock.holderDied, false);
  lock.release();

  await using other = (await OtherProcess.start("lock_holder.ts", path))[0];
  const waiting = lock.acquire(10_000);
  await other.kill();
  await waiting;
  assertEquals(lock.holderDied, true);
  lock.release(); // without having cleared anything away, as `init` does
  await lock.acquire(0);
  assertEquals(lock.holderDied, true);
  lock.forgetDeadHolder();
  lock.release();
  await lock.acquire(0);
  assertEquals(lock.holderDied, false);
});

Deno.test("a lock that another process releases goes to the one who waits", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "lock");
  await using other = (await OtherProcess.start("lock_holder.ts", path))[0];
  using lock = FileLock.open(path, FIXED_CLOCK);
  const waiting = lock.acquire(10_000);
  await other.end();
  await waiting;
  assertEquals(lock.holder(), { pid: Deno.pid, since: SINCE });
});
