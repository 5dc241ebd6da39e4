/**
 * `palletizer.example.toml` names every key once, with its default.
 *
 * @module
 */

import { ConfigReader, readRegistryConfig } from "../lib/mod.ts";
import { BUILT_IN, readServerConfig } from "../server/mod.ts";
import { assertEquals } from "./support/assert.ts";

const EXAMPLE = await Deno.readTextFile(
  new URL("../palletizer.example.toml", import.meta.url),
);

/** Settings that are commented out begin with `#` and no blank. */
const WITH_ALL_SET = EXAMPLE.replaceAll(/^#(?=\S)/gm, "");

function read(text: string) {
  const [file, folder] = ["palletizer.example.toml", "/srv"];
  const reader = ConfigReader.parse({ file, folder, text });
  const registry = readRegistryConfig(reader);
  const server = readServerConfig(reader, registry.url);
  reader.finish();
  return { registry, server, settings: reader.settings };
}

Deno.test("palletizer.example.toml is a configuration, with and without its comments", () => {
  read(EXAMPLE);
  read(WITH_ALL_SET);
});

Deno.test("palletizer.example.toml shows the default of every key", () => {
  // A listener that does not say shows nothing to strangers; the example does.
  const chosen = '[[listener]]\nread = "anyone"';
  const { registry, server } = read(chosen);
  for (const text of [EXAMPLE, WITH_ALL_SET]) {
    assertEquals(read(text).registry, registry);
    assertEquals(read(text).server, server);
  }
});

Deno.test("palletizer.example.toml names every key", () => {
  const missing = read(WITH_ALL_SET).settings
    .filter(({ file }) => file === null)
    .map(({ keyPath }) => keyPath);
  assertEquals(missing, []);
});

Deno.test("palletizer.example.toml has one way to comment a key out", () => {
  const mixed = EXAMPLE.split("\n").filter((line) => /^# +\w+ = /.test(line));
  assertEquals(mixed, []);
});

Deno.test("palletizer.example.toml is what holds where there is no file", () => {
  const reader = ConfigReader.empty("/srv", BUILT_IN);
  const registry = readRegistryConfig(reader);
  const server = readServerConfig(reader, registry.url);
  reader.finish();
  assertEquals({ registry, server }, {
    registry: read(EXAMPLE).registry,
    server: read(EXAMPLE).server,
  });
});
