/**
 * How often the tests of random kills kill: `--kills N` among the arguments of
 * the run, as in `deno task crash --kills 1000`, else `$PALLETIZER_KILLS`.
 *
 * @module
 */

import assert from "node:assert/strict";

const KILLS_BY_DEFAULT = Deno.env.get("PALLETIZER_KILLS") ?? "100";

/** As often as that. */
export const KILLS: number = readKills(Deno.args);

function readKills(args: readonly string[]): number {
  const [option, count = ""] = args.length === 0
    ? ["--kills", KILLS_BY_DEFAULT]
    : args;
  assert.ok(option === "--kills" && /^[1-9]\d*$/.test(count), "--kills N");
  return Number(count);
}
