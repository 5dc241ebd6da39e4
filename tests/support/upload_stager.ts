/**
 * Another process: stages a crate file in `tmp/` of a data folder, links it to
 * its final name, and waits with it until its stdin is closed.
 *
 * Says the path of the staged file.
 *
 * @module
 */

import { say } from "./other_process.ts";
import { parseCrateName } from "../../lib/crate/name.ts";
import { parseCrateVersion } from "../../lib/crate/version.ts";
import { DEFAULT_LIMITS } from "../../lib/limits.ts";
import { dataPaths } from "../../lib/storage/data_folder.ts";
import { FileCrateStore } from "../../lib/storage/file_crate_store.ts";
import { Staging } from "../../lib/storage/staging.ts";

const [folder = "", crate = "", version = "", contents = ""] = Deno.args;
const { tmp, crates } = dataPaths(folder);
await using staging = Staging.open(tmp);
const pieces = ReadableStream.from([new TextEncoder().encode(contents)]);
const staged = await staging.stage(pieces, DEFAULT_LIMITS);
const named = await staging.name(
  staged,
  parseCrateName(crate),
  parseCrateVersion(version),
);
await new FileCrateStore(crates).put(named);
await say(named.path);
await Array.fromAsync(Deno.stdin.readable);
