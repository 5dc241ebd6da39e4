import { testDamage } from "../../../support/a_patient.ts";

testDamage("modes", {
  what: "a crate file that everybody may read",
  act: (it) => Deno.chmod(it.path("crates/foo/foo-1.0.0.crate"), 0o644),
  found: [["mode_open", { path: "crates/foo/foo-1.0.0.crate", mode: "0644" }]],
});

testDamage("modes", {
  what: "folders and a pack that others may look into",
  act: async (it) => {
    for (const path of ["", "crates", "index.git/refs/heads"]) {
      await Deno.chmod(it.path(path), 0o755);
    }
  },
  found: [
    ["mode_open", { path: ".", mode: "0755" }],
    ["mode_open", { path: "crates" }],
    ["mode_open", { path: "index.git/refs/heads" }],
  ],
});

testDamage("modes", {
  what: "a file that not even its owner may read",
  act: (it) => Deno.chmod(it.path("generation"), 0o000),
  found: [["mode_closed", { path: "generation", mode: "0000" }]],
});

testDamage("modes", {
  what: "a file of another user of the machine",
  act: (it) => Deno.chown(it.path("crates/foo/foo-1.0.0.crate"), 4_321, null),
  ignore: Deno.uid() !== 0,
  found: [["owner_foreign", {
    path: "crates/foo/foo-1.0.0.crate",
    owner_id: 4_321,
  }]],
  left: [["owner_foreign", {}]],
});
