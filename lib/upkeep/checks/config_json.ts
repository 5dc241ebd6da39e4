/**
 * Is the config.json of the index what the configuration wants?
 *
 * @module
 */

import { encodeConfigJson } from "../../index/config_json.ts";
import { type Finding, toFinding } from "../finding.ts";
import { type ExamineParts, findSurely } from "../parts.ts";

const PATH = "config.json";

/** So much of what was found is told, in characters. */
const SHOWN_MAX = 500;

/** Looks at config.json at the tip of the index. */
export async function* checkConfigJson(
  parts: ExamineParts,
): AsyncIterable<Finding> {
  const { dl, url: api, authRequired } = parts.config;
  const expected = encodeConfigJson({ dl, api, authRequired });
  yield* await findSurely(parts, async (tip) => {
    if (tip === null) return [];
    const object = await parts.catFile.read(`${tip}:${PATH}`);
    if (object === null) {
      return [toFinding("config_json_missing", { path: PATH })];
    }
    const found = new TextDecoder().decode(object.bytes);
    if (found === expected) return [];
    const facts = { path: PATH, found: found.slice(0, SHOWN_MAX), expected };
    return [toFinding("config_json_differs", facts)];
  });
}
