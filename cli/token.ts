/**
 * `palletizer token`: the secrets by which users are known.
 *
 * A secret goes to stdout, alone and once, so that a script can put it where it
 * belongs; all else goes to stderr.
 *
 * @module
 */

import {
  OPERATOR,
  parseUserName,
  type Token,
  tokenVariable,
} from "../lib/mod.ts";
import { EXIT, UsageError } from "./exit.ts";
import { printJson, printTable } from "./output.ts";
import {
  all,
  argument,
  defineCommand,
  flag,
  option,
  requiredOption,
} from "./parser.ts";

/** `palletizer token create --user NAME [--name LABEL]` */
export const tokenCreate = defineCommand({
  summary: "Make a token; its secret is shown this once, alone on stdout.",
  examples: [
    "palletizer token create --user anna",
    'palletizer token create --user ci --name "release job" > token.txt',
  ],
  takes: all({
    name: requiredOption("--user", "NAME", "Whose token it will be."),
    label: option(
      "--name",
      "LABEL",
      "What it is for, or where it is kept; only people read it.",
    ),
  }),
  async run({ name, label = "" }, context) {
    const { io } = context;
    const user = parseUserName(name);
    const { registry: registryConfig } = await context.config();
    await using registry = await context.openRegistry();
    const { token, secret } = registry.createToken({
      ...{ by: OPERATOR, user, label },
    });
    io.err(
      `token ${token.id} of user \`${user}\`; this is its secret, which is not kept here and cannot be shown again:`,
    );
    io.out(secret.reveal());
    io.err(
      `give it to cargo with \`cargo login --registry ${registryConfig.name}\`, or as $${
        tokenVariable(registryConfig)
      }; \`palletizer token revoke ${token.id}\` makes it worthless`,
    );
    return EXIT.done;
  },
});

/** `palletizer token list [--json]` */
export const tokenList = defineCommand({
  summary: "List tokens, without their secrets.",
  examples: ["palletizer token list", "palletizer token list --json"],
  takes: all({ json: flag("--json", "Print a JSON object a line.") }),
  async run({ json }, context) {
    const { io } = context;
    await using registry = await context.openRegistry();
    const tokens = registry.tokens();
    if (json) {
      for (const token of tokens) printJson(io, toJson(token));
      return EXIT.done;
    }
    const headings = ["ID", "USER", "NAME", "STATE", "CREATED", "LAST USED"];
    printTable(io, headings, tokens.map(toRow));
    if (tokens.length === 0) {
      io.err(
        "there are no tokens yet: `palletizer token create --user NAME` makes one",
      );
    }
    return EXIT.done;
  },
});

/** `palletizer token revoke ID` */
export const tokenRevoke = defineCommand({
  summary: "Make a token worthless, for good.",
  examples: ["palletizer token revoke 7"],
  takes: all({
    id: argument("ID", "The token's number; `palletizer token list` tells it."),
  }),
  async run({ id: typed }, context) {
    const { io } = context;
    const id = readId(typed);
    await using registry = await context.openRegistry();
    const { user } = registry.revokeToken({ by: OPERATOR, id });
    io.out(`revoked token ${id}`);
    io.err(
      `it is refused from now on; \`palletizer token create --user ${user}\` makes a new one`,
    );
    return EXIT.done;
  },
});

function readId(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new UsageError(
    `\`${text}\` is no number of a token: \`palletizer token list\` tells them`,
  );
}

const STATES = { revoked: "revoked", disabled: "user disabled" } as const;

function toRow({ id, user, label, flaw, created, lastUsed }: Token): string[] {
  const state = flaw === null ? "ok" : STATES[flaw];
  return [String(id), user, label || "-", state, created, lastUsed ?? "never"];
}

function toJson({ id, user, label, flaw, created, lastUsed }: Token) {
  return {
    ...{ id, user, name: label, state: flaw ?? "ok" },
    ...{ created, last_used: lastUsed },
  };
}
