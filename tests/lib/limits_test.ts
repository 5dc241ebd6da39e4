/**
 * Every bound is reached: what lies exactly at it is taken, one more is refused
 * or cut, with nothing stored. A new bound without a row here is no program.
 */

import { parseUserName } from "../../lib/auth/user_name.ts";
import { readCrateFile } from "../../lib/crate/crate_file.ts";
import { parseCrateName } from "../../lib/crate/name.ts";
import {
  type PublishMetadata,
  requireValidMetadata,
} from "../../lib/crate/publish_metadata.ts";
import { parseRequirement } from "../../lib/crate/requirement.ts";
import { parseCrateVersion } from "../../lib/crate/version.ts";
import { toSearchWords } from "../../lib/database/search_words.ts";
import { CatFile } from "../../lib/git/cat_file.ts";
import { Git } from "../../lib/git/command.ts";
import { DiffTree } from "../../lib/git/diff_tree.ts";
import { UploadPack } from "../../lib/git/upload_pack.ts";
import { IndexCache } from "../../lib/index/cache.ts";
import { encodeIndexEntry } from "../../lib/index/entry.ts";
import { IndexFile } from "../../lib/index/index_file.ts";
import { DEFAULT_LIMITS, type Limits } from "../../lib/limits.ts";
import {
  ConfigReader,
  OPERATOR,
  readRegistryConfig,
  type RefusalCode,
  type RegistryConfig,
} from "../../lib/mod.ts";
import { Upload, UploadBudget } from "../../server/middleware/body_limit.ts";
import { aCrate, type CrateBuilder } from "../support/a_crate.ts";
import { aPublishFrame, requestOf } from "../support/a_publish_request.ts";
import { aRegistry, the } from "../support/a_registry.ts";
import { aRepository } from "../support/a_repository.ts";
import { anEntry, anIndex, aPublish } from "../support/an_index.ts";
import {
  assertEquals,
  assertRefuses,
  assertRejects,
  assertTrue,
} from "../support/assert.ts";
import { HANGS, oddGit, SILENT, SLOW } from "../support/odd_git.ts";
import { aRequestOf, assertStoresNothing } from "../support/publishing.ts";
import { aDependency, someMetadata } from "../support/some_metadata.ts";

const L = DEFAULT_LIMITS;
const FOO = aCrate("foo");
const [MORE, SOON] = [60_000, 30];

/** Reaches one bound; its tests fail unless it holds. */
type Reach = () => Promise<void> | void;

/** A text that is as long as the bound is taken, and a longer one refused. */
function aLength(
  lengthMax: number,
  read: (length: number) => unknown,
  code: RefusalCode,
  facts: Record<string, unknown> = {},
): Reach {
  return () => {
    read(lengthMax);
    assertRefuses(() => read(lengthMax + 1), code, facts as never);
  };
}

/** Metadata with as much as the bound is taken, and with one more refused. */
function ofMetadata(
  max: number,
  stated: (count: number) => Partial<PublishMetadata>,
  field: string,
): Reach {
  return aLength(
    max,
    (count) => requireValidMetadata(someMetadata(stated(count))),
    "metadata_invalid",
    { field },
  );
}

/** A publish that is as large as the bound is taken, and with a lower refused. */
function ofPublish(
  bound: keyof Limits,
  crate: CrateBuilder,
  size: number,
  code: RefusalCode,
  facts: Record<string, unknown>,
): Reach {
  return async () => {
    const body = aPublishFrame(requestOf(crate), crate.bytes());
    const request = () => ({ ...aRequestOf(body), sizeBytes: null });
    {
      await using it = await aRegistry({ limits: { [bound]: size - 1 } });
      await assertStoresNothing(it, () =>
        assertRejects(
          () => it.registry.publish(request()),
          code,
          facts as never,
        ));
    }
    await using it = await aRegistry({ limits: { [bound]: size } });
    await it.registry.publish(request());
    assertEquals(await it.versions(), ["foo 1.0.0"]);
  };
}

