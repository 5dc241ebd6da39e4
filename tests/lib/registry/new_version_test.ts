import { aCrate, type CrateBuilder } from "../../support/a_crate.ts";
import {
  aPublishDependency,
  aPublishFrame,
  somePublishJson,
} from "../../support/a_publish_request.ts";
import {
  ALICE,
  aRegistry,
  BOB,
  outcomesOf,
  type TestRegistry,
  the,
} from "../../support/a_registry.ts";
import { aLine, commitAtOnce } from "../../support/a_push.ts";
import { piecesOf } from "../../support/a_tar.ts";
import {
  assertEquals,
  assertRejects,
  assertTrue,
} from "../../support/assert.ts";
import {
  type Identity,
  NOBODY,
  OPERATOR,
  parseCrateName,
  type RefusalCode,
} from "../../../lib/mod.ts";

/** What a registry holds when somebody is refused. */
async function aFullRegistry(): Promise<TestRegistry> {
  const it = await aRegistry({ limits: { crateFileBytesMax: 20_000 } });
  await it.add(aCrate("closed"), aCrate("with-hyphen"));
  await it.addBy(ALICE, aCrate("alices", "1.0.0+build"));
  await it.addBy(NOBODY, aCrate("open"));
  await it.add(aCrate("open", "9.0.0"), aCrate("gone"));
  await it.registry.remove(the("open", "9.0.0"));
  await it.registry.remove({ ...the("gone", "1.0.0"), version: null });
  return it;
}

const other = (crate: CrateBuilder) => crate.withFile("other.txt", "other");

const BY_STATE: [
  code: RefusalCode,
  by: Identity,
  crate: CrateBuilder,
  why: string,
][] = [
  [
    "version_exists",
    OPERATOR,
    other(aCrate("closed")),
    "the version is there with other bytes",
  ],
  ["version_exists", OPERATOR, aCrate("closed"), "with the same bytes too"],
  [
    "version_exists",
    ALICE,
    aCrate("alices", "1.0.0"),
    "build metadata makes no other version",
  ],
  [
    "version_exists",
    ALICE,
    aCrate("alices", "1.0.0+other"),
    "other build metadata makes none either",
  ],
  [
    "crate_name_taken",
    OPERATOR,
    aCrate("with_hyphen", "2.0.0"),
    "`-` and `_` make no other name",
  ],
  [
    "crate_name_taken",
    OPERATOR,
    aCrate("Closed", "2.0.0"),
    "capitals make no other name",
  ],
  ["crate_name_reserved", OPERATOR, aCrate("std"), "it is the toolchain's"],
  [
    "crate_name_reserved",
    NOBODY,
    aCrate("Com1"),
    "it is a device on Windows, in any case",
  ],
  [
    "crate_name_removed",
    NOBODY,
    aCrate("gone", "2.0.0"),
    "the name of a removed crate is kept",
  ],
  ["crate_name_removed", ALICE, aCrate("gone"), "even for the bytes it had"],
  [
    "crate_name_removed",
    BOB,
    aCrate("Gone", "2.0.0"),
    "in any other spelling too",
  ],
  [
    "version_removed",
    OPERATOR,
    other(aCrate("open", "9.0.0")),
    "a removed version has other bytes",
  ],
  [
    "version_removed",
    NOBODY,
    aCrate("open", "9.0.0+build"),
    "build metadata makes no other version of it",
  ],
  [
    "not_permitted",
    NOBODY,
    aCrate("closed", "2.0.0"),
    "what the operator published belongs to nobody",
  ],
  ["not_permitted", ALICE, aCrate("closed", "2.0.0"), "to no user either"],
  ["not_permitted", BOB, aCrate("alices", "2.0.0"), "another user owns it"],
  ["not_permitted", NOBODY, aCrate("alices", "2.0.0"), "a user owns it"],
  [
    "dependency_misspelt",
    NOBODY,
    aCrate("open", "2.0.0").withDependency("with_hyphen", "^1", {
      registryIndex: "sparse+http://127.0.0.1:7171/index/",
    }),
    "cargo would not find `with_hyphen`",
  ],
];

