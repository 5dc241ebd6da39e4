import { checksumOf } from "../../../lib/crate/checksum.ts";
import { aCrate } from "../../support/a_crate.ts";
import { aRegistry } from "../../support/a_registry.ts";
import type { CrateJson, VersionJson } from "../../../server/api/crate_json.ts";
import { ApiClient } from "../../support/api_client.ts";
import { assertEquals } from "../../support/assert.ts";

/** When everything in a test registry happens. */
const NOW = "2026-01-02T03:04:05Z";

const OLD = aCrate("Foo-Bar", "1.0.0").with({ description: "old" });
const NEW = aCrate("Foo-Bar", "1.1.0+b.1")
  .with({
    description: "What it is",
    keywords: ["one", "two"],
    links: "z",
    "rust-version": "1.70",
  })
  .withFeature("default", ["std"]).withFeature("std");

function jsonOf(crate: typeof NEW, version: string) {
  return {
    crate: "Foo-Bar",
    num: version,
    dl_path: `/api/v1/crates/Foo-Bar/${version}/download`,
    checksum: checksumOf(crate.bytes()),
    crate_size: crate.bytes().length,
    created_at: NOW,
    updated_at: NOW,
    yanked: false,
  };
}

interface ShownJson {
  readonly crate: CrateJson & Record<"created_at" | "updated_at", string>;
  readonly versions: VersionJson[];
}

const NEW_JSON = {
  ...jsonOf(NEW, "1.1.0+b.1"),
  features: { default: ["std"], std: [] },
  rust_version: "1.70",
  lib_links: "z",
};
const OLD_JSON = {
  ...jsonOf(OLD, "1.0.0"),
  features: {},
  rust_version: null,
  lib_links: null,
};

for (const spelling of ["Foo-Bar", "foo_bar", "FOO-BAR", "foo%2Dbar"]) {
  Deno.test(`GET crates/${spelling} tells of the crate and its versions, the newest first`, async () => {
    await using it = await aRegistry();
    await it.add(NEW, OLD, aCrate("Foo-Bar", "2.0.0-rc.1"));
    const client = new ApiClient(it);
    const { crate, versions } = await client.get<ShownJson>(
      `/crates/${spelling}`,
    );
    assertEquals(crate, {
      id: "Foo-Bar",
      name: "Foo-Bar",
      description: "What it is",
      keywords: ["one", "two"],
      max_version: "1.1.0+b.1",
      newest_version: "1.1.0+b.1",
      max_stable_version: "1.1.0+b.1",
      created_at: NOW,
      updated_at: NOW,
    });
    assertEquals(versions[0]?.num, "2.0.0-rc.1");
    assertEquals(versions.slice(1), [NEW_JSON, OLD_JSON]);
  });
}

for (const version of ["1.1.0+b.1", "1.1.0%2Bb.1", "1.1.0"]) {
  Deno.test(`GET crates/foo_bar/${version} tells of the version`, async () => {
    await using it = await aRegistry();
    await it.add(NEW, OLD);
    const client = new ApiClient(it);
    const json = await client.get(`/crates/foo_bar/${version}`);
    assertEquals(json, { version: NEW_JSON });
  });
}

Deno.test("GET crates/{crate} tells what is yanked, and finds no stable version then", async () => {
  await using it = await aRegistry();
  const client = new ApiClient(it);
  await client.publish(aCrate("foo"));
  await client.ask("DELETE", "/crates/foo/1.0.0/yank");
  const { crate, versions } = await client.get<ShownJson>("/crates/foo");
  assertEquals([crate.max_version, crate.max_stable_version], ["1.0.0", null]);
  assertEquals(versions[0]?.yanked, true);
});

Deno.test("GET crates/{crate}/{version} names the crate file below the path of the listener", async () => {
  await using it = await aRegistry();
  await it.add(OLD);
  const client = new ApiClient(it, { url: "https://example.com/registry" });
  const { version } = await client.get<{ version: VersionJson }>(
    "/crates/foo-bar/1.0.0",
  );
  assertEquals(
    version.dl_path,
    "/registry/api/v1/crates/Foo-Bar/1.0.0/download",
  );
});

const MISSING: [path: string, status: number, why: string][] = [
  ["/crates/bar", 404, "no such crate"],
  ["/crates/foo/2.0.0", 404, "no such version"],
  ["/crates/foo/1.0.0+x", 404, "no such build metadata"],
  ["/crates/foo/latest", 400, "no version"],
  ["/crates/f.o", 400, "no name"],
  ["/crates/foo/1.0.0/nothing", 404, "nothing there"],
  ["/crates/", 404, "a slash too many"],
  ["/nothing", 404, "nothing there"],
];
Deno.test("what is not there is refused in the shape of the API", async (t) => {
  await using it = await aRegistry();
  await it.add(aCrate("foo"));
  const client = new ApiClient(it);
  for (const [path, status, why] of MISSING) {
    await t.step(`GET ${path} is a ${status} (${why})`, async () => {
      await client.assertRefused(["GET", path], status);
    });
  }
});