const LIST_REFS = "0014command=ls-refs\n0001000csymrefs\n0000";

/** Gits for clients: `ask()` answers refs unless its client is silent. */
async function someClients(limits: Partial<Limits>) {
  const repository = await aRepository();
  await repository.commit({ "a/a": "one" });
  const uploadPack = new UploadPack(repository.git, { ...L, ...limits });
  return {
    async ask({ isSilent = false } = {}): Promise<() => Promise<string>> {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          if (isSilent) return;
          controller.enqueue(new TextEncoder().encode(LIST_REFS));
          controller.close();
        },
      });
      const { signal } = new AbortController();
      const request = { protocol: "version=2", body, signal };
      const answer = await uploadPack.serve(request);
      return () => new Response(answer).text();
    },
    async [Symbol.asyncDispose]() {
      await uploadPack.close();
      await repository[Symbol.asyncDispose]();
    },
  };
}

/** An upload of 40 bytes whose sender then says no more, or ends. */
function anUpload(limits: Partial<Limits>, then: "silence" | "end") {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array(40));
      if (then === "end") controller.close();
    },
  });
  const request = new Request("http://h/", { method: "PUT", body });
  return new Upload(request, { ...L, ...limits });
}

function ofUpload(bound: "uploadStalledMsMax" | "uploadMsMax"): Reach {
  return async () => {
    const timely = anUpload({ [bound]: MORE }, "end");
    assertEquals((await Array.fromAsync(timely.read())).length, 1);
    await timely.end();
    const late = anUpload({ [bound]: SOON }, "silence");
    await assertRejects(
      () => Array.fromAsync(late.read()),
      "upload_too_slow",
      { received_bytes: 40, limit_ms: SOON },
    );
    await late.end();
  };
}

function ofClone(bound: "gitStalledMsMax" | "gitCloneMsMax"): Reach {
  return async () => {
    {
      await using it = await someClients({ [bound]: MORE });
      assertTrue((await (await it.ask())()).includes("HEAD"), "it is answered");
    }
    await using it = await someClients({ [bound]: SOON });
    assertEquals(await (await it.ask({ isSilent: true }))(), "");
  };
}

/** A change that meets git as it is made by `odd`, under these bounds. */
async function changeWith(
  limits: Partial<Limits>,
  odd: string,
): Promise<{ code: string; tip: string | null }> {
  using git = oddGit();
  git.make("fast-import", odd);
  if (odd === SILENT) git.make("log", "sleep 1; exit 1");
  await using it = await anIndex({ limits });
  const code = await it.index.change(aPublish("foo", "1.0.0")).then(
    () => "made",
    (error) => String(error.code),
  );
  git.mend();
  return { code, tip: await it.repository.ref.read() };
}

/** While the lock is somebody else's, one who waits so long. */
async function waitForLock(
  limits: Partial<Limits>,
  waited_ms: number,
): Promise<void> {
  await using it = await anIndex({ limits });
  const path = `${it.repository.git.gitFolder}.lock`;
  using lock = await Deno.open(path, { create: true, write: true, read: true });
  await lock.lock(true);
  await assertRejects(
    () => it.index.change(aPublish("foo", "1.0.0")),
    "index_busy",
    { waited_ms },
  );
  assertEquals(await it.repository.ref.read(), null);
  lock.unlockSync();
  await using patient = await anIndex({ repository: it.repository });
  await patient.index.change(aPublish("foo", "1.0.0"));
}

const texts = (count: number) =>
  Array.from({ length: count }, (_, it) => `x${it}`);
const size = (text: string | Uint8Array) =>
  typeof text === "string"
    ? new TextEncoder().encode(text).length
    : text.length;

