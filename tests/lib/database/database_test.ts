import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Database } from "../../../lib/database/database.ts";
import {
  isDamage,
  toDatabaseRefusal,
} from "../../../lib/database/database_error.ts";
import { isRefusal, type RefusalCode } from "../../../lib/refusal.ts";
import {
  assertEquals,
  assertRefuses,
  assertTrue,
} from "../../support/assert.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const FORMAT_1 = "CREATE TABLE it (number INTEGER NOT NULL UNIQUE) STRICT";
const FORMAT_2 = "ALTER TABLE it ADD COLUMN text TEXT";

const HELD = ["truth", "derived"] as const;

function open(path: string, holds: "truth" | "derived" = "truth"): Database {
  return Database.open(path, { holds, migrations: [FORMAT_1] });
}

function numbers(database: Database): number[] {
  return database.all<{ number: number }>("SELECT number FROM it")
    .map(({ number }) => number);
}

const ADD = "INSERT INTO it (number) VALUES (?)";

for (const holds of HELD) {
  Deno.test(`a database of ${holds} keeps rows, in files for its owner alone`, async () => {
    await using temp = await tempFolder();
    const path = join(temp.path, "it.db");
    {
      using database = open(path, holds);
      database.run(ADD, 1);
      const files = ["it.db", "it.db-shm", "it.db-wal"];
      const found = Array.from(Deno.readDirSync(temp.path), (it) => it.name);
      assertEquals(found.sort(), files);
      const modes = files
        .map((name) =>
          (Deno.statSync(join(temp.path, name)).mode ?? 0) & 0o777
        );
      assertEquals(modes, [0o600, 0o600, 0o600]);
    }
    using again = open(path, holds);
    assertEquals(numbers(again), [1]);
  });
}

const SETTINGS: [holds: "truth" | "derived", synchronous: number][] = [
  ["truth", 2],
  ["derived", 1],
];
for (const [holds, synchronous] of SETTINGS) {
  Deno.test(`a database of ${holds} has a log, synchronous ${synchronous} and foreign keys`, async () => {
    await using temp = await tempFolder();
    using database = open(join(temp.path, "it.db"), holds);
    assertEquals({ ...database.get("PRAGMA journal_mode") }, {
      journal_mode: "wal",
    });
    assertEquals({ ...database.get("PRAGMA synchronous") }, { synchronous });
    assertEquals({ ...database.get("PRAGMA foreign_keys") }, {
      foreign_keys: 1,
    });
    assertEquals({ ...database.get("PRAGMA busy_timeout") }, { timeout: 2000 });
  });
}

Deno.test("a transaction happens whole, or not at all", async () => {
  await using temp = await tempFolder();
  using database = open(join(temp.path, "it.db"));
  using other = open(join(temp.path, "it.db"));
  const result = database.transaction(() => {
    for (const number of [1, 2]) database.run(ADD, number);
    assertEquals(numbers(other), []);
    assertTrue(database.isInTransaction, "it is one");
    return "done";
  });
  assertEquals([result, database.isInTransaction], ["done", false]);
  assertEquals(numbers(other), [1, 2]);

  const failure = new Error("no");
  for (
    const act of [
      () => {
        database.run(ADD, 3);
        throw failure;
      },
      () => [3, 1].forEach((number) => database.run(ADD, number)),
      () => database.transaction(() => database.run(ADD, 3)),
      () => Promise.resolve(database.run(ADD, 3)),
    ]
  ) {
    let error: unknown = null;
    try {
      database.transaction<unknown>(act);
    } catch (it) {
      error = it;
    }
    assertTrue(error instanceof Error && !isRefusal(error), String(error));
    assertEquals(numbers(other), [1, 2]);
    assertEquals(database.isInTransaction, false);
  }
});

Deno.test("a database of a newer format is refused, whatever it holds, and left alone", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "it.db");
  const migrations = [FORMAT_1, FORMAT_2];
  Database.open(path, { holds: "truth", migrations }).close();
  for (const holds of HELD) {
    assertRefuses(() => open(path, holds), "data_format_too_new", {
      path,
      found: 2,
      known: 1,
    });
  }
  using database = Database.open(path, { holds: "truth", migrations });
  assertEquals(database.all("SELECT text FROM it"), []);
});

