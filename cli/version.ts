/**
 * `palletizer --version`: what runs here, for reports of bugs.
 *
 * @module
 */

import denoJson from "../deno.json" with { type: "json" };
import { DATA_FORMAT, isRefusal, requireGit } from "../lib/mod.ts";
import type { Context } from "./context.ts";
import { EXIT } from "./exit.ts";

/** The version of the program. */
export const PROGRAM_VERSION: string = denoJson.version;

/** Tells the versions of the program, of Deno, of git and of the data. */
export async function showVersion({ io }: Context): Promise<number> {
  io.out(`palletizer ${PROGRAM_VERSION}`);
  io.out(`deno ${io.denoVersion}`);
  io.out(`git ${await foundGit()}`);
  io.out(`data format ${DATA_FORMAT}`);
  return EXIT.done;
}

async function foundGit(): Promise<string> {
  try {
    return await requireGit();
  } catch (error) {
    if (isRefusal(error, "git_missing")) {
      return `not found, ${error.facts.needed} or newer is needed`;
    }
    if (isRefusal(error, "git_too_old")) {
      const { found, needed } = error.facts;
      return `${found}, ${needed} or newer is needed`;
    }
    throw error;
  }
}
