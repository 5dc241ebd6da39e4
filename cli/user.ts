/**
 * `palletizer user`: who may be told from nobody.
 *
 * @module
 */

import { OPERATOR, parseUserName, type User } from "../lib/mod.ts";
import { EXIT, UsageError } from "./exit.ts";
import { printJson, printTable } from "./output.ts";
import {
  all,
  argument,
  type Command,
  defineCommand,
  flag,
  option,
} from "./parser.ts";

const NAME = argument("NAME", "The user's name, like anna.");

/** `palletizer user add NAME [--admin]` */
export const userAdd = defineCommand({
  summary: "Make a user.",
  examples: ["palletizer user add anna", "palletizer user add olga --admin"],
  takes: all({
    name: NAME,
    isAdmin: flag("--admin", "Let the user change every crate."),
  }),
  async run({ name: typed, isAdmin }, context) {
    const { io } = context;
    const name = parseUserName(typed);
    await using registry = await context.openRegistry();
    registry.addUser({ by: OPERATOR, name, isAdmin });
    io.out(`added user ${name}`);
    io.err(
      `next: \`palletizer token create --user ${name}\` makes a token for cargo`,
    );
    return EXIT.done;
  },
});

/** `palletizer user list [--json]` */
export const userList = defineCommand({
  summary: "List users.",
  examples: ["palletizer user list", "palletizer user list --json"],
  takes: all({ json: flag("--json", "Print a JSON object a line.") }),
  async run({ json }, context) {
    const { io } = context;
    await using registry = await context.openRegistry();
    const users = registry.users();
    if (json) {
      for (const user of users) printJson(io, toJson(user));
      return EXIT.done;
    }
    printTable(io, ["NAME", "ID", "ROLE", "STATE", "ADDED"], users.map(toRow));
    if (users.length === 0) {
      io.err("there are no users yet: `palletizer user add NAME` makes one");
    }
    return EXIT.done;
  },
});

/** `palletizer user disable NAME` */
export const userDisable = defineDisable({
  verb: "disable",
  summary: "Refuse all tokens of a user, until that is taken back.",
  done: "tokens of theirs are refused from now on, and their crates stay",
  undo: "enable",
});

/** `palletizer user enable NAME` */
export const userEnable = defineDisable({
  verb: "enable",
  summary: "Take the disabling of a user back.",
  done: "tokens of theirs are accepted again",
  undo: "disable",
});

/** `palletizer user remove NAME [--transfer USER]` */
export const userRemove = defineCommand({
  summary: "Remove a user, with all tokens of theirs.",
  examples: ["palletizer user remove anna --transfer ben"],
  takes: all({
    name: NAME,
    transfer: option(
      "--transfer",
      "USER",
      "Who gets the crates that nobody else owns; without it there must be none.",
    ),
  }),
  async run({ name, transfer }, context) {
    const { io } = context;
    const user = parseUserName(name);
    const transferTo = transfer === undefined ? null : parseUserName(transfer);
    if (transferTo === user) {
      throw new UsageError(`\`${user}\` cannot inherit from \`${user}\``);
    }
    await using registry = await context.openRegistry();
    const { transferred } = await registry.removeUser({
      ...{ by: OPERATOR, user, transferTo },
    });
    io.out(`removed user ${user}`);
    for (const crate of transferred) {
      io.out(`transferred ${crate} to ${transferTo}`);
    }
    io.err("tokens of theirs are refused from now on");
    return EXIT.done;
  },
});

function defineDisable({ verb, summary, done, undo }: {
  verb: "disable" | "enable";
  summary: string;
  done: string;
  undo: string;
}): Command {
  return defineCommand({
    summary,
    examples: [`palletizer user ${verb} anna`],
    takes: all({ name: NAME }),
    async run({ name }, context) {
      const user = parseUserName(name);
      await using registry = await context.openRegistry();
      registry[`${verb}User`]({ by: OPERATOR, user });
      context.io.out(`${verb}d user ${user}`);
      context.io.err(
        `${done}; \`palletizer user ${undo} ${user}\` takes it back`,
      );
      return EXIT.done;
    },
  });
}

function toRow({ name, id, isAdmin, disabled, created }: User): string[] {
  const state = disabled === null ? "ok" : `disabled ${disabled}`;
  return [name, String(id), isAdmin ? "admin" : "user", state, created];
}

function toJson({ id, name, isAdmin, created, disabled }: User) {
  return { id, name, admin: isAdmin, created, disabled };
}
