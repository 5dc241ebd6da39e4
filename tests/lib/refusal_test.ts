import {
  isRefusal,
  Refusal,
  REFUSAL_CODES,
  type RefusalCode,
  type Refusals,
} from "../../lib/refusal.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { assertGolden } from "../support/golden.ts";

/** Facts of every refusal: the compiler misses those of a new one. */
const SAMPLES: { [Code in RefusalCode]: Refusals[Code][] } = {
  crate_name_invalid: [{
    name: "1st",
    problem: "it does not begin with a letter (a-z, A-Z)",
  }],
  crate_name_reserved: [{ name: "std" }],
  crate_name_taken: [{ name: "foo_bar", existing: "foo-bar" }],
  crate_name_removed: [{ crate: "parser" }],
  version_invalid: [{ version: "1.0", problem: "it must be three numbers" }],
  version_exists: [
    { crate: "parser", version: "1.0.0", existing: "1.0.0" },
    { crate: "parser", version: "1.0.0+b", existing: "1.0.0+a" },
  ],
  version_removed: [{ crate: "parser", version: "1.0.0" }],
  crate_not_found: [{ crate: "parser" }],
  version_not_found: [{ crate: "parser", version: "1.0.0" }],
  checksum_invalid: [{ checksum: "ABCD" }],
  publish_frame_malformed: [{ problem: "it ends within the metadata" }],
  metadata_invalid: [{
    field: "package.keywords[0]",
    problem: "is longer than 20 characters",
  }],
  manifest_invalid: [{ problem: "line 3, column 5: a value is missing" }],
  manifest_disagrees: [{
    field: "version",
    in_manifest: "1.0.0",
    in_request: "1.0.1",
  }],
  dependency_registry_not_allowed: [{
    dependency: "lexer",
    registry: "https://other.example.com/index",
  }],
  dependency_misspelt: [{ dependency: "Foo_bar", existing: "foo-bar" }],
  crate_file_malformed: [{ problem: "it is not a gzip file" }],
  crate_file_entry_refused: [{
    entry: "parser-1.0.0/link",
    reason: "it is a symbolic link",
  }],
  crate_file_too_large: [{ size_bytes: 20971521, limit_bytes: 20971520 }],
  crate_file_unpacked_too_large: [{ limit_bytes: 536870912 }],
  crate_file_too_many_entries: [{ limit: 50000 }],
  crate_file_missing: [{ crate: "foo", version: "1.0.0" }],
  crate_file_unreadable: [{
    path: "parser-1.0.0.crate",
    problem: "there is no such file",
  }],
  index_file_malformed: [{
    path: "pa/rs/parser",
    problem: "line 3 is no JSON",
  }],
  index_file_full: [{ crate: "parser", limit_bytes: 16777216 }],
  index_busy: [{
    waited_ms: 30000,
    holder: "process 4711 (since 2026-01-31T12:00:00Z)",
  }],
  git_failed: [{ problem: "git log: exit status 137: it said nothing" }],
  index_write_failed: [{ problem: "fatal: unable to write" }],
  index_write_unknown: [{
    crate: "parser",
    problem: "fatal: unable to read",
  }],
  index_repository_unusable: [{
    path: "/srv/palletizer/index.git",
    problem: "it is no bare repository",
  }],
  disk_full: [{ path: "/srv/palletizer/tmp" }],
  permission_denied: [{ path: "/srv/palletizer" }],
  data_folder_missing: [{ path: "/srv/palletizer" }],
  data_folder_foreign: [{
    path: "/srv/palletizer",
    owner: "palletizer",
    command: "sudo -u palletizer palletizer crate list",
  }],
  data_format_too_new: [{
    path: "/srv/palletizer/palletizer.db",
    found: 3,
    known: 2,
  }],
  database_unusable: [{
    path: "/srv/palletizer/palletizer.db",
    problem: "file is not a database",
  }],
  git_missing: [{ needed: "2.30" }],
  git_too_old: [{ found: "2.20.1", needed: "2.30" }],
  not_permitted: [{
    action: "yank",
    crate: "parser",
    needs: "one of its owners",
  }],
  admin_needed: [{ action: "add users" }],
  user_name_invalid: [{ name: "Anna", problem: "it has capital letters" }],
  user_exists: [{ user: "anna" }],
  user_unknown: [{ user: "anna" }],
  user_disabled: [{ user: "anna" }],
  user_owns_crates: [{ user: "anna", crates: "`lexer`, `parser`" }],
  owner_unknown: [{ crate: "parser", user: "anna" }],
  last_owner: [{ crate: "parser" }],
  too_many_owners: [{ count: 101, limit: 100 }],
  token_label_invalid: [{ problem: "it is longer than 100 characters" }],
  token_unknown: [{ id: 7 }],
  token_missing: [{ login_url: "https://crates.example.com/me" }],
  token_invalid: [{ problem: "it was revoked" }],
  not_confirmed: [{ action: "removing crate `parser` with all its versions" }],
  publish_closed: [{ url: "https://crates.example.com" }],
  upload_too_large: [{ size_bytes: 30000000, limit_bytes: 22020104 }],
  upload_too_slow: [{ received_bytes: 65536, limit_ms: 60000 }],
  upload_interrupted: [{ received_bytes: 65536 }],
  uploads_busy: [{ limit_bytes: 134217728 }],
  git_busy: [{ running: 4, waiting: 100 }],
  restore_unfinished: [{ path: "/srv/palletizer" }],
  data_folder_not_empty: [{ path: "/srv/palletizer" }],
  crate_file_damaged: [{ crate: "parser", version: "1.0.0" }],
  backup_running: [{ holder: "process 7 (since 2026-11-24T10:00:00Z)" }],
  backup_target_unusable: [{
    path: "/backups/monday.tar",
    problem: "there is a file already, and backups are never overwritten",
  }],
  backup_unusable: [{
    path: "/backups/monday.tar",
    problem: "its archive is cut off",
  }],
  export_folder_foreign: [{ path: "/media/export" }],
  already_serving: [{
    path: "/srv/palletizer",
    pid: 4711,
    since: "2026-01-31T12:00:00Z",
  }],
  listener_unavailable: [{
    bind: "127.0.0.1:7171",
    problem: "another program listens there",
  }],
};