for (const holds of HELD) {
  Deno.test(`a database of ${holds} in an older format is migrated${holds === "truth" ? ", after a copy" : ""}`, async () => {
    await using temp = await tempFolder();
    const path = join(temp.path, "it.db");
    const before = open(path, holds);
    before.run(ADD, 1);
    using stillOpen = open(path, holds);
    before.close();
    using database = Database.open(path, {
      holds,
      migrations: [FORMAT_1, FORMAT_2],
    });
    database.run("UPDATE it SET text = 'new'");
    assertEquals(numbers(stillOpen), [1]);

    const copy = join(temp.path, "it.db.format-1");
    const names = Array.from(Deno.readDirSync(temp.path), (it) => it.name);
    const copies = names.filter((name) => name.includes("format"));
    if (holds === "derived") return assertEquals(copies, []);
    assertEquals(copies, ["it.db.format-1"]);
    assertEquals((Deno.statSync(copy).mode ?? 0) & 0o777, 0o600);
    using old = open(copy, holds);
    assertEquals(old.all("SELECT * FROM it").map((row) => ({ ...row })), [
      { number: 1 },
    ]);
  });
}

Deno.test("a migration that fails changes nothing", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "it.db");
  {
    using database = open(path);
    database.run(ADD, 1);
  }
  let error: unknown = null;
  try {
    const migrations = [FORMAT_1, FORMAT_2, "CREATE NONSENSE"];
    Database.open(path, { holds: "truth", migrations });
  } catch (it) {
    error = it;
  }
  assertTrue(error instanceof Error && !isRefusal(error), String(error));
  using database = open(path);
  assertEquals(database.all("SELECT * FROM it").map((row) => ({ ...row })), [
    { number: 1 },
  ]);
});

/** Ways to damage the file of a database that was closed. */
const DAMAGES: [damage: (path: string) => void, why: string][] = [
  [(path) => Deno.writeTextFileSync(path, "text ".repeat(500)), "a text"],
  [(path) => {
    const bytes = Deno.readFileSync(path);
    Deno.writeFileSync(path, bytes.fill(0x55, 100, 4000));
  }, "a broken schema"],
];
for (const [damage, why] of DAMAGES) {
  Deno.test(`a damaged database of truth is refused and never deleted (${why})`, async () => {
    await using temp = await tempFolder();
    const path = join(temp.path, "it.db");
    open(path).close();
    damage(path);
    const before = Deno.readFileSync(path);
    assertRefuses(() => open(path), "database_unusable", { path });
    assertEquals(Deno.readFileSync(path), before);
  });

  Deno.test(`a damaged database of what can be derived is made anew (${why})`, async () => {
    await using temp = await tempFolder();
    const path = join(temp.path, "it.db");
    {
      using database = open(path, "derived");
      database.run(ADD, 1);
    }
    damage(path);
    using database = open(path, "derived");
    assertEquals(numbers(database), []);
    database.run(ADD, 2);
    using other = open(path, "derived");
    assertEquals(numbers(other), [2]);
  });
}

/** Fills a database and breaks its rows, which it finds out when it reads them. */
function breakRows(path: string, holds: "truth" | "derived"): void {
  {
    using database = open(path, holds);
    database.transaction(() => {
      for (let number = 0; number < 5_000; number++) database.run(ADD, number);
    });
  }
  const bytes = Deno.readFileSync(path);
  Deno.writeFileSync(path, bytes.fill(0x55, 2 * 4096));
}

Deno.test("damage that shows late is refused once, and what can be derived is then empty", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "it.db");
  breakRows(path, "derived");
  using database = open(path, "derived");
  assertRefuses(
    () => database.transaction(() => numbers(database)),
    "database_unusable",
    { path },
  );
  assertEquals([database.isInTransaction, numbers(database)], [false, []]);
  database.run(ADD, 1);
  using other = open(path, "derived");
  assertEquals(numbers(other), [1]);
});

