/**
 * Another process: publishes versions of a crate, one commit each, until its
 * stdin is closed, and says each when it is done.
 *
 * @module
 */

import { ConfigReader } from "../../lib/config/reader.ts";
import { readRegistryConfig } from "../../lib/config/registry_config.ts";
import { openRegistry } from "../../lib/mod.ts";
import { aCrate } from "./a_crate.ts";
import { addTo } from "./a_registry.ts";
import { say } from "./other_process.ts";

const [folder = "", name = ""] = Deno.args;

let isOver = false;
Array.fromAsync(Deno.stdin.readable).then(() => isOver = true);

const config = readRegistryConfig(ConfigReader.empty(folder));
await using registry = await openRegistry(config);
await say("open");
for (let count = 0; !isOver; count++) {
  const version = `1.0.${count}`;
  const [outcome] = await addTo(registry, [aCrate(name, version)]);
  if (outcome?.outcome !== "added") throw new Error(`${name} ${version}`);
  await say(`added ${name} ${version}`);
}
await say("over");
