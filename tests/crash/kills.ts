/**
 * How often the tests of random kills kill: `--kills N` among the arguments of
 * the run, as in `deno task crash --kills 1000`.
 *
 * @module
 */

import assert from "node:assert/strict";

const KILLS_BY_DEFAULT = 100;

/** As often as that. */
export const KILLS: number = readKills(Deno.args);

function readKills(args: readonly string[]): number {
  if (args.length === 0) return KILLS_BY_DEFAULT;
  const [option, count = ""] = args;
  assert.ok(option === "--kills" && /^[1-9]\d*$/.test(count), "--kills N");
  return Number(count);
}
