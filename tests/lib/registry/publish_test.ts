import { NOBODY, OPERATOR, parseCrateName } from "../../../lib/mod.ts";
import type { RefusalCode } from "../../../lib/refusal.ts";
import { checksumOf } from "../../../lib/crate/checksum.ts";
import { parseCrateVersion } from "../../../lib/crate/version.ts";
import { aCrate, type CrateBuilder } from "../../support/a_crate.ts";
import {
  aPublishDependency,
  aPublishFrame,
  requestOf,
  u32,
} from "../../support/a_publish_request.ts";
import { addTo, aRegistry } from "../../support/a_registry.ts";
import { joined, noise, piecesOf, toBytes } from "../../support/a_tar.ts";
import {
  aRequest,
  aRequestOf,
  assertStoresNothing,
  OWN,
  publishTo,
} from "../../support/publishing.ts";
import {
  assertEquals,
  assertIncludes,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";

const FOO = parseCrateName("foo");
const FOO_1 = aCrate("foo", "1.0.0");

/** A crate about which there is nothing to warn. */
function told(crate: CrateBuilder): CrateBuilder {
  return crate.with({ description: "What it is", license: "MIT" });
}

Deno.test("publish stores file, line, owner and event", async () => {
  await using it = await aRegistry();
  const crate = told(FOO_1).withDependency("bar", "^1", OWN);
  const checksum = checksumOf(crate.bytes());
  const published = await it.registry.publish(aRequest(crate));
  assertEquals({ ...published, warnings: published.warnings.length }, {
    crate: FOO,
    version: parseCrateVersion("1.0.0"),
    checksum,
    unknownCategories: [],
    warnings: 1,
  });
  const { stdout } = await it.git.run(["show", "HEAD:3/f/foo"]);
  assertEquals(
    stdout,
    `{"name":"foo","vers":"1.0.0","deps":[{"name":"bar","req":"^1","features":[],"optional":false,"default_features":true,"target":null,"kind":"normal","registry":null}],"cksum":"${checksum}","features":{},"yanked":false,"pubtime":"2026-01-02T03:04:05Z"}\n`,
  );
  const { crateFiles, inProgress, owners: rows } = await it.stored();
  assertEquals(crateFiles, { "foo/foo-1.0.0.crate": checksum });
  assertEquals(inProgress, []);
  assertEquals(rows, [{ crate: "foo", user: 0 }]);
  assertEquals(it.events, [{
    kind: "published",
    by: NOBODY,
    crate: FOO,
    version: parseCrateVersion("1.0.0"),
    checksum,
    sizeBytes: crate.bytes().length,
  }]);
  const { description, owners } = await it.registry.show(FOO);
  assertEquals([description, owners], ["What it is", ["anyone"]]);
  assertEquals(await it.registry.owners({ crate: FOO }), {
    ...{ crate: FOO, users: [], isOpen: true },
  });
});

Deno.test("publish takes a body of unknown size and in pieces of one byte", async () => {
  await using it = await aRegistry();
  const body = aPublishFrame(requestOf(FOO_1), FOO_1.bytes());
  const pieces = piecesOf(body, 1);
  await it.registry.publish({ by: NOBODY, body: pieces, sizeBytes: null });
  assertEquals(await it.versions(), ["foo 1.0.0"]);
});

Deno.test("publish makes the entry from the Cargo.toml, not from what is not compared", async () => {
  await using it = await aRegistry();
  const crate = told(FOO_1);
  const json = requestOf(crate, { description: "something else" });
  await it.registry.publish(aRequestOf(aPublishFrame(json, crate.bytes())));
  assertEquals((await it.registry.show(FOO)).description, "What it is");
});

Deno.test("publish takes every URL of this registry for its own, in both places", async () => {
  await using it = await aRegistry();
  const urls = [
    "http://127.0.0.1:7171/index.git",
    `file://${it.path("index.git")}`,
  ];
  for (const [patch, url] of urls.entries()) {
    const crate = aCrate("foo", `1.0.${patch}`)
      .withDependency("bar", "^1", { registryIndex: url });
    const json = requestOf(crate);
    assertEquals(json.deps[0]?.registry, url);
    await it.registry.publish(aRequestOf(aPublishFrame(json, crate.bytes())));
  }
  const { versions } = await it.registry.show(FOO);
  const registries = versions.map(({ dependencies }) =>
    dependencies[0]?.registry
  );
  assertEquals(registries, [null, null]);
});

interface Refused {
  why: string;
  /** What is in the registry before. */
  given?: readonly CrateBuilder[];
  /** The crate file. */
  crate: CrateBuilder;
  /** What the request says besides what the Cargo.toml does. */
  json?: Parameters<typeof requestOf>[1];
  code: RefusalCode;
  /** Whether it is refused before the crate file is read. */
  early: boolean;
}

const REFUSED: readonly Refused[] = [
  {
    why: "a version that is there with the same bytes",
    given: [FOO_1],
    crate: FOO_1,
    code: "version_exists",
    early: true,
  },
  {
    why: "a version that is there with other bytes",
    given: [FOO_1],
    crate: FOO_1.withLibrary("// other"),
    code: "version_exists",
    early: true,
  },
  {
    why: "a version that differs only in build metadata",
    given: [FOO_1],
    crate: aCrate("foo", "1.0.0+x"),
    code: "version_exists",
    early: true,
  },
  {
    why: "a name that differs only in case",
    given: [FOO_1],
    crate: aCrate("Foo", "2.0.0"),
    code: "crate_name_taken",
    early: true,
  },
  {
    why: "a name that differs only in `-`",
    given: [aCrate("foo_bar")],
    crate: aCrate("foo-bar", "2.0.0"),
    code: "crate_name_taken",
    early: true,
  },
  {
    why: "a name of the toolchain",
    crate: aCrate("std"),
    code: "crate_name_reserved",
    early: true,
  },
  {
    why: "a name of a device",
    crate: aCrate("CON"),
    code: "crate_name_reserved",
    early: true,
  },
  {
    why: "a dependency of a registry that is not allowed",
    crate: FOO_1.withDependency("bar", "^1", {
      registryIndex: "sparse+https://other.example/index/",
    }),
    code: "dependency_registry_not_allowed",
    early: true,
  },
  {
    why: "a dependency that is here under another spelling",
    given: [aCrate("foo-bar")],
    crate: FOO_1.withDependency("foo_bar", "^1", OWN),
    code: "dependency_misspelt",
    early: true,
  },
  {
    why: "a dependency on itself by another spelling",
    crate: aCrate("foo-bar").withDependency("foo_bar", "^1", {
      ...OWN,
      kind: "dev",
    }),
    code: "dependency_misspelt",
    early: true,
  },
  {
    why: "features that cargo could not use",
    crate: FOO_1,
    json: { features: { a: ["nothing"] } },
    code: "metadata_invalid",
    early: true,
  },
  {
    why: "another name than the Cargo.toml has",
    crate: FOO_1,
    json: { name: "bar" },
    code: "manifest_disagrees",
    early: false,
  },
  {
    why: "another version than the Cargo.toml has",
    crate: FOO_1,
    json: { vers: "1.0.1" },
    code: "manifest_disagrees",
    early: false,
  },
  {
    why: "a dependency that the Cargo.toml has not",
    crate: FOO_1,
    json: { deps: [aPublishDependency("bar")] },
    code: "manifest_disagrees",
    early: false,
  },
  {
    why: "a dependency less than the Cargo.toml has",
    crate: FOO_1.withDependency("bar", "^1", OWN),
    json: { deps: [] },
    code: "manifest_disagrees",
    early: false,
  },
  {
    why: "a feature that the Cargo.toml has not",
    crate: FOO_1,
    json: { features: { a: [] } },
    code: "manifest_disagrees",
    early: false,
  },
  {
    why: "a native library that the Cargo.toml has not",
    crate: FOO_1,
    json: { links: "z" },
    code: "manifest_disagrees",
    early: false,
  },
  {
    why: "a Rust version that the Cargo.toml has not",
    crate: FOO_1,
    json: { rust_version: "1.70" },
    code: "manifest_disagrees",
    early: false,
  },
  {
    why: "a crate file whose folder is of another version",
    crate: FOO_1.withRoot("foo-1.0.1"),
    code: "crate_file_entry_refused",
    early: false,
  },
  {
    why: "a crate file with a symbolic link",
    crate: FOO_1.withSymlink("up", "../"),
    code: "crate_file_entry_refused",
    early: false,
  },
  {
    why: "a crate file without a Cargo.toml",
    crate: FOO_1.withoutManifest(),
    code: "manifest_invalid",
    early: false,
  },
];
for (const { why, given = [], crate, json, code, early } of REFUSED) {
  Deno.test(`publish refuses ${why} and stores nothing`, async () => {
    await using it = await aRegistry();
    await publishTo(it.registry, ...given);
    await assertStoresNothing(it, async () => {
      const body = aPublishFrame(requestOf(crate, json), crate.bytes());
      await assertRejects(() => it.registry.publish(aRequestOf(body)), code);
    });
  });

  Deno.test(`publish ${early ? "does not read" : "reads"} the crate file to refuse ${why}`, async () => {
    await using it = await aRegistry();
    await publishTo(it.registry, ...given);
    let isRead = false;
    async function* body() {
      const frame = aPublishFrame(requestOf(crate, json), crate.bytes());
      const fileStart = frame.length - crate.bytes().length;
      yield frame.slice(0, fileStart);
      isRead = true;
      yield frame.slice(fileStart);
    }
    const request = { by: NOBODY, body: body(), sizeBytes: null };
    await assertRejects(() => it.registry.publish(request), code);
    assertEquals(isRead, !early);
  });
}

const MALFORMED: [why: string, body: Uint8Array, code: RefusalCode][] = [
  ["nothing at all", toBytes(""), "publish_frame_malformed"],
  [
    "a body that ends within the crate file",
    aPublishFrame(requestOf(FOO_1), FOO_1.bytes()).slice(0, -1),
    "publish_frame_malformed",
  ],
  [
    "a body that goes on behind the crate file",
    joined(aPublishFrame(requestOf(FOO_1), FOO_1.bytes()), toBytes("!")),
    "publish_frame_malformed",
  ],
  [
    "a crate file with one byte changed at its end",
    aPublishFrame(
      requestOf(FOO_1),
      joined(FOO_1.bytes().slice(0, -1), Uint8Array.of(0xee)),
    ),
    "crate_file_malformed",
  ],
  [
    "an empty crate file",
    aPublishFrame(requestOf(FOO_1), ""),
    "crate_file_malformed",
  ],
  [
    "what is no crate file",
    aPublishFrame(requestOf(FOO_1), noise(1000)),
    "crate_file_malformed",
  ],
  ["no JSON", aPublishFrame("{", FOO_1.bytes()), "publish_frame_malformed"],
  [
    "a crate file above the limit",
    joined(aPublishFrame(requestOf(FOO_1), "").slice(0, -4), u32(10_001)),
    "crate_file_too_large",
  ],
];
for (const [why, body, code] of MALFORMED) {
  for (const known of [true, false]) {
    const size = known ? "known" : "unknown";
    Deno.test(`publish refuses ${why}, of ${size} size, and stores nothing`, async () => {
      const limits = { crateFileBytesMax: 10_000 };
      await using it = await aRegistry({ limits });
      await assertStoresNothing(it, async () => {
        const sizeBytes = known ? body.length : null;
        const request = { by: NOBODY, body: piecesOf(body, 100), sizeBytes };
        // Of a known size that does not fit, the size is what is wrong.
        const expected = known && code === "crate_file_too_large"
          ? "publish_frame_malformed"
          : code;
        await assertRejects(() => it.registry.publish(request), expected);
      });
    });
  }
}

Deno.test("publish passes on what broke the body and stores nothing", async () => {
  await using it = await aRegistry();
  await assertStoresNothing(it, async () => {
    const broken = new Error("the connection is gone");
    async function* body() {
      const frame = aPublishFrame(requestOf(FOO_1), FOO_1.bytes());
      yield* piecesOf(frame.slice(0, -10), 50);
      throw broken;
    }
    const request = { by: NOBODY, body: body(), sizeBytes: null };
    const error = await it.registry.publish(request).catch((it) => it);
    assertTrue(error === broken, `another error: ${error}`);
  });
});

Deno.test("publish lets go of the body, refused or not", async () => {
  await using it = await aRegistry();
  let open = 0;
  async function* body() {
    open++;
    try {
      yield* piecesOf(aPublishFrame(requestOf(FOO_1), FOO_1.bytes()), 100);
    } finally {
      open--;
    }
  }
  const request = () => ({ by: NOBODY, body: body(), sizeBytes: null });
  await it.registry.publish(request());
  assertEquals(open, 0);
  await assertRejects(() => it.registry.publish(request()), "version_exists");
  assertEquals(open, 0);
});

Deno.test("publish by nobody goes on where nobody published first", async () => {
  await using it = await aRegistry();
  await publishTo(it.registry, FOO_1);
  await publishTo(it.registry, aCrate("foo", "1.1.0"));
  assertEquals((await it.stored()).owners, [{ crate: "foo", user: 0 }]);
  assertEquals(await it.versions(), ["foo 1.0.0", "foo 1.1.0"]);
});

Deno.test("publish is closed to nobody where the operator published first", async () => {
  await using it = await aRegistry();
  await it.add(FOO_1);
  await assertStoresNothing(it, async () => {
    await assertRejects(
      () => publishTo(it.registry, aCrate("foo", "1.1.0")),
      "not_permitted",
      { action: "publish versions of", crate: "foo" },
    );
  });
  await it.registry.publish(aRequest(aCrate("foo", "1.1.0"), OPERATOR));
  assertEquals((await it.registry.show(FOO)).versions.length, 2);
});

Deno.test("publish does not bring back a yanked version", async () => {
  await using it = await aRegistry();
  await publishTo(it.registry, FOO_1);
  const version = parseCrateVersion("1.0.0");
  await it.registry.yank({ by: NOBODY, crate: FOO, version });
  await assertStoresNothing(it, async () => {
    await assertRejects(() => publishTo(it.registry, FOO_1), "version_exists");
  });
});

Deno.test("publish brings back a removed version only as it was", async () => {
  await using it = await aRegistry();
  await publishTo(it.registry, FOO_1);
  await publishTo(it.registry, aCrate("foo", "1.1.0"));
  const version = parseCrateVersion("1.0.0");
  await it.registry.remove({ by: OPERATOR, crate: FOO, version });
  for (const crate of [FOO_1.withLibrary("// x"), aCrate("foo", "1.0.0+x")]) {
    await assertStoresNothing(it, async () => {
      await assertRejects(
        () => publishTo(it.registry, crate),
        "version_removed",
      );
    });
  }
  await publishTo(it.registry, FOO_1);
  assertEquals((await it.registry.show(FOO)).versions.length, 2);
});

Deno.test("publish by nobody does not take the name of a removed crate", async () => {
  await using it = await aRegistry();
  await publishTo(it.registry, FOO_1);
  await it.registry.remove({ by: OPERATOR, crate: FOO, version: null });
  await assertStoresNothing(it, async () => {
    const crate = aCrate("foo", "2.0.0");
    await assertRejects(
      () => publishTo(it.registry, crate),
      "crate_name_removed",
    );
  });
});

/** Crates of which only one can be published, however they come. */
const RIVALS: [one: CrateBuilder, other: CrateBuilder, code: RefusalCode][] = [
  [FOO_1, FOO_1.withLibrary("// other"), "version_exists"],
  [FOO_1, aCrate("foo", "1.0.0+x"), "version_exists"],
  [aCrate("foo-bar"), aCrate("foo_bar", "2.0.0"), "crate_name_taken"],
  [aCrate("foo"), aCrate("FOO", "2.0.0"), "crate_name_taken"],
];
for (const [one, other, code] of RIVALS) {
  Deno.test(`publish takes one of ${one.fileName} and ${other.fileName} that come at once (${code})`, async () => {
    await using it = await aRegistry();
    const second = await it.second();
    const outcomes = await Promise.allSettled([
      it.registry.publish(aRequest(one)),
      it.registry.publish(aRequest(other)),
      second.publish(aRequest(other)),
      second.publish(aRequest(one)),
    ]);
    const refused = outcomes.filter((it) => it.status === "rejected");
    assertEquals(refused.length, 3);
    const codes = new Set(refused.map(({ reason }) => reason.code));
    assertTrue(codes.has(code), `${code} is not among ${[...codes]}`);
    const { names, crateFiles } = await it.stored();
    assertEquals([names.length, Object.keys(crateFiles).length], [1, 1]);
  });
}

Deno.test("publish sees at once what another process did", async () => {
  await using it = await aRegistry();
  const other = await it.second();
  await publishTo(it.registry, aCrate("foo-bar"));
  await assertRejects(
    () => publishTo(other, aCrate("foo_bar")),
    "crate_name_taken",
  );
  const crate = parseCrateName("foo_bar");
  await other.yank({ by: NOBODY, crate, version: parseCrateVersion("1.0.0") });
  await other.remove({ by: OPERATOR, crate, version: null });
  const request = aCrate("FOO-BAR", "2.0.0");
  await it.registry.publish(aRequest(request, OPERATOR));
});

const WARNINGS: [crate: CrateBuilder, parts: string[], why: string][] = [
  [told(FOO_1), [], "all is said"],
  [
    FOO_1,
    ["package.description", "package.license"],
    "neither description nor license",
  ],
  [FOO_1.with({ description: " ", "license-file": "LIC" }), [
    "package.description",
  ], "a blank description"],
  [
    told(FOO_1).withDependency("bar", "*"),
    ["dependencies.bar"],
    "any version of a dependency",
  ],
  [
    told(FOO_1).withDependency("bar", "^1", { ...OWN, kind: "build" }),
    ["build-dependencies.bar"],
    "a dependency on this registry that is not here",
  ],
  [
    told(FOO_1).withDependency("foo", "^1", { ...OWN, kind: "dev" })
      .withDependency("here", "^1", OWN).withDependency("bar", "^1"),
    [],
    "dependencies on itself, on what is here, and on crates.io",
  ],
];
for (const [crate, parts, why] of WARNINGS) {
  Deno.test(`publish warns about ${parts.join(" and ") || "nothing"} (${why})`, async () => {
    await using it = await aRegistry();
    await publishTo(it.registry, aCrate("here"));
    const { warnings } = await it.registry.publish(aRequest(crate));
    assertEquals(warnings.length, parts.length, warnings.join("\n"));
    for (const [position, part] of parts.entries()) {
      assertIncludes(warnings[position] ?? "", `\`${part}\``);
    }
  });
}

Deno.test("publish takes a version of an unknown category, and names that category", async () => {
  await using it = await aRegistry();
  const categories = ["algorithms", "no-such-thing", "wasm"];
  const crate = told(FOO_1).with({ categories });
  const published = await it.registry.publish(aRequest(crate));
  assertEquals(published.unknownCategories, ["no-such-thing"]);
  assertEquals(published.warnings, []);
  assertEquals(await it.versions(), ["foo 1.0.0"]);
});

Deno.test("publish and crate add refuse a version without what the registry requires, and store nothing", async () => {
  await using it = await aRegistry({ requiredFields: ["license"] });
  await assertStoresNothing(it, async () => {
    const body = aPublishFrame(requestOf(FOO_1), FOO_1.bytes());
    await assertRejects(
      () => it.registry.publish(aRequestOf(body)),
      "metadata_invalid",
      { field: "package.license" },
    );
    const [outcome] = await addTo(it.registry, [FOO_1], {});
    assertEquals(outcome?.outcome, "refused");
  });
  const licensed = FOO_1.with({ license: "MIT" });
  await publishTo(it.registry, licensed);
  assertEquals(await it.versions(), ["foo 1.0.0"]);
});
