/**
 * `palletizer owner`: who may publish versions of a crate.
 *
 * @module
 */

import {
  type CrateName,
  type CrateOwners,
  OPERATOR,
  parseCrateName,
  parseUserName,
} from "../lib/mod.ts";
import { EXIT } from "./exit.ts";
import { printJson, printTable } from "./output.ts";
import { all, argument, type Command, defineCommand, flag } from "./parser.ts";

const CRATE = argument("CRATE", "The crate.");

/** `palletizer owner list CRATE [--json]` */
export const ownerList = defineCommand({
  summary: "Tell who owns a crate.",
  examples: ["palletizer owner list parser"],
  takes: all({
    crate: CRATE,
    json: flag("--json", "Print a JSON object a line."),
  }),
  async run({ crate, json }, context) {
    const { io } = context;
    await using registry = await context.openRegistry();
    const owners = await registry.owners({ crate: parseCrateName(crate) });
    const { users } = owners;
    if (json) {
      for (const { id, login: name } of users) printJson(io, { id, name });
      return EXIT.done;
    }
    const rows = users.map(({ id, login }) => [login, String(id)]);
    printTable(io, ["NAME", "ID"], rows);
    if (users.length === 0) io.err(toNote(owners));
    return EXIT.done;
  },
});

/** `palletizer owner add CRATE USER` */
export const ownerAdd = defineChange({
  verb: "add",
  summary: "Make a user an owner of a crate.",
  done: (user, crate) => `added owner ${user} to ${crate}`,
  undo: "remove",
});

/** `palletizer owner remove CRATE USER` */
export const ownerRemove = defineChange({
  verb: "remove",
  summary: "End the ownership of a user; the last owner stays.",
  done: (user, crate) => `removed owner ${user} from ${crate}`,
  undo: "add",
});

function defineChange({ verb, summary, done, undo }: {
  verb: "add" | "remove";
  summary: string;
  done: (user: string, crate: CrateName) => string;
  undo: string;
}): Command {
  return defineCommand({
    summary,
    examples: [`palletizer owner ${verb} parser anna`],
    takes: all({ crate: CRATE, user: argument("USER", "The user.") }),
    async run({ crate: typed, user: name }, context) {
      const user = parseUserName(name);
      await using registry = await context.openRegistry();
      const crate = await registry[`${verb}Owners`]({
        ...{ by: OPERATOR, crate: parseCrateName(typed), users: [user] },
      });
      context.io.out(done(user, crate));
      context.io.err(
        `\`palletizer owner ${undo} ${crate} ${user}\` takes it back`,
      );
      return EXIT.done;
    },
  });
}

/** What it means that no user owns a crate. */
function toNote({ crate, isOpen }: CrateOwners): string {
  return isOpen
    ? `crate \`${crate}\` is everybody's who may publish here; \`palletizer owner add ${crate} USER\` ends that`
    : `nobody owns crate \`${crate}\`, so only admins and the operator may change it; \`palletizer owner add ${crate} USER\` makes somebody an owner`;
}
