import { requireAgreement } from "../../../lib/crate/agreement.ts";
import { parseManifest } from "../../../lib/crate/manifest.ts";
import { parseChecksum } from "../../../lib/crate/checksum.ts";
import {
  parsePublishJson,
  type PublishMetadataJson,
} from "../../../lib/crate/publish_json.ts";
import { toIndexEntry } from "../../../lib/index/entry.ts";
import { OwnUrls, resolveRegistries } from "../../../lib/index/own_urls.ts";
import {
  ALLOWED,
  DISAGREEING,
  INDEX,
  jsonOf,
  manifestOf,
} from "../../hostile/manifests/disagreements.ts";
import { assertEquals, assertRefuses } from "../../support/assert.ts";

const OWN_URLS = new OwnUrls([INDEX]);

const PUBLISHED: [name: string, why: string][] = [
  ["everything", "every field, kind of dependency and registry"],
  ["features_order", "features and values in no order, some twice"],
  ["implicit", "an optional dependency and no feature"],
  ["lints_and_profiles", "tables that only a build needs"],
  ["old_spellings", "`[project]`, `dev_dependencies`, `default_features`"],
  ["path_and_version", "a path beside the version, which cargo takes out"],
  ["path_only_dev", "dev-dependencies and features that cargo takes out"],
  ["proto", "features called like what objects inherit"],
  ["renamed_to_itself", "aliases, one equal to the crate's name"],
  ["requirements", "requirements, which are printed anew in the request only"],
  ["rust_versions", "a Rust version of three numbers"],
  ["same_crate_many_kinds", "one crate in six places, two of one platform"],
  ["targets_many", "platforms, which are printed anew in the request only"],
  ["unicode_features", "features and texts beyond ASCII"],
  ["workspace_inherited", "fields that the workspace said, features of both"],
];

function read(toml: string, json: PublishMetadataJson) {
  const manifest = parseManifest(toml);
  const request = parsePublishJson(JSON.stringify(json));
  return {
    manifest: resolveRegistries(manifest, OWN_URLS, ALLOWED),
    request: resolveRegistries(request, OWN_URLS, ALLOWED),
  };
}

function agree(toml: string, json: PublishMetadataJson): void {
  const { manifest, request } = read(toml, json);
  requireAgreement(manifest, request);
}

for (const [name, why] of PUBLISHED) {
  Deno.test(`requireAgreement() takes what cargo sends for ${name} (${why})`, () => {
    agree(manifestOf(name), jsonOf(name));
  });

  Deno.test(`request and Cargo.toml of ${name} make the same index entry`, () => {
    const { manifest, request } = read(manifestOf(name), jsonOf(name));
    const checksum = parseChecksum("0".repeat(64));
    const pubtime = "2026-11-24T10:00:00Z";
    assertEquals(
      toIndexEntry(request, checksum, pubtime),
      toIndexEntry(manifest, checksum, pubtime),
    );
    const { saysRustVersion: _, dependencies: __, ...said } = request;
    const { dependencies: ___, ...meant } = manifest;
    assertEquals(said, meant);
  });
}

Deno.test("requireAgreement() takes any order of dependencies, features and values", () => {
  const json = jsonOf("everything");
  const turned = {
    ...json,
    deps: json.deps.toReversed().map((it) => ({
      ...it,
      features: it.features.toReversed(),
    })),
    features: Object.fromEntries(
      Object.entries(json.features).toReversed().map((
        [name, values],
      ) => [name, values.toReversed()]),
    ),
  };
  agree(manifestOf("everything"), turned);
});

Deno.test("requireAgreement() takes every URL of this registry for the same", () => {
  for (
    const url of [
      "sparse+http://127.0.0.1:7171/index/",
      "http://127.0.0.1:7171/index",
      "http://127.0.0.1:7171/index.git",
    ]
  ) {
    const json = jsonOf("renamed_to_itself");
    const deps = json.deps.map((it) => ({ registry: url, ...it }));
    agree(
      manifestOf("renamed_to_itself").replaceAll(
        "http://127.0.0.1:7171/index/",
        "http://127.0.0.1:7171/index.git",
      ).replaceAll("sparse+http", "http"),
      { ...json, deps },
    );
  }
});

Deno.test("requireAgreement() takes a request of an old cargo, which does not say the Rust version", () => {
  const { rust_version: _, ...json } = jsonOf("everything");
  agree(manifestOf("everything"), json);
});

Deno.test("requireAgreement() does not look at what the index does not hold", () => {
  agree(manifestOf("everything"), {
    ...jsonOf("everything"),
    description: "something else",
    keywords: [],
    license: null,
    authors: ["C"],
    badges: {},
    readme: null,
  });
});

for (const [why, edit, field, in_manifest, in_request] of DISAGREEING) {
  Deno.test(`requireAgreement() refuses a request that says ${why}`, () => {
    const json = jsonOf("everything");
    edit(json);
    const facts = { field, in_manifest, in_request };
    assertRefuses(
      () => agree(manifestOf("everything"), json),
      "manifest_disagrees",
      facts,
    );
  });
}

Deno.test("requireAgreement() compares each of two dependencies that have one platform", () => {
  const json = jsonOf("same_crate_many_kinds");
  const ofUnix = json.deps.filter((it) => it.target === "cfg(unix)");
  assertEquals(ofUnix.map((it) => it.version_req), ["^1.2.0", "^1.2"]);
  for (const it of ofUnix) it.version_req = "^1.2";
  assertRefuses(
    () => agree(manifestOf("same_crate_many_kinds"), json),
    "manifest_disagrees",
    { field: "target.cfg(unix).dependencies.own.version" },
  );
});