Deno.test("publish refuses what the registry's state forbids, and stores nothing", async (t) => {
  await using it = await aFullRegistry();
  const before = await it.stored();
  for (const [code, by, crate, why] of BY_STATE) {
    const who = by.kind === "user" ? `user ${by.id}` : by.kind;
    await t.step(
      `${code} for ${crate.fileName} of ${who}: ${why}`,
      async () => {
        const outcomes = await it.tryToAdd([crate], { by });
        assertEquals(outcomesOf(outcomes), { [crate.fileName]: code });
        assertEquals(await it.stored(), before);
        await assertRejects(
          () => it.registry.publish(aRequest(by, crate)),
          code,
        );
        assertEquals(await it.stored(), before);
      },
    );
  }
});

const BY_FILE: [code: RefusalCode, crate: CrateBuilder, why: string][] = [
  [
    "crate_file_entry_refused",
    aCrate("new").withSymlink("link"),
    "a link may lead anywhere",
  ],
  [
    "crate_file_entry_refused",
    aCrate("new").withRoot("other-1.0.0"),
    "its folder is another crate's",
  ],
  [
    "crate_file_too_large",
    aCrate("new").withFile("noise", noise(30_000)),
    "it is larger than the limit",
  ],
  ["manifest_invalid", aCrate("new").withManifest("no toml"), "no TOML"],
  [
    "manifest_invalid",
    aCrate("new").withoutManifest(),
    "there is no Cargo.toml",
  ],
  [
    "metadata_invalid",
    aCrate("new").withFeature("std", ["dep:missing"]),
    "a feature names what is not there",
  ],
  [
    "dependency_registry_not_allowed",
    aCrate("new").withDependency("far", "^1", {
      registryIndex: "https://elsewhere.example/index",
    }),
    "dependencies may not come from there",
  ],
];

Deno.test("publish refuses crate files that break a rule, and stores nothing", async (t) => {
  await using it = await aRegistry({ limits: { crateFileBytesMax: 20_000 } });
  const before = await it.stored();
  for (const [code, crate, why] of BY_FILE) {
    await t.step(`${code}: ${why}`, async () => {
      const outcomes = await it.tryToAdd([crate]);
      assertEquals(outcomesOf(outcomes), { [crate.fileName]: code });
      assertEquals(await it.stored(), before);
    });
  }
});

Deno.test("publish refuses what is no archive and stores nothing", async () => {
  await using it = await aRegistry();
  const before = await it.stored();
  const bytes = aCrate("foo").bytes();
  for (
    const body of [
      new Uint8Array(0),
      new TextEncoder().encode("no archive"),
      bytes.subarray(0, bytes.length - 20),
    ]
  ) {
    const files = [{ label: "foo.crate", read: () => piecesOf(body) }];
    const [outcome] = await it.tryToAdd([], { files });
    assertEquals(
      outcome?.outcome === "refused" && outcome.refusal.code,
      "crate_file_malformed",
    );
  }
  assertEquals(await it.stored(), before);
});

Deno.test("publish stores nothing of a crate file whose reading fails", async () => {
  await using it = await aRegistry();
  const before = await it.stored();
  const trouble = new Error("the disk is gone");
  const files = [{
    label: "foo.crate",
    async *read() {
      yield aCrate("foo").bytes().slice(0, 10);
      await Promise.resolve();
      throw trouble;
    },
  }];
  await it.tryToAdd([], { files }).then(
    () => assertTrue(false, "it did not fail"),
    (error) => assertEquals(error, trouble),
  );
  assertEquals(await it.stored(), before);
});