function refusalsOf<Code extends RefusalCode>(code: Code): Refusal<Code>[] {
  return SAMPLES[code].map((facts) => new Refusal(code, facts));
}

Deno.test("Refusal says for each code what happened, to what, and what to do next", async () => {
  const page = REFUSAL_CODES.flatMap((code) =>
    refusalsOf(code).map((refusal) => `${code}\n  ${refusal.message}\n`)
  );
  await assertGolden("refusals.txt", page.join("\n"));
});

Deno.test("Refusal words all its facts in one line, without a full stop", () => {
  for (const code of REFUSAL_CODES) {
    for (const { message, facts } of refusalsOf(code)) {
      assertTrue(!/[\n.]$|\n/.test(message), message);
      assertTrue(!/undefined|\[object/.test(message), message);
      for (const fact of Object.values(facts)) {
        assertTrue(message.includes(String(fact)), `${code} hides ${fact}`);
      }
    }
  }
});

Deno.test("isRefusal() tells codes apart, and other errors from refusals", () => {
  const refusal = new Refusal("crate_not_found", { crate: "parser" });
  assertEquals(isRefusal(refusal), true);
  assertEquals(isRefusal(refusal, "crate_not_found"), true);
  assertEquals(isRefusal(refusal, "version_not_found"), false);
  assertEquals(isRefusal(new Error("crate_not_found")), false);
  assertEquals(isRefusal(undefined), false);
});

Deno.test("Refusal keeps the error that it translates", () => {
  const cause = new Error("ENOSPC");
  const refusal = new Refusal("disk_full", { path: "/srv" }, { cause });
  assertEquals(refusal.cause, cause);
});