Deno.test("a database that could not be made anew at once is made anew later", async () => {
  await using temp = await tempFolder();
  const [folder, elsewhere] = [join(temp.path, "it"), join(temp.path, "away")];
  await Deno.mkdir(folder);
  const path = join(folder, "it.db");
  breakRows(path, "derived");
  using database = open(path, "derived");
  await Deno.rename(folder, elsewhere);
  assertRefuses(() => numbers(database), "database_unusable", { path });
  await Deno.rename(elsewhere, folder);
  assertRefuses(() => numbers(database), "database_unusable", { path });
  assertEquals(numbers(database), []);
});

Deno.test("damage that shows late is refused each time where the truth is damaged", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "it.db");
  breakRows(path, "truth");
  using database = open(path);
  for (let times = 0; times < 2; times++) {
    assertRefuses(() => numbers(database), "database_unusable", { path });
  }
});

Deno.test("a database of truth that is gone while it is open is never made anew", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "it.db");
  breakRows(path, "truth");
  using database = open(path);
  assertRefuses(() => numbers(database), "database_unusable", { path });
  Deno.renameSync(path, `${path}.away`);
  for (let times = 0; times < 2; times++) {
    assertRefuses(() => numbers(database), "database_unusable", { path });
  }
  const names = Array.from(Deno.readDirSync(temp.path), ({ name }) => name);
  assertEquals(names.includes("it.db"), false);
});

Deno.test("a database without a folder, or at the place of one, is refused", async () => {
  await using temp = await tempFolder();
  for (const path of [join(temp.path, "none", "it.db"), temp.path]) {
    for (const holds of HELD) {
      assertRefuses(() => open(path, holds), "database_unusable", { path });
    }
  }
});

function withCode(code: string): Error {
  return Object.assign(new Error("it failed"), { code });
}

const ERRORS: [error: Error, code: RefusalCode | null, why: string][] = [
  [new Error("database is locked"), "index_busy", "another transaction"],
  [new Error("database table is locked: it"), "index_busy", "a table of one"],
  [new Error("database or disk is full"), "disk_full", "SQLite's own word"],
  [withCode("ENOSPC"), "disk_full", "the file system's"],
  [
    new Error("attempt to write a readonly database"),
    "permission_denied",
    "another owner's file",
  ],
  [withCode("EACCES"), "permission_denied", "another owner's folder"],
  [
    new Error("database disk image is malformed"),
    "database_unusable",
    "damaged",
  ],
  [new Error("file is not a database"), "database_unusable", "another file"],
  [
    new Error("unable to open database file: it.db"),
    "database_unusable",
    "it cannot be opened",
  ],
  [new Error("no such table: it"), null, "a bug"],
  [new Error("UNIQUE constraint failed: it.number"), null, "a bug"],
];
for (const [error, code, why] of ERRORS) {
  Deno.test(`toDatabaseRefusal() makes ${error} ${code ?? "nothing else"} (${why})`, () => {
    const result = toDatabaseRefusal(error, "it.db");
    if (code === null) return assertEquals(result, error);
    assertTrue(isRefusal(result, code), `it is ${result}`);
    assertEquals(result.cause, error);
    assertEquals(toDatabaseRefusal(result, "it.db"), result);
  });
}

Deno.test("SQLite says of a busy database what is taken for it", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "it.db");
  using database = open(path);
  database.transaction(() => {
    const other = new DatabaseSync(path, { timeout: 1 });
    assertRefuses(
      () => {
        try {
          other.exec("BEGIN IMMEDIATE");
        } catch (error) {
          throw toDatabaseRefusal(error, path);
        }
      },
      "index_busy",
      { holder: "another process" },
    );
    other.close();
  });
});

Deno.test("only damage counts as damage", () => {
  const told = ERRORS.filter(([error]) => isDamage(error))
    .map(([error]) => error.message);
  assertEquals(told, [
    "database disk image is malformed",
    "file is not a database",
  ]);
});
