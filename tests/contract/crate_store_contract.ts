/**
 * What every store of crate files must do, whatever it is made of.
 *
 * A store that passes keeps the promises of `lib/storage/crate_store.ts`. Each
 * test ends by checking that nothing is left over.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { join } from "node:path";
import { parseCrateName } from "../../lib/crate/name.ts";
import { parseCrateVersion } from "../../lib/crate/version.ts";
import { DEFAULT_LIMITS } from "../../lib/limits.ts";
import type { CrateStore } from "../../lib/storage/crate_store.ts";
import { type NamedCrateFile, Staging } from "../../lib/storage/staging.ts";
import { assertEquals, assertRejects, assertTrue } from "../support/assert.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** A fresh store, and where it keeps what. */
export interface StoreUnderTest {
  /** The store. */
  readonly store: CrateStore;
  /** Everything that the store holds, crate files and whatever else. */
  contents(): Promise<readonly string[]>;
}

const FOO = parseCrateName("foo");
const BAR = parseCrateName("Bar-2_x");
const V1 = parseCrateVersion("1.0.0");
const V2 = parseCrateVersion("2.0.0-rc.1+build.5");

const RANGES: [start: number, end: number][] = [
  [0, 1],
  [0, 200_000],
  [65_535, 65_537],
  [65_536, 131_072],
  [199_999, 200_000],
];

/** A store in a fresh folder, and files to put into it. */
class Bench {
  constructor(
    readonly store: CrateStore,
    readonly staging: Staging,
  ) {}

  async stage(
    bytes: string | Uint8Array,
    crate = FOO,
    version = V1,
  ): Promise<NamedCrateFile> {
    const pieces = ReadableStream.from([Buffer.from(bytes)]);
    const staged = await this.staging.stage(pieces, DEFAULT_LIMITS);
    return await this.staging.name(staged, crate, version);
  }

  async read(crate = FOO, version = V1): Promise<string> {
    const { pieces } = await this.store.open(crate, version);
    return await new Response(pieces).text();
  }

  async list(): Promise<string[]> {
    const all = await Array.fromAsync(
      this.store.list(),
      ({ crate, version }) => `${crate} ${version}`,
    );
    return all.sort();
  }
}

