import { LongLivedGit } from "../../../lib/git/long_lived.ts";
import { aRepository } from "../../support/a_repository.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { gitsOf } from "../../support/processes.ts";
import { until } from "../../support/until.ts";

const LONG_MS = 3_600_000;

Deno.test("LongLivedGit ends its child after a while without a question, and starts another at the next", async () => {
  await using repository = await aRepository();
  const { gitFolder } = repository.git;
  const times = { idleMs: 30, lifeMs: LONG_MS };
  const git = new LongLivedGit(repository.git, ["cat-file", "--batch"], times);
  for (let round = 0; round < 2; round++) {
    assertEquals(await askFor(git, "nothing"), "nothing missing");
    await until(() => gitsOf(gitFolder).length === 0, "the child has ended");
  }
  await git.close();
});

Deno.test("LongLivedGit ends a child that is old, however busy it is, between two questions", async () => {
  await using repository = await aRepository();
  const times = { idleMs: LONG_MS, lifeMs: 30 };
  const git = new LongLivedGit(repository.git, ["cat-file", "--batch"], times);
  const seen = new Set<number>();
  await until(async () => {
    assertEquals(await askFor(git, "nothing"), "nothing missing");
    for (const pid of gitsOf(repository.git.gitFolder)) seen.add(pid);
    return seen.size > 1;
  }, "another child answers");
  await git.close();
  assertEquals(gitsOf(repository.git.gitFolder), []);
});

Deno.test("LongLivedGit ends no child with a question that is not answered yet", async () => {
  await using repository = await aRepository();
  const times = { idleMs: 5, lifeMs: 5 };
  const git = new LongLivedGit(repository.git, ["cat-file", "--batch"], times);
  const answer = await git.ask(async (child) => {
    await new Promise((resolve) => setTimeout(resolve, 50)); // several times what it may be idle
    await child.write("late\n");
    return await child.readLine();
  });
  assertEquals(answer, "late missing");
  await until(
    () => gitsOf(repository.git.gitFolder).length === 0,
    "the child has ended",
  );
  await git.close();
});

Deno.test("LongLivedGit runs no child before it is asked", async () => {
  await using repository = await aRepository();
  const git = new LongLivedGit(repository.git, ["cat-file", "--batch"]);
  assertTrue(gitsOf(repository.git.gitFolder).length === 0, "none runs");
  await git.close();
});

function askFor(git: LongLivedGit, name: string): Promise<string> {
  return git.ask(async (child) => {
    await child.write(`${name}\n`);
    return await child.readLine();
  });
}