Deno.test("publish puts the crate file, the line and the names in place", async () => {
  await using it = await aRegistry();
  const crate = aCrate("Foo-Bar", "1.0.0+build").with({
    description: "Does things.",
    keywords: ["things"],
  });
  const [outcome] = await it.tryToAdd([crate]);
  assertEquals(outcome?.outcome, "added");
  const { tip, crateFiles, inProgress, owners, list } = await it.stored();
  assertEquals(crateFiles, {
    "Foo-Bar/Foo-Bar-1.0.0+build.crate": outcome?.outcome === "added"
      ? outcome.checksum
      : "",
  });
  assertEquals(inProgress, []);
  assertEquals(owners, []);
  assertEquals(
    list.crates.map(({ name, description }) => [name, description]),
    [
      ["Foo-Bar", "Does things."],
    ],
  );
  const line = JSON.parse(await it.indexFile("fo/o-/foo-bar"));
  assertEquals([line.name, line.vers, line.yanked], [
    "Foo-Bar",
    "1.0.0+build",
    false,
  ]);
  assertEquals(
    await it.registry.show(parseCrateName("foo_bar")).then(
      ({ versions }) => versions[0]?.checksum,
    ),
    line.cksum,
  );
  assertTrue(tip !== "none", "there is a commit");
});

const FIRST_OWNERS: [by: Identity, owner: string, why: string][] = [
  [OPERATOR, "", "the operator's crates are closed"],
  [ALICE, " owner=1", "the first publisher owns it"],
  [NOBODY, " owner=anyone", "it stays open to all"],
];

for (const [by, owner, why] of FIRST_OWNERS) {
  Deno.test(`publish of a new crate by ${by.kind} gives it the owner${owner || " of none"} (${why})`, async () => {
    await using it = await aRegistry();
    await it.addBy(by, aCrate("foo"));
    await it.addBy(by, aCrate("foo", "1.1.0"));
    const who = by.kind === "user" ? "user:1" : by.kind;
    const lines = (await it.messages()).slice(1).map((message) =>
      message.replace(/ id=[0-9a-f]{16}$/, "")
    );
    assertEquals(lines, [
      `publish foo 1.0.0 by ${who}${owner}`,
      `publish foo 1.1.0 by ${who}`,
    ]);
    const { owners } = await it.registry.show(parseCrateName("foo"));
    assertEquals(owners.join(), owner.replace(" owner=", ""));
  });
}

Deno.test("publish lets only one of two newcomers of one batch have the name", async () => {
  await using it = await aRegistry();
  const outcomes = await Promise.allSettled([
    it.registry.publish(aRequest(ALICE, aCrate("foo-bar"))),
    it.registry.publish(aRequest(BOB, aCrate("foo_bar"))),
    it.registry.publish(aRequest(BOB, aCrate("foo-bar", "2.0.0"))),
  ]);
  const won = outcomes.map(({ status }) => status === "fulfilled");
  // Which comes first is open, but all that is in belongs to one of them.
  const names = (await it.stored()).list.crates.map(({ name }) => name);
  assertEquals(names.length, 1);
  const { owners, versions } = await it.registry.show(
    parseCrateName("foo-bar"),
  );
  assertEquals(owners.length, 1);
  assertEquals(versions.length, won.filter((it) => it).length);
  assertEquals(versions.length, 1);
});

Deno.test("publish tells what happened", async () => {
  await using it = await aRegistry();
  const published = await it.registry.publish(aRequest(ALICE, aCrate("foo")));
  const { checksum } = published;
  const sizeBytes = aCrate("foo").bytes().length;
  assertEquals(it.events, [{
    ...the("foo", "1.0.0"),
    ...{ kind: "published", by: ALICE, checksum, sizeBytes },
  }]);
});

const FAILURES: [
  call: "link" | "mkdir",
  code: string,
  refusal: RefusalCode,
][] = [
  ["link", "ENOSPC", "disk_full"],
  ["link", "EROFS", "permission_denied"],
  ["mkdir", "EDQUOT", "disk_full"],
];

