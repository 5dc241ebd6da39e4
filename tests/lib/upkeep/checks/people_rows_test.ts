import {
  aPatient,
  assertTold,
  changeRows,
  examine,
  testDamage,
} from "../../../support/a_patient.ts";
import { aLine } from "../../../support/a_push.ts";
import { aCrate } from "../../../support/a_crate.ts";
import { assertEquals } from "../../../support/assert.ts";
import { checksumOf } from "../../../../lib/crate/checksum.ts";

testDamage("owners", {
  what: "one who is no user",
  act: (it) =>
    changeRows(it, "palletizer.db", "INSERT INTO owners VALUES ('foo', 99)"),
  found: [["owner_unknown", { crate: "foo", user: 99 }]],
});

testDamage("owners", {
  what: "some of a crate that is not in the index",
  act: (it) =>
    changeRows(it, "palletizer.db", "INSERT INTO owners VALUES ('ghost', 1)"),
  found: [["owned_crate_missing", { crate: "ghost" }]],
  left: [["owned_crate_missing", { crate: "ghost" }]],
});

testDamage("tokens", {
  what: "one of nobody",
  act: (it) =>
    changeRows(
      it,
      "palletizer.db",
      `INSERT INTO tokens (id, user, label, hash, created_at)
       VALUES (77, 99, '', 'hash', '2026-01-02T03:04:05Z')`,
    ),
  found: [["token_of_nobody", { token: 77, user: 99 }]],
});

testDamage("removed versions", {
  what: "one that is there again with other bytes",
  act: (it) =>
    changeRows(
      it,
      "palletizer.db",
      `INSERT INTO removed_versions
       VALUES ('foo', '1.1.0', '${"0".repeat(64)}', 'operator', '2026')`,
    ),
  found: [["removed_version_back", {
    ...{ crate: "foo", version: "1.1.0+build.5", expected: "0".repeat(64) },
  }]],
  left: [["removed_version_back", {}]],
});

Deno.test("doctor takes a removed version that came back as it was for no damage", async () => {
  await using it = await aPatient();
  await it.add(aCrate("part", "1.0.0"));
  assertTold(await examine(it), []);
});

Deno.test("doctor takes crates without an owner that were pushed by hand for no damage", async () => {
  await using it = await aPatient();
  const names = ["hand", "hand-b", "hand-c", "hand-d"];
  const files: Record<string, string> = {};
  for (const name of names) {
    const hand = aCrate(name);
    const folder = it.path("crates", name);
    await Deno.mkdir(folder, { mode: 0o700 });
    const path = `${folder}/${hand.fileName}`;
    await Deno.writeFile(path, hand.bytes(), { mode: 0o600 });
    const cksum = checksumOf(hand.bytes());
    files[`ha/nd/${name}`] = aLine(name, "1.0.0", { cksum });
  }
  await it.commit(files);
  await it.registry.catchUp();
  const findings = await examine(it);
  assertTold(findings, [["crates_without_owner", {
    count: 4,
    crates: "`hand`, `hand-b`, `hand-c` and 1 more",
  }]]);
  assertEquals(findings[0]?.severity, "info");
});
