import { join } from "node:path";
import { checksumOf } from "../../../lib/crate/checksum.ts";
import { canonicalCrateName, parseCrateName } from "../../../lib/crate/name.ts";
import { parseCrateVersion } from "../../../lib/crate/version.ts";
import { PeopleDatabase } from "../../../lib/database/people.ts";
import { dataPaths, makeDataFolder } from "../../../lib/storage/data_folder.ts";
import { Generation } from "../../../lib/storage/generation.ts";
import {
  assertEquals,
  assertRefuses,
  assertTrue,
} from "../../support/assert.ts";
import { OtherProcess } from "../../support/other_process.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const FOO = canonicalCrateName(parseCrateName("foo"));
const BAR = canonicalCrateName(parseCrateName("bar"));
const V1 = parseCrateVersion("1.0.0");

function testPeople(
  sentence: string,
  act: (
    people: PeopleDatabase,
    generation: Generation,
    folder: string,
  ) => void | Promise<void>,
): void {
  Deno.test(sentence, async () => {
    await using temp = await tempFolder();
    using generation = Generation.open(join(temp.path, "generation"));
    const path = join(temp.path, "palletizer.db");
    using people = PeopleDatabase.open(path, generation);
    await act(people, generation, temp.path);
  });
}

testPeople(
  "palletizer.db has seen no commit at first, and remembers the last",
  (people) => {
    assertEquals(people.lastCommit(), null);
    for (const oid of ["a".repeat(40), "b".repeat(40)]) {
      people.transaction(() => people.setLastCommit(oid));
      assertEquals(people.lastCommit(), oid);
    }
  },
);

Deno.test("a change of palletizer.db is done though its end could not be marked", async () => {
  await using temp = await tempFolder();
  const mark = {
    isSettled: () => true,
    beginChange() {},
    endChange() {
      throw new Error("simulated");
    },
  };
  const path = join(temp.path, "palletizer.db");
  using people = PeopleDatabase.open(path, mark);
  people.transaction(() => people.addOwner(FOO, 1));
  assertEquals(people.ownersOf(FOO), [1]);
});

testPeople(
  "owners are added and removed, each once, crate by crate",
  (people) => {
    assertEquals(people.ownersOf(FOO), []);
    people.transaction(() => {
      for (const owner of [7, 3, 7]) people.addOwner(FOO, owner);
      people.addOwner(BAR, "anyone");
    });
    assertEquals(people.ownersOf(FOO), [3, 7]);
    assertEquals(people.ownersOf(BAR), ["anyone"]);
    people.transaction(() => {
      people.removeOwner(FOO, 7);
      people.removeOwner(FOO, 7);
      people.removeOwner(BAR, "anyone");
    });
    assertEquals([people.ownersOf(FOO), people.ownersOf(BAR)], [[3], []]);
    people.transaction(() => {
      people.addOwner(BAR, 4_294_967_295);
      people.removeAllOwners(FOO);
    });
    assertEquals(people.ownersOf(FOO), []);
    assertEquals(people.ownersOf(BAR), [4_294_967_295]);
  },
);

testPeople(
  "a removed version is remembered by name and version without build metadata",
  (people) => {
    const removed = {
      crate: FOO,
      version: parseCrateVersion("1.0.0+build.1"),
      checksum: checksumOf(new Uint8Array([1])),
      by: "operator",
      at: "2026-01-02T03:04:05Z",
    };
    assertEquals(people.removedVersion(FOO, V1), null);
    assertEquals(people.isRemovedName(FOO), false);
    people.transaction(() => people.addRemovedVersion(removed));
    for (const version of ["1.0.0", "1.0.0+build.1", "1.0.0+other"]) {
      assertEquals(people.removedVersion(FOO, parseCrateVersion(version)), {
        ...removed,
        version: V1,
      });
    }
    const other = parseCrateVersion("1.0.1");
    assertEquals(people.removedVersion(FOO, other), null);
    assertEquals(people.removedVersion(BAR, V1), null);
    assertEquals([people.isRemovedName(FOO), people.isRemovedName(BAR)], [
      ...[true, false],
    ]);

    const again = { ...removed, by: "user:1", at: "2026-02-02T03:04:05Z" };
    people.transaction(() => people.addRemovedVersion(again));
    assertEquals(people.removedVersion(FOO, V1)?.by, "user:1");
  },
);

