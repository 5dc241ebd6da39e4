import { changeRows, testDamage } from "../../../support/a_patient.ts";

const CHANGES: readonly [what: string, sql: string, crate: string][] = [
  [
    "another newest version",
    "UPDATE crates SET newest_version = '9.9.9' WHERE name = 'foo'",
    "foo",
  ],
  [
    "another number of versions",
    "UPDATE crates SET version_count = 7 WHERE name = 'foo'",
    "foo",
  ],
  [
    "a crate that it does not know",
    "DELETE FROM words WHERE rowid = (SELECT id FROM crates WHERE name = 'part'); DELETE FROM crates WHERE name = 'part'",
    "part",
  ],
  [
    "a crate that search does not find",
    "DELETE FROM words WHERE rowid = (SELECT id FROM crates WHERE name = 'part')",
    "part",
  ],
  [
    "a dependency that it does not know",
    "DELETE FROM dependents WHERE dependent = 'bar_x'",
    "Bar-x",
  ],
  [
    "a dependency that there is not",
    "INSERT INTO dependents VALUES ('foo', 'part', '2.0.0', '^1', 'normal')",
    "part",
  ],
];

for (const [what, sql, crate] of CHANGES) {
  testDamage("derived rows", {
    what,
    act: (it) => changeRows(it, "derived.db", sql),
    found: [["derived_row_wrong", { crate }]],
  });
}

testDamage("derived rows", {
  what: "a crate in another spelling",
  act: (it) =>
    changeRows(
      it,
      "derived.db",
      "UPDATE crates SET name = 'bar_x' WHERE name = 'Bar-x'",
    ),
  found: [
    ["derived_row_wrong", { crate: "Bar-x" }],
    ["derived_row_wrong", { crate: "bar_x" }],
  ],
});

testDamage("derived rows", {
  what: "a crate that is not in the index",
  act: (it) =>
    changeRows(
      it,
      "derived.db",
      `INSERT INTO crates (canonical, name, newest_version, version_count, yanked)
       VALUES ('ghost', 'ghost', '1.0.0', 1, 0)`,
    ),
  found: [["derived_row_wrong", { crate: "ghost" }]],
});

testDamage("derived rows", {
  what: "rows of no crate",
  act: (it) =>
    changeRows(
      it,
      "derived.db",
      "INSERT INTO dependents VALUES ('foo', 'ghost', '2.0.0', '^1', 'normal')",
      "INSERT INTO words (rowid, name, keywords, description) VALUES (999, 'a', '', '')",
    ),
  found: [["derived_rows_stray", { count: 2 }]],
});
