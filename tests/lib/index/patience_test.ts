/** What becomes of changes whose time is up: in the queue, on disk, and in git. */

import { readLog } from "../../../lib/git/log.ts";
import { Patience } from "../../../lib/index/patience.ts";
import { Refusal } from "../../../lib/refusal.ts";
import { assertSound } from "../../support/a_repository.ts";
import { anIndex, aPublish, type TestIndex } from "../../support/an_index.ts";
import {
  assertEquals,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";
import { HANGS, oddGit, SILENT } from "../../support/odd_git.ts";
import { OtherProcess } from "../../support/other_process.ts";
import { until } from "../../support/until.ts";

/** Bounds that a test reaches: the wait soon, the others never. */
const SOON = { changeWaitMsMax: 100 };
/** The wait is over soon after git has got the change, and git's time then. */
const IN_GIT = { changeWaitMsMax: 1000, changeGitMsMax: 1100 };
const NEVER = {
  changeWaitMsMax: 60_000,
  changeGitMsMax: 60_000,
  changeMsMax: 60_000,
};

/** A publish that notes what it has on disk. */
function onDisk(
  name: string,
  files: Set<string>,
  prepare: () => Promise<unknown> = () => Promise.resolve(),
) {
  return aPublish(name, "1.0.0", {
    async prepare() {
      await prepare();
      files.add(name);
    },
    undo: () => Promise.resolve(files.delete(name)),
  });
}

/** The subjects of all commits, the oldest first. */
async function subjects(it: TestIndex): Promise<string[]> {
  if (await it.repository.ref.read() === null) return [];
  const log = await readLog(it.repository.git, null, "HEAD");
  return log.map(({ message }) => message.split(" by")[0] ?? "");
}

Deno.test("a change whose turn does not come in time is withdrawn, and the one before it is made", async () => {
  await using it = await anIndex({ limits: SOON });
  const { promise: disk, resolve } = Promise.withResolvers<void>();
  const files = new Set<string>();
  const first = it.index.changeTogether([onDisk("first", files, () => disk)]);
  const isEdited = () => files.has("first");
  await assertRejects(
    () => it.index.change(onDisk("second", files)),
    "index_busy",
    { waited_ms: 100, holder: "changes that came before" },
  );
  assertEquals(isEdited(), false);
  resolve();
  assertEquals((await first)[0]?.status, "fulfilled");
  assertEquals([...files], ["first"]);
  assertEquals(await subjects(it), ["publish first 1.0.0"]);
  await it.index.change(onDisk("second", files));
});

Deno.test("a change is withdrawn while another process holds the lock, which is named", async () => {
  await using it = await anIndex({ limits: SOON });
  const path = `${it.repository.git.gitFolder}.lock`;
  const [holder] = await OtherProcess.start("lock_holder.ts", path);
  await using _ = holder;
  const files = new Set<string>();
  const { facts } = await assertRejects(
    () => it.index.change(onDisk("foo", files)),
    "index_busy",
  );
  assertTrue(
    `${(facts as { holder: string }).holder}`.startsWith(
      `process ${holder.pid} (since `,
    ),
    "the holder is named",
  );
  assertEquals([[...files], await subjects(it)], [[], []]);
  await holder.end();
  await it.index.close(); // waits for the turn that the withdrawn change had
  assertEquals(await subjects(it), []);
});

Deno.test("a change that waits on while the lock is held is not withdrawn with those that came too late", async () => {
  await using it = await anIndex({ limits: NEVER });
  const path = `${it.repository.git.gitFolder}.lock`;
  const [holder] = await OtherProcess.start("lock_holder.ts", path);
  await using _ = holder;
  const files = new Set<string>();
  const soon = new Patience({ ...NEVER, ...SOON });
  const patient = it.index.change(onDisk("patient", files));
  const late = it.index.change(onDisk("late", files), soon);
  await assertRejects(() => late, "index_busy");
  await holder.end();
  await patient;
  assertEquals(await subjects(it), ["publish patient 1.0.0"]);
  assertEquals([...files], ["patient"]);
});

Deno.test("a change of a batch is withdrawn meanwhile, and the others are judged without it", async () => {
  await using it = await anIndex({ limits: NEVER });
  const files = new Set<string>();
  const { promise: disk, resolve } = Promise.withResolvers<void>();
  const late = it.index.change(
    onDisk("late", files),
    new Patience({ ...NEVER, ...SOON }),
  );
  const seen: (string | null)[] = [];
  const slow = onDisk("slow", files, () => disk);
  const other = it.index.change({
    ...slow,
    edit(file, state) {
      seen.push(state.crateNamed("late" as never));
      return slow.edit(file, state);
    },
  });
  await assertRejects(() => late, "index_busy", {
    waited_ms: 60_000,
    holder: "git or the disk",
  });
  assertEquals([...files], [], "it is taken back as soon as its time is up");
  resolve();
  await other;
  assertEquals(seen, ["late", null]);
  assertEquals(await subjects(it), ["publish slow 1.0.0"]);
  assertEquals(it.followed.map(({ made }) => made.length), [1]);
});

Deno.test("a change whose disk is slow is withdrawn once that lets go of it", async () => {
  await using it = await anIndex({ limits: SOON });
  const files = new Set<string>();
  const { promise: disk, resolve } = Promise.withResolvers<void>();
  const patience = new Patience({ ...NEVER, ...SOON });
  const change = it.index.change(onDisk("slow", files, () => disk), patience);
  let isAnswered = false;
  change.catch(() => isAnswered = true);
  await until(() => patience.wait.aborted, "its time is up");
  assertEquals(isAnswered, false, "what is on disk cannot be told yet");
  resolve();
  await assertRejects(() => change, "index_busy");
  assertEquals([[...files], await subjects(it)], [[], []]);
});

Deno.test("a change whose time was up before it came is not begun", async () => {
  await using it = await anIndex({ limits: SOON });
  const patience = it.index.patience();
  patience.begin();
  await until(() => patience.wait.aborted, "its time is up");
  const files = new Set<string>();
  await assertRejects(
    () => it.index.change(onDisk("foo", files), patience),
    "index_busy",
  );
  assertEquals(await subjects(it), []);
});

Deno.test("a change is withdrawn while git does not answer what is read first", async () => {
  using odd = oddGit();
  await using it = await anIndex({ limits: SOON, answerMsMax: 200 });
  const files = new Set<string>();
  await it.repository.commit({ "3/f/foo": "" });
  odd.make("cat-file", HANGS);
  await assertRejects(
    () => it.index.change(onDisk("foo", files)),
    "index_busy",
    { waited_ms: 100, holder: "git or the disk" },
  );
  assertEquals([...files], []);
  odd.mend();
  await it.index.close();
  assertEquals(await subjects(it), ["hand"].map(() => "by hand"));
});

Deno.test("a git that hangs at the commit is ended in time, and nothing was made", async () => {
  using odd = oddGit();
  await using it = await anIndex({ limits: { ...NEVER, ...IN_GIT } });
  odd.make("fast-import", HANGS);
  const files = new Set<string>();
  const together = await Promise.allSettled([
    it.index.change(onDisk("foo", files)),
    it.index.change(onDisk("bar", files)),
  ]);
  assertEquals(together.map(codeOf), ["index_busy", "index_busy"]);
  assertEquals([[...files], await subjects(it)], [[], []]);
  assertEquals(odd.ran(), ["fast-import"]);
  odd.mend();
  await it.index.change(onDisk("foo", files));
  assertEquals(await subjects(it), ["publish foo 1.0.0"]);
  await assertSound(it.repository.git);
});

Deno.test("a git that hangs is ended for the one that waits longest, and the others are made", async () => {
  using odd = oddGit();
  await using it = await anIndex({ limits: NEVER });
  odd.make("fast-import", HANGS);
  const files = new Set<string>();
  const patience = new Patience({ ...NEVER, ...IN_GIT });
  patience.git.addEventListener("abort", () => odd.mend());
  const outcomes = await Promise.allSettled([
    it.index.change(onDisk("hasty", files), patience),
    it.index.change(onDisk("patient", files)),
  ]);
  assertEquals(outcomes.map(codeOf), ["index_busy", "made"]);
  assertEquals([...files], ["patient"]);
  assertEquals(await subjects(it), ["publish patient 1.0.0"]);
  assertEquals(odd.ran(), ["fast-import"]);
});

Deno.test("a change that git made without a word is found, and told as made", async () => {
  using odd = oddGit();
  await using it = await anIndex({ limits: { ...NEVER, ...IN_GIT } });
  odd.make("fast-import", SILENT);
  const files = new Set<string>();
  const { line } = await it.index.change(onDisk("foo", files));
  assertEquals(line.crate as string, "foo");
  assertEquals([...files], ["foo"]);
  assertEquals(await subjects(it), ["publish foo 1.0.0"]);
});

Deno.test("a change of which nobody can tell in time is left open, with its file on disk", async () => {
  using odd = oddGit();
  const limits = { ...IN_GIT, changeMsMax: 1400 };
  await using it = await anIndex({ limits });
  odd.make("fast-import", SILENT);
  odd.make("log", "sleep 1; exit 1");
  const files = new Set<string>();
  await assertRejects(
    () => it.index.change(onDisk("foo", files)),
    "index_write_unknown",
    { crate: "foo", problem: "it did not answer in time" },
  );
  odd.mend();
  await it.index.close();
  assertEquals([...files], ["foo"], "it was published after all");
  assertEquals(await subjects(it), ["publish foo 1.0.0"]);
});

Deno.test("a change is left open when git cannot tell whether it made it", async () => {
  using odd = oddGit();
  const limits = { ...NEVER, changeGitMsMax: 800 };
  await using it = await anIndex({ limits });
  odd.make("fast-import", SILENT);
  odd.make("log", "exit 1");
  const files = new Set<string>();
  await assertRejects(
    () => it.index.change(onDisk("foo", files)),
    "index_write_unknown",
    { crate: "foo" },
  );
  assertEquals([...files], ["foo"]);
});

Deno.test("a change that was left open and not made is taken back, and never made later", async () => {
  using odd = oddGit();
  const limits = { ...IN_GIT, changeMsMax: 1300 };
  await using it = await anIndex({ limits });
  odd.make("fast-import", HANGS);
  const files = new Set<string>();
  const patience = it.index.patience();
  const { promise: disk, resolve } = Promise.withResolvers<void>();
  patience.git.addEventListener("abort", () => {
    const read = it.repository.ref.read.bind(it.repository.ref);
    it.repository.ref.read = () => disk.then(read);
  });
  await assertRejects(
    () => it.index.change(onDisk("foo", files), patience),
    "index_write_unknown",
  );
  assertEquals([...files], ["foo"], "nobody can tell yet");
  odd.mend();
  resolve();
  await it.index.close();
  assertEquals([[...files], await subjects(it)], [[], []]);
});

Deno.test("what is done under the lock is not begun when its turn does not come in time", async () => {
  await using it = await anIndex({ limits: SOON });
  const { promise: disk, resolve } = Promise.withResolvers<void>();
  const files = new Set<string>();
  const first = it.index.changeTogether([onDisk("first", files, () => disk)]);
  let isDone = false;
  await assertRejects(
    () => it.index.underLock(() => isDone = true, it.index.patience()),
    "index_busy",
    { waited_ms: 100 },
  );
  resolve();
  await first;
  await it.index.close();
  assertEquals(isDone, false);
});

Deno.test("a change that stands is told as made although rows are slow to follow", async () => {
  const { promise: rows, resolve } = Promise.withResolvers<void>();
  const limits = { ...NEVER, changeMsMax: 400 };
  await using it = await anIndex({ limits, follow: () => rows });
  await it.index.change(aPublish("foo", "1.0.0"));
  assertEquals(it.followed.length, 0);
  assertEquals(await subjects(it), ["publish foo 1.0.0"]);
  resolve();
});

/** `made`, or the code of the refusal. */
function codeOf(outcome: PromiseSettledResult<unknown>): string {
  if (outcome.status === "fulfilled") return "made";
  const { reason } = outcome;
  return reason instanceof Refusal ? reason.code : String(reason);
}