/** How each bound is reached. */
const REACHED: Record<keyof Limits, Reach> = {
  crateFileBytesMax: ofPublish(
    "crateFileBytesMax",
    FOO,
    FOO.bytes().length,
    "crate_file_too_large",
    {
      size_bytes: FOO.bytes().length,
      limit_bytes: FOO.bytes().length - 1,
    },
  ),
  unpackedBytesMax: ofPublish(
    "unpackedBytesMax",
    FOO,
    FOO.tar().length,
    "crate_file_unpacked_too_large",
    { limit_bytes: FOO.tar().length - 1 },
  ),
  // Cargo.toml, src/ and src/lib.rs
  crateFileEntriesMax: ofPublish(
    "crateFileEntriesMax",
    FOO,
    3,
    "crate_file_too_many_entries",
    { limit: 2 },
  ),
  entryPathBytesMax: ofPublish(
    "entryPathBytesMax",
    FOO,
    "foo-1.0.0/Cargo.toml".length,
    "crate_file_entry_refused",
    { entry: "foo-1.0.0/Cargo.toml" },
  ),
  manifestBytesMax: ofPublish(
    "manifestBytesMax",
    FOO,
    size(FOO.manifest()),
    "manifest_invalid",
    {},
  ),
  async readmeBytesMax() {
    const crate = FOO.withFile("README.md", "abcd");
    for (const [readmeBytesMax, text] of [[4, "abcd"], [3, "abc"]] as const) {
      const limits = { ...L, readmeBytesMax };
      const { readme } = await readCrateFile(crate.pieces(), limits);
      assertEquals(readme, text);
    }
  },
  metadataBytesMax: ofPublish(
    "metadataBytesMax",
    FOO,
    size(JSON.stringify(requestOf(FOO))),
    "metadata_invalid",
    { field: "metadata" },
  ),
  crateNameLengthMax: aLength(
    L.crateNameLengthMax,
    (length) => parseCrateName("x".repeat(length)),
    "crate_name_invalid",
    { name: "x".repeat(L.crateNameLengthMax + 1) },
  ),
  userNameLengthMax: aLength(
    L.userNameLengthMax,
    (length) => parseUserName("x".repeat(length)),
    "user_name_invalid",
    { name: "x".repeat(L.userNameLengthMax + 1) },
  ),
  async tokenLabelLengthMax() {
    await using it = await aRegistry();
    const create = (length: number) =>
      Promise.resolve().then(() =>
        it.registry.createToken({
          ...{ by: OPERATOR, user: parseUserName("alice") },
          label: "x".repeat(length),
        })
      );
    await assertStoresNothing(it, () =>
      assertRejects(
        () => create(L.tokenLabelLengthMax + 1),
        "token_label_invalid",
      ));
    await create(L.tokenLabelLengthMax);
  },
  async ownersPerRequestMax() {
    await using it = await aRegistry();
    await it.add(FOO);
    const add = (count: number) =>
      it.registry.addOwners({
        ...the("foo", "1.0.0"),
        users: Array(count).fill(parseUserName("alice")),
      });
    const limit = L.ownersPerRequestMax;
    await assertStoresNothing(
      it,
      () =>
        assertRejects(() => add(limit + 1), "too_many_owners", {
          ...{ count: limit + 1, limit },
        }),
    );
    await add(limit);
    assertEquals((await it.stored()).owners.length, 1);
  },
  versionLengthMax: aLength(
    L.versionLengthMax,
    (length) => parseCrateVersion("1.0.0-".padEnd(length, "a")),
    "version_invalid",
  ),
  requirementLengthMax: aLength(
    L.requirementLengthMax,
    (length) => parseRequirement("=1.0.0-".padEnd(length, "a"), "dependencies"),
    "metadata_invalid",
    { field: "dependencies" },
  ),
  dependenciesMax: ofMetadata(
    L.dependenciesMax,
    (count) => ({ dependencies: texts(count).map((it) => aDependency(it)) }),
    "dependencies",
  ),
  featuresMax: ofMetadata(
    L.featuresMax,
    (count) => ({ features: new Map(texts(count).map((it) => [it, []])) }),
    "features",
  ),
  featureValuesMax: ofMetadata(
    L.featureValuesMax,
    (count) => ({
      dependencies: [aDependency("a", { features: texts(count) })],
    }),
    "dependencies.a.features",
  ),
  featureLengthMax: ofMetadata(
    L.featureLengthMax,
    (length) => ({ features: new Map([["x".repeat(length), []]]) }),
    "features",
  ),
  descriptionLengthMax: ofMetadata(
    L.descriptionLengthMax,
    (length) => ({ description: "x".repeat(length) }),
    "package.description",
  ),
  metadataTextLengthMax: ofMetadata(
    L.metadataTextLengthMax,
    (length) => ({ homepage: "x".repeat(length) }),
    "package.homepage",
  ),
  keywordsMax: ofMetadata(
    L.keywordsMax,
    (count) => ({ keywords: texts(count) }),
    "package.keywords",
  ),
  keywordLengthMax: ofMetadata(
    L.keywordLengthMax,
    (length) => ({ keywords: ["x".repeat(length)] }),
    "package.keywords",
  ),
  categoriesMax: ofMetadata(
    L.categoriesMax,
    (count) => ({ categories: texts(count) }),
    "package.categories",
  ),
  searchQueryLengthMax() {
    const longest = "x".repeat(L.searchQueryLengthMax);
    assertEquals(toSearchWords(longest)?.name, longest);
    assertEquals(toSearchWords(`${longest}y`)?.name, longest);
  },
  async indexCacheBytesMax() {
    await using repository = await aRepository();
    const { git, ref } = repository;
    await repository.commit({ "1/a": "a\n", "1/b": "b\n" });
    const catFile = new CatFile(git);
    const diffTree = new DiffTree(git);
    const kept = async (bytesMax: number) => {
      const cache = new IndexCache({ ref, catFile, diffTree }, bytesMax);
      await cache.get("1/a");
      await cache.get("1/b");
      return cache;
    };
    const both = (await kept(MORE)).bytes;
    assertEquals((await kept(both)).bytes, both);
    const one = await kept(both - 1);
    assertEquals(one.bytes, both / 2);
    assertTrue(one.get("1/a") instanceof Promise, "the older one is gone");
    await one.get("1/a");
    await catFile.close();
    await diffTree.close();
  },
  indexFileBytesMax() {
    const limit = L.indexFileBytesMax;
    const entry = anEntry("foo", "1.0.0");
    const added = size(`${encodeIndexEntry(entry)}\n`);
    const fileOf = (bytes: number) =>
      IndexFile.parse(`${"x".repeat(bytes - 1)}\n`);
    const full = fileOf(limit - added).withEntry(entry);
    assertEquals(size(full.text), limit);
    assertRefuses(
      () => fileOf(limit - added + 1).withEntry(entry),
      "index_file_full",
      { crate: "foo", limit_bytes: limit },
    );
  },
  lockWaitMsMax: () => waitForLock({ lockWaitMsMax: SOON }, SOON),
  changeWaitMsMax: () => waitForLock({ changeWaitMsMax: SOON }, SOON),
  async changeGitMsMax() {
    const limits = { changeWaitMsMax: 1000, changeGitMsMax: 1001 };
    assertEquals(await changeWith(limits, HANGS), {
      ...{ code: "index_busy", tip: null },
    });
    const { code } = await changeWith({ changeGitMsMax: MORE }, SLOW);
    assertEquals(code, "made");
  },
  async changeMsMax() {
    const limits = { changeGitMsMax: 1000, changeMsMax: 1200 };
    const { code, tip } = await changeWith(limits, SILENT);
    assertEquals(code, "index_write_unknown");
    assertTrue(tip !== null, "it was made, which nobody could tell");
  },
  async gitAnswerMsMax() {
    using odd = oddGit();
    await using repository = await aRepository();
    const oid = await repository.commit({ "a/a": "one" });
    odd.make("cat-file", SLOW);
    const patient = new CatFile(new Git(repository.git.gitFolder, MORE));
    assertEquals((await patient.read(oid))?.oid, oid);
    await patient.close();
    odd.make("cat-file", HANGS);
    const hasty = new CatFile(new Git(repository.git.gitFolder, SOON));
    const error = await hasty.read(oid).catch((error) => error);
    assertEquals(error.name, "GitFailure");
    await hasty.close();
  },
  async gitClonesMax() {
    await using it = await someClients({
      ...{ gitClonesMax: 2, gitClonesWaitingMax: 0 },
    });
    await it.ask({ isSilent: true });
    await it.ask({ isSilent: true });
    await assertRejects(() => it.ask(), "git_busy", {
      ...{ running: 2, waiting: 0 },
    });
  },
  async gitClonesWaitingMax() {
    await using it = await someClients({
      ...{ gitClonesMax: 1, gitClonesWaitingMax: 1, gitStalledMsMax: 300 },
    });
    await it.ask({ isSilent: true }); // is ended when nothing moves
    const waiting = it.ask();
    await assertRejects(() => it.ask(), "git_busy", {
      ...{ running: 1, waiting: 1 },
    });
    await (await waiting)();
  },
  async gitWaitMsMax() {
    await using it = await someClients({
      ...{ gitClonesMax: 1, gitWaitMsMax: SOON },
    });
    await it.ask({ isSilent: true });
    await assertRejects(() => it.ask(), "git_busy", { running: 1 });
  },
  async gitRequestBytesMax() {
    for (const [less, answers] of [[0, true], [1, false]] as const) {
      await using it = await someClients({
        gitRequestBytesMax: LIST_REFS.length - less,
      });
      const answer = await (await it.ask())();
      assertEquals(answer.includes("HEAD"), answers);
    }
  },
  gitStalledMsMax: ofClone("gitStalledMsMax"),
  gitCloneMsMax: ofClone("gitCloneMsMax"),
  uploadsInFlightBytesMax() {
    const budget = new UploadBudget(100);
    budget.reserve(60);
    const second = budget.reserve(40);
    assertRefuses(() => budget.reserve(1), "uploads_busy", {
      limit_bytes: 100,
    });
    second();
    budget.reserve(1);
  },
  uploadStalledMsMax: ofUpload("uploadStalledMsMax"),
  uploadMsMax: ofUpload("uploadMsMax"),
};

