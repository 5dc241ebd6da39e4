/**
 * The formats of both databases: every step from nothing to the present one.
 *
 * Steps are only ever appended. One that is in a release never changes, since
 * there are files that have seen it.
 *
 * @module
 */

/** `palletizer.db`: what only people can tell. */
export const PEOPLE_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last_commit TEXT -- of the index: owners and removals up to it are here
  ) STRICT;
  INSERT INTO state VALUES (1, NULL);

  CREATE TABLE owners (
    crate TEXT NOT NULL, -- canonical name
    user INTEGER NOT NULL CHECK (user >= 0), -- 0 is anyone
    PRIMARY KEY (crate, user)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE removed_versions (
    crate TEXT NOT NULL, -- canonical name
    version TEXT NOT NULL, -- without build metadata
    checksum TEXT NOT NULL,
    removed_by TEXT NOT NULL, -- nobody, operator or user:ID
    removed_at TEXT NOT NULL,
    PRIMARY KEY (crate, version)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- AUTOINCREMENT: a number is never given twice, since commits and owners that
  -- name it may be older than its row.
  CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 4294967295),
    name TEXT NOT NULL UNIQUE,
    is_admin INTEGER NOT NULL CHECK (is_admin IN (0, 1)),
    created_at TEXT NOT NULL,
    disabled_at TEXT
  ) STRICT;

  CREATE TABLE tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE, -- SHA-256 of the secret, which is nowhere
    created_at TEXT NOT NULL,
    last_used_at TEXT,
    revoked_at TEXT
  ) STRICT;
  CREATE INDEX tokens_by_user ON tokens (user); -- for the removal of a user
  CREATE INDEX owners_by_user ON owners (user);
  `,
];

/** The data format that this program writes, and the newest that it reads. */
export const DATA_FORMAT: number = PEOPLE_MIGRATIONS.length;

/** `derived.db`: what the index and the crate files tell as well. */
export const DERIVED_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last_commit TEXT -- of the index: all rows are as of it
  ) STRICT;
  INSERT INTO state VALUES (1, NULL);

  CREATE TABLE crates (
    id INTEGER PRIMARY KEY,
    canonical TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    newest_version TEXT NOT NULL,
    version_count INTEGER NOT NULL,
    yanked INTEGER NOT NULL,
    described_version TEXT, -- whose description and keywords these are
    description TEXT,
    keywords TEXT NOT NULL DEFAULT '' -- with a blank between two
  ) STRICT;
  CREATE INDEX undescribed ON crates (id)
    WHERE described_version IS NOT newest_version;

  -- The words of each row of crates; how they are cut is in search_words.ts.
  CREATE VIRTUAL TABLE words USING fts5(
    name, keywords, description,
    content = '', contentless_delete = 1, tokenize = 'unicode61', prefix = '1 2'
  );

  CREATE TABLE dependents (
    dependency TEXT NOT NULL, -- canonical name
    dependent TEXT NOT NULL, -- canonical name
    version TEXT NOT NULL, -- of the dependent
    requirement TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (dependency, dependent, version, kind, requirement)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX dependents_by_version ON dependents (dependent, version);
  `,
];
