/**
 * Another process: opens both databases of a data folder as soon as it is told
 * to by a line on stdin, and writes a number of rows.
 *
 * Says `ready` first and `done` at the end.
 *
 * @module
 */

import { say } from "./other_process.ts";
import { canonicalCrateName, parseCrateName } from "../../lib/crate/name.ts";
import { parseCrateVersion } from "../../lib/crate/version.ts";
import { DerivedDatabase } from "../../lib/database/derived.ts";
import { PeopleDatabase } from "../../lib/database/people.ts";
import { dataPaths } from "../../lib/storage/data_folder.ts";
import { Generation } from "../../lib/storage/generation.ts";

const [folder = "", prefix = "", count = "0"] = Deno.args;
const paths = dataPaths(folder);
await say("ready");
await Deno.stdin.readable.getReader().read();

using generation = Generation.open(paths.generation);
using people = PeopleDatabase.open(paths.people, generation);
using derived = DerivedDatabase.open(paths.derived);
for (let number = 0; number < Number(count); number++) {
  const name = parseCrateName(`${prefix}-${number}`);
  people.transaction(() => people.addOwner(canonicalCrateName(name), 1));
  derived.putCrate({
    name,
    newestVersion: parseCrateVersion("1.0.0"),
    versionCount: 1,
    yanked: false,
  });
}
await say("done");
