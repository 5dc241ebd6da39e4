import denoJson from "../../deno.json" with { type: "json" };
import { DATA_FORMAT } from "../../lib/mod.ts";
import { assertEquals, assertMatch } from "../support/assert.ts";
import { runIn } from "../support/captured_io.ts";
import { palletizer } from "../support/palletizer.ts";

Deno.test("palletizer --version tells the versions of all that takes part", async () => {
  const { status, stdout, stderr } = await runIn("/", ["--version"]);
  assertEquals([status, stderr], [0, ""]);
  const [own, deno, git, format, ...rest] = stdout.split("\n");
  assertEquals(own, `palletizer ${denoJson.version}`);
  assertEquals(deno, "deno 0.0.0");
  assertMatch(git ?? "", /^git \d+\.\d+/);
  assertEquals([format, ...rest], [`data format ${DATA_FORMAT}`, ""]);
});

Deno.test("palletizer --version says that git is missing, and is no failure", async () => {
  const { code, stdout } = await palletizer(["--version"], {
    env: { PATH: "/nonexistent" },
  });
  assertEquals(code, 0);
  assertMatch(stdout, /^git not found, \d+\.\d+ or newer is needed$/m);
});
