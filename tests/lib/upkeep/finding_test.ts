import {
  FINDING_CODES,
  type FindingCode,
  type Findings,
  isFinding,
} from "../../../lib/mod.ts";
import { toFinding } from "../../../lib/upkeep/finding.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { assertGolden } from "../../support/golden.ts";

const VERSION = { crate: "parser", version: "1.0.0" };
const [EXPECTED, FOUND] = ["a".repeat(64), "b".repeat(64)];

/** Facts of every finding: the compiler misses those of a new one. */
const SAMPLES: { [Code in FindingCode]: Findings[Code] } = {
  check_failed: { check: "checkUsers", problem: "disk I/O error" },
  mode_open: { path: "palletizer.db", mode: "0644" },
  mode_closed: { path: "crates", mode: "0000" },
  owner_foreign: { path: "crates/parser", owner_id: 1000 },
  folder_unreadable: { path: "crates", problem: "Permission denied" },
  stray_file: { path: "crates/notes.txt" },
  empty_folder: { path: "crates/parser" },
  tmp_left: { path: "tmp/4321-abc" },
  space_low: { path: ".", free_bytes: 1_000_000_000 },
  space_gone: { path: ".", free_bytes: 1_000_000 },
  files_low: { path: ".", free_files: 99 },
  index_repository_unusable: {
    path: "index.git",
    problem: "it is not a git repository",
  },
  index_branch_missing: { path: "index.git" },
  git_setting_unsafe: { key: "core.fsync", expected: "all", found: "none" },
  git_setting_changed: { key: "gc.auto", expected: "0", found: "not set" },
  git_damaged: { problem: "missing blob 1234" },
  git_left_over: { path: "index.git/refs/heads/master.lock" },
  index_unreadable: { problem: "git ls-tree: 128" },
  config_json_missing: { path: "config.json" },
  config_json_differs: {
    path: "config.json",
    found: '{"dl":"one"}\n',
    expected: '{"dl":"two"}\n',
  },
  index_file_stray: { path: "README.md" },
  index_file_unreadable: { path: "pa/rs/parser" },
  index_file_not_text: { path: "pa/rs/parser" },
  index_line_malformed: { path: "pa/rs/parser", line: 2 },
  index_line_misplaced: { path: "pa/rs/parser", line: 2, name: "other" },
  index_version_twice: { ...VERSION, other: "1.0.0+build" },
  index_keys_unknown: { ...VERSION, keys: "yankd" },
  crate_name_twice: { crate: "foo_bar", other: "foo-bar" },
  sparse_differs: { path: "pa/rs/parser" },
  crate_file_missing: VERSION,
  crate_file_empty: VERSION,
  crate_file_damaged: { ...VERSION, expected: EXPECTED, found: FOUND },
  crate_file_unreadable: { ...VERSION, problem: "Input/output error" },
  crate_file_orphan: { path: "crates/parser/parser-9.0.0.crate" },
  database_missing: { path: "palletizer.db" },
  database_damaged: { path: "palletizer.db", problem: "it is empty" },
  derived_missing: { path: "derived.db" },
  derived_damaged: { path: "derived.db", problem: "it is empty" },
  format_newer: { path: "palletizer.db", found: 9, known: 2 },
  format_older: { path: "palletizer.db", found: 1, known: 2 },
  rows_behind: { path: "palletizer.db" },
  derived_row_wrong: { crate: "parser", problem: "it is missing" },
  derived_rows_stray: { path: "derived.db", count: 2 },
  owner_unknown: { crate: "parser", user: 99 },
  token_of_nobody: { token: 7, user: 99 },
  owned_crate_missing: { crate: "parser" },
  crates_without_owner: { count: 2, crates: "`parser`, `other`" },
  removed_version_back: { ...VERSION, expected: EXPECTED, found: FOUND },
};

const ALL = FINDING_CODES.map((code) => toFinding(code, SAMPLES[code]));

Deno.test("a finding of each code says what is the matter, and what mends it", async () => {
  const page = ALL.map(({ code, severity, message, isMendable, advice }) =>
    `${code} (${severity})\n  ${message}\n  ${
      isMendable ? "--repair: " : ""
    }${advice}\n`
  );
  await assertGolden("findings.txt", page.join("\n"));
});

Deno.test("a finding is worded in one line, without a full stop", () => {
  for (const { message, advice } of ALL) {
    for (const text of [message, advice]) {
      assertTrue(!/[\n.]$|\n/.test(text), text);
      assertTrue(!/undefined|\[object/.test(text), text);
    }
  }
});

Deno.test("isFinding() tells codes apart", () => {
  const finding = toFinding("tmp_left", SAMPLES.tmp_left);
  assertEquals(isFinding(finding, "tmp_left"), true);
  assertEquals(isFinding(finding, "stray_file"), false);
});
