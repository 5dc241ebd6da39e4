/**
 * A git that vanishes under a server and comes back at the same path, and one
 * that was never there.
 */

import { join } from "node:path";
import { aCrate } from "../support/a_crate.ts";
import { aPublishFrame, requestOf } from "../support/a_publish_request.ts";
import { assertEquals, assertIncludes } from "../support/assert.ts";
import {
  palletizer,
  palletizerDone,
  runProgram,
} from "../support/palletizer.ts";
import { childrenOf } from "../support/processes.ts";
import { RunningServer } from "../support/running_server.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { until } from "../support/until.ts";

const CONFIG = `[[listener]]
bind = "127.0.0.1:0"
read = "anyone"
publish = "anyone"
`;

Deno.test({
  name:
    "a server whose git is gone serves what it knows, refuses the rest, and goes on when git is back",
  ignore: Deno.build.os !== "linux", // where `/proc` tells the children
  async fn() {
    await using folder = await tempFolder();
    const bin = join(folder.path, "bin");
    await Deno.mkdir(bin);
    await Deno.writeTextFile(join(folder.path, "palletizer.toml"), CONFIG);
    const git = (await runProgram("which", ["git"])).stdout.trim();
    await Deno.symlink(git, join(bin, "git"));
    await using server = await RunningServer.start(folder.path, { PATH: bin });
    assertEquals((await publish(server, "foo")).status, 200);
    assertEquals(await read(server, "3/f/foo"), 200);

    await Deno.remove(join(bin, "git"));
    for (const pid of childrenOf(server.pid, "git")) Deno.kill(pid, "SIGKILL");
    await until(() => childrenOf(server.pid, "git").length === 0, "no gits");
    assertEquals(await read(server, "3/f/foo"), 200);
    assertEquals(await read(server, "3/b/bar"), 503);
    const { status, text } = await publish(server, "bar");
    assertEquals(status, 503);
    assertIncludes(text, "git");

    await Deno.symlink(git, join(bin, "git"));
    assertEquals((await publish(server, "bar")).status, 200);
    assertEquals(await read(server, "3/b/bar"), 200);
    server.signal("SIGTERM");
    assertEquals((await server.ended).code, 0);
  },
});

Deno.test("serve and commands without git say so, and exit with 2", async () => {
  await using folder = await tempFolder();
  const cwd = folder.path;
  await Deno.writeTextFile(join(cwd, "palletizer.toml"), CONFIG);
  await palletizerDone(["init"], { cwd });
  for (const args of [["serve"], ["crate", "list"], ["user", "list"]]) {
    const options = { cwd, env: { PATH: "/nowhere" } };
    const { code, stderr } = await palletizer(args, options);
    assertEquals(code, 2, stderr);
    assertIncludes(stderr, "git was not found");
  }
});

async function publish(server: RunningServer, name: string) {
  const crate = aCrate(name);
  const frame = aPublishFrame(requestOf(crate), crate.bytes());
  const answer = await fetch(`${server.address}/api/v1/crates/new`, {
    method: "PUT",
    body: new Blob([new Uint8Array(frame)]),
  });
  return { status: answer.status, text: await answer.text() };
}

async function read(server: RunningServer, path: string): Promise<number> {
  const answer = await fetch(`${server.address}/index/${path}`);
  await answer.body?.cancel();
  return answer.status;
}
