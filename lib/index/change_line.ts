/**
 * The lines of a commit's message: what each change did, to what, and by whom.
 *
 * They are the truth from which owners and removals are brought up to date
 * after a crash. Pure.
 *
 * ```text
 * publish|yank|unyank|remove NAME VERSION by WHO [owner=ID] id=HEX
 * ```
 *
 * @module
 */

import {
  fromIdentityText,
  type Identity,
  type Owner,
  toIdentityText,
} from "../auth/identity.ts";
import { type CrateName, parseCrateName } from "../crate/name.ts";
import { type CrateVersion, parseCrateVersion } from "../crate/version.ts";
import { isRefusal } from "../refusal.ts";

/** What a change does to the index. */
export type ChangeVerb = "publish" | "yank" | "unyank" | "remove";

/** One change of the index. */
export interface ChangeLine {
  /** What was done. */
  readonly verb: ChangeVerb;
  /** To which crate, as it is spelt in the index. */
  readonly crate: CrateName;
  /** To which version; `*` is the whole crate, which only `remove` takes. */
  readonly version: CrateVersion | "*";
  /** Who asked. */
  readonly by: Identity;
  /** The owner that the first publish of a crate gives it; `null` for none. */
  readonly owner: Owner | null;
  /** Random digits by which a change is found again after a lost answer. */
  readonly id: string;
}

/** A line of a commit's message. */
export function encodeChangeLine(line: ChangeLine): string {
  const owner = line.owner === null ? "" : ` owner=${line.owner}`;
  const who = toIdentityText(line.by);
  return `${line.verb} ${line.crate} ${line.version} by ${who}${owner} id=${line.id}`;
}

const LINE =
  /^(publish|yank|unyank|remove) (\S+) (\S+) by (\S+)(?: owner=(anyone|\d{1,10}))? id=([0-9a-f]+)$/;

/** Reads all change lines of a message; other lines, of other hands, are passed over. */
export function parseChangeLines(message: string): ChangeLine[] {
  return message.split("\n").map(parseChangeLine).filter((line) =>
    line !== null
  );
}

function parseChangeLine(text: string): ChangeLine | null {
  const match = LINE.exec(text);
  if (match === null) return null;
  const [verb, crate = "", version = "", who = "", owner, id = ""] = match
    .slice(1);
  const by = fromIdentityText(who);
  if (by === null || (version === "*" && verb !== "remove")) return null;
  try {
    return {
      verb: verb as ChangeVerb,
      crate: parseCrateName(crate),
      version: version === "*" ? "*" : parseCrateVersion(version),
      by,
      owner: owner === undefined || owner === "anyone"
        ? owner ?? null
        : Number(owner),
      id,
    };
  } catch (error) {
    if (isRefusal(error)) return null; // written by other hands
    throw error;
  }
}