testPeople("palletizer.db is changed in a transaction alone", (people) => {
  const removed = {
    ...{ crate: FOO, version: V1, by: "operator", at: "" },
    checksum: checksumOf(new Uint8Array()),
  };
  const changes = [
    () => people.setLastCommit("a"),
    () => people.addOwner(FOO, 1),
    () => people.removeOwner(FOO, 1),
    () => people.removeAllOwners(FOO),
    () => people.addRemovedVersion(removed),
  ];
  for (const change of changes) {
    let error: unknown = null;
    try {
      change();
    } catch (it) {
      error = it;
    }
    assertTrue(error instanceof Error, `${change} went through`);
  }
  assertEquals(people.lastCommit(), null);
  assertEquals(people.ownersOf(FOO), []);
  assertEquals(people.isRemovedName(FOO), false);
});

testPeople(
  "the generation changes before and after each change of palletizer.db",
  (people, generation) => {
    const before = generation.read();
    const during = people.transaction(() => {
      people.addOwner(FOO, 1);
      return generation.read();
    });
    const after = generation.read();
    assertEquals([before, during, after], [0, 1, 2]);
    assertTrue(generation.isSettled(), "nothing is under way");
  },
);

testPeople(
  "the generation is settled after a change that failed",
  (people, generation) => {
    try {
      people.transaction(() => {
        people.addOwner(FOO, 1);
        throw new Error("no");
      });
    } catch {
      // what was thrown is not the matter here
    }
    assertEquals(people.ownersOf(FOO), []);
    assertEquals([generation.read(), generation.isSettled()], [2, true]);
  },
);

testPeople(
  "the generation that a dead writer left is settled at the next open",
  (_, generation, folder) => {
    generation.beginChange();
    const path = join(folder, "palletizer.db");
    PeopleDatabase.open(path, generation).close();
    assertEquals([generation.read(), generation.isSettled()], [2, true]);
  },
);

Deno.test("a damaged palletizer.db is refused and left as it is", async () => {
  await using temp = await tempFolder();
  using generation = Generation.open(join(temp.path, "generation"));
  const path = join(temp.path, "palletizer.db");
  const text = "not a database ".repeat(300);
  await Deno.writeTextFile(path, text);
  assertRefuses(
    () => PeopleDatabase.open(path, generation),
    "database_unusable",
    { path },
  );
  assertEquals(await Deno.readTextFile(path), text);
});

Deno.test("processes that open new databases and write at once lose nothing", async () => {
  await using temp = await tempFolder();
  await makeDataFolder(temp.path);
  const paths = dataPaths(temp.path);
  const [count, names] = [40, ["a", "b", "c"]];
  await using stack = new AsyncDisposableStack();
  const started = await Promise.all(
    names.map((name) =>
      OtherProcess.start("database_opener.ts", temp.path, name, String(count))
    ),
  );
  const writers = started.map(([writer]) => stack.use(writer));
  await Promise.all(writers.map((writer) => writer.tell("go")));
  const said = await Promise.all(writers.map((writer) => writer.line()));
  assertEquals(said, ["done", "done", "done"]);

  using generation = Generation.open(paths.generation);
  using people = PeopleDatabase.open(paths.people, generation);
  for (const name of names) {
    for (let number = 0; number < count; number++) {
      const crate = canonicalCrateName(parseCrateName(`${name}-${number}`));
      assertEquals(people.ownersOf(crate), [1]);
    }
  }
  assertTrue(generation.isSettled(), "all have ended");
  assertTrue(
    generation.read() >= 2 * count,
    "each of a writer's changes shows",
  );
});