/** Declares the tests of one kind of store. */
export function testCrateStore(
  kind: string,
  open: (folder: string) => Promise<StoreUnderTest>,
): void {
  const test = (sentence: string, act: (bench: Bench) => Promise<void>) =>
    Deno.test(`${kind} ${sentence}`, async () => {
      await using temp = await tempFolder();
      const { store, contents } = await open(join(temp.path, "store"));
      const tmp = join(temp.path, "tmp");
      {
        await using staging = Staging.open(tmp);
        await act(new Bench(store, staging));
      }
      for (const { crate, version } of await Array.fromAsync(store.list())) {
        await store.delete(crate, version);
      }
      assertEquals(await contents(), [], "left over in the store");
      const left = await Array.fromAsync(Deno.readDir(tmp));
      assertEquals(left, [], "left over in tmp/");
    });

  test("holds nothing at first", async ({ store }) => {
    assertEquals(await Array.fromAsync(store.list()), []);
    assertEquals(await store.stat(FOO, V1), null);
    assertEquals(await store.delete(FOO, V1), false);
    await assertRejects(() => store.open(FOO, V1), "version_not_found", {
      crate: "foo",
      version: "1.0.0",
    });
  });

  test("gives back what was put", async (bench) => {
    const { store } = bench;
    await store.put(await bench.stage("first"));
    assertEquals(await bench.read(), "first");
    const { pieces } = await store.open(FOO, V1);
    await pieces.cancel();
    const { sizeBytes, modified } = await store.stat(FOO, V1) ?? {};
    assertEquals(sizeBytes, 5);
    assertTrue(
      Math.abs(Date.now() - (modified?.getTime() ?? 0)) < 60_000,
      `stored at ${modified}`,
    );
  });

  test("gives back a large file byte for byte", async (bench) => {
    const bytes = Uint8Array.from(
      { length: 300_000 },
      (_, place) => (place * 31) % 251,
    );
    await bench.store.put(await bench.stage(bytes));
    const { pieces } = await bench.store.open(FOO, V1);
    assertEquals(
      Buffer.concat(await Array.fromAsync(pieces)),
      Buffer.from(bytes),
    );
  });

  test("gives a part of a file, as a stream or at once", async (bench) => {
    const bytes = Uint8Array.from(
      { length: 200_000 },
      (_, place) => (place * 31) % 251,
    );
    await bench.store.put(await bench.stage(bytes));
    const whole = Buffer.from(bytes);
    for (const [start, end] of RANGES) {
      const part = await bench.store.open(FOO, V1, { start, end });
      const read = Buffer.concat(await Array.fromAsync(part.pieces));
      const expected = whole.subarray(start, end);
      assertEquals(read, expected, `the stream of ${start}-${end}`);
      const atOnce = await bench.store.read(FOO, V1, { start, end });
      assertEquals(Buffer.from(atOnce), expected, `${start}-${end} at once`);
    }
    await assertRejects(
      () => bench.store.read(FOO, V2, { start: 0, end: 1 }),
      "version_not_found",
    );
  });

  test("keeps versions and crates apart", async (bench) => {
    await bench.store.put(await bench.stage("1", FOO, V1));
    await bench.store.put(await bench.stage("2", FOO, V2));
    await bench.store.put(await bench.stage("3", BAR, V1));
    assertEquals(await bench.read(FOO, V1), "1");
    assertEquals(await bench.read(FOO, V2), "2");
    assertEquals(await bench.read(BAR, V1), "3");
    assertEquals(await bench.list(), [
      "Bar-2_x 1.0.0",
      "foo 1.0.0",
      "foo 2.0.0-rc.1+build.5",
    ]);
  });

  test("takes many files at once", async (bench) => {
    const versions = Array.from(
      { length: 40 },
      (_, patch) => parseCrateVersion(`1.0.${patch}`),
    );
    const files = [];
    for (const version of versions) {
      files.push(await bench.stage(version, FOO, version));
    }
    await Promise.all(files.map((file) => bench.store.put(file)));
    for (const version of versions) {
      assertEquals(await bench.read(FOO, version), version as string);
    }
  });

  test("keeps a file when what was staged is discarded", async (bench) => {
    const file = await bench.stage("first");
    await bench.store.put(file);
    await bench.staging.discard(file);
    assertEquals(await bench.read(), "first");
  });

  test("puts the same file again without a change", async (bench) => {
    const file = await bench.stage("first");
    await bench.store.put(file);
    await bench.store.put(file);
    assertEquals(await bench.read(), "first");
    assertEquals(await bench.store.takeBack(file), true);
    assertEquals(await bench.list(), []);
  });

  test("replaces another file, whose reader reads on", async (bench) => {
    await bench.store.put(await bench.stage("first"));
    const { pieces } = await bench.store.open(FOO, V1);
    await bench.store.put(await bench.stage("other"));
    assertEquals(await bench.read(), "other");
    assertEquals(await new Response(pieces).text(), "first");
    assertEquals(await bench.list(), ["foo 1.0.0"]);
  });

  test("takes back what was put, and only that", async (bench) => {
    const [one, other] = [await bench.stage("one"), await bench.stage("other")];
    assertEquals(await bench.store.takeBack(one), false);
    await bench.store.put(one);
    await bench.store.put(other);
    assertEquals(await bench.store.takeBack(one), false);
    assertEquals(await bench.read(), "other");
    assertEquals(await bench.store.takeBack(other), true);
    assertEquals(await bench.store.stat(FOO, V1), null);
    assertEquals(await bench.store.takeBack(other), false);
  });

  test("takes back a file without its siblings", async (bench) => {
    await bench.store.put(await bench.stage("1", FOO, V1));
    const second = await bench.stage("2", FOO, V2);
    await bench.store.put(second);
    assertEquals(await bench.store.takeBack(second), true);
    assertEquals(await bench.list(), ["foo 1.0.0"]);
  });

  test("deletes a file, once", async (bench) => {
    await bench.store.put(await bench.stage("1", FOO, V1));
    await bench.store.put(await bench.stage("2", FOO, V2));
    assertEquals(await bench.store.delete(FOO, V1), true);
    assertEquals(await bench.store.delete(FOO, V1), false);
    assertEquals(await bench.list(), ["foo 2.0.0-rc.1+build.5"]);
    assertEquals(await bench.read(FOO, V2), "2");
  });

  test("stores a version again after it was deleted", async (bench) => {
    await bench.store.put(await bench.stage("before"));
    await bench.store.delete(FOO, V1);
    await bench.store.put(await bench.stage("after"));
    assertEquals(await bench.read(), "after");
  });
}
