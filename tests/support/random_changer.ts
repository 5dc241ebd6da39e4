/**
 * Another process: makes the changes that it is told, a line each, and says what
 * became of each.
 *
 * @module
 */

import { createInterface } from "node:readline";
import process from "node:process";
import {
  ConfigReader,
  openRegistry,
  readRegistryConfig,
} from "../../lib/mod.ts";
import { say } from "./other_process.ts";
import { make, type RandomChange } from "./random_changes.ts";

const config = readRegistryConfig(ConfigReader.empty(Deno.args[0] ?? ""));
await using registry = await openRegistry(config);
await say("open");
for await (const line of createInterface({ input: process.stdin })) {
  await say(
    JSON.stringify(await make(registry, JSON.parse(line) as RandomChange)),
  );
}