for (const [bound, reach] of Object.entries(REACHED)) {
  Deno.test(`the bound ${bound} holds: all up to it is taken, and no more`, async () => {
    await reach();
  });
}

Deno.test("the bounds have rows here, each one", () => {
  assertEquals(Object.keys(REACHED), Object.keys(DEFAULT_LIMITS));
});

Deno.test("the bounds of a configuration that says nothing are those that people are promised", () => {
  const { limits }: RegistryConfig = readRegistryConfig(
    ConfigReader.empty("/"),
  );
  const MIB = 1024 * 1024;
  assertEquals(limits, { ...DEFAULT_LIMITS });
  assertEquals([limits.crateFileBytesMax, limits.unpackedBytesMax], [
    20 * MIB,
    512 * MIB,
  ]);
  assertEquals([limits.indexCacheBytesMax, limits.uploadsInFlightBytesMax], [
    24 * MIB,
    128 * MIB,
  ]);
  assertEquals(limits.gitClonesMax, 4);
  assertEquals([limits.crateNameLengthMax, limits.userNameLengthMax], [64, 64]);
});

Deno.test("the bounds of a change are over before cargo gives up, one after the other", () => {
  const CARGO_GIVES_UP_MS = 30_000;
  const { lockWaitMsMax, changeWaitMsMax, changeGitMsMax, changeMsMax } = L;
  assertTrue(lockWaitMsMax <= changeWaitMsMax, "the lock");
  assertTrue(changeWaitMsMax < changeGitMsMax, "its turn");
  assertTrue(changeGitMsMax < changeMsMax, "git");
  assertTrue(changeMsMax < CARGO_GIVES_UP_MS, "the answer");
  assertTrue(L.gitAnswerMsMax < changeWaitMsMax, "a git that hangs once");
  assertTrue(L.gitWaitMsMax < CARGO_GIVES_UP_MS, "a clone's turn");
});