for (const [call, code, refusal] of FAILURES) {
  Deno.test(`publish leaves nothing when ${call} fails with ${code} under the lock, and can be done again`, async () => {
    await using it = await aRegistry();
    await it.add(aCrate("bar"));
    const before = await it.stored();
    const crates = [aCrate("foo"), aCrate("bar", "1.1.0")];
    {
      using _ = failing(call, code, (path) => path.includes("/crates/foo"));
      assertEquals(
        outcomesOf(await it.tryToAdd(crates)),
        { "foo-1.0.0.crate": refusal, "bar-1.1.0.crate": "added" },
      );
    }
    const { crateFiles, inProgress, names } = await it.stored();
    assertEquals(Object.keys(crateFiles), [
      "bar/bar-1.0.0.crate",
      "bar/bar-1.1.0.crate",
    ]);
    assertEquals(inProgress, []);
    assertEquals(names.length, before.names.length);
    assertTrue(!await exists(it.path("crates", "foo")), "a folder is left");
    await it.add(aCrate("foo"));
  });
}

Deno.test("publish answers each file although what one had put on disk cannot be taken back", async () => {
  await using it = await aRegistry();
  const isFoo = (path: string) => path.includes("/crates/foo");
  using _link = failing("link", "EROFS", isFoo);
  using _remove = failing("remove", "EROFS", isFoo);
  assertEquals(
    outcomesOf(await it.tryToAdd([aCrate("foo"), aCrate("bar")])),
    { "foo-1.0.0.crate": "permission_denied", "bar-1.0.0.crate": "added" },
  );
  assertEquals(await it.versions(), ["bar 1.0.0"]);
  assertEquals(it.events.map(({ kind }) => kind), [
    "background_failed",
    "published",
  ]);
});

Deno.test("publish takes its crate file back when a push by hand comes first", async () => {
  let pushes = 0;
  await using it = await aRegistry({
    // Between the link of the crate file and the commit.
    reached: (step) => {
      if (step === "prepared" && pushes++ === 0) {
        commitAtOnce(it.git.gitFolder, "3/f/foo", aLine("foo"));
      }
    },
  });
  assertEquals(outcomesOf(await it.tryToAdd([aCrate("foo")])), {
    "foo-1.0.0.crate": "version_exists",
  });
  const { crateFiles, inProgress } = await it.stored();
  assertEquals([crateFiles, inProgress], [{}, []]);
  assertEquals(await it.versions(), ["foo 1.0.0"]);
});

/** A publish request for a crate, as cargo makes it. */
function aRequest(by: Identity, crate: CrateBuilder) {
  const manifest = String(crate.manifest());
  const value = (key: string) =>
    new RegExp(`^${key} = "(.*)"$`, "m").exec(manifest)?.[1] ?? "";
  const deps = [...manifest.matchAll(/^\[dependencies\.(.*)\]$/gm)]
    .map(([, name = ""]) => aPublishDependency(name));
  const [name, vers] = [value("name"), value("version")];
  const body = aPublishFrame(
    somePublishJson({ name, vers, deps }),
    crate.bytes(),
  );
  return { by, body: piecesOf(body), sizeBytes: body.length };
}

/** Makes a call of the file system fail for some paths until the scope's end. */
function failing(
  call: "link" | "mkdir" | "remove",
  code: string,
  isMeant: (path: string) => boolean,
): Disposable {
  const real = Deno[call] as (...args: unknown[]) => Promise<void>;
  const replace = (by: unknown) => Object.assign(Deno, { [call]: by });
  replace((...args: unknown[]) =>
    args.some((it) => typeof it === "string" && isMeant(it))
      ? Promise.reject(Object.assign(new Error(`${call}: ${code}`), { code }))
      : real(...args)
  );
  return { [Symbol.dispose]: () => replace(real) };
}

function noise(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
