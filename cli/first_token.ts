/**
 * The first start of a registry: its first user and token, and what to paste
 * where.
 *
 * What is to be pasted goes to stdout, each piece below a comment that says
 * where it belongs.
 *
 * @module
 */

import {
  FIRST_USER,
  type NamedRegistry,
  type Registry,
  sparseLines,
  tokenVariable,
} from "../lib/mod.ts";
import type { Config } from "./config_file.ts";
import type { Io } from "./io.ts";

/**
 * The registry as cargo is told of it, by the address that asks most of it; null
 * where none is served.
 */
export function namedRegistry(
  { registry: { name }, server: { listeners } }: Config,
): NamedRegistry | null {
  const asking = listeners.find(({ read }) => read === "token") ??
    listeners.find(({ publish }) => publish === "token") ?? listeners[0];
  if (asking === undefined) return null;
  return { name, url: asking.url, needsToken: asking.read === "token" };
}

/** Prints the lines for cargo's configuration. */
export function printCargoLines(io: Io, registry: NamedRegistry): void {
  io.out(
    "# cargo's configuration: ~/.cargo/config.toml, or a project's .cargo/config.toml",
  );
  io.out(sparseLines(registry).trimEnd());
}

/**
 * Makes the first user and token, where there is none and tokens are of use, and
 * hands the token over: to the terminal, or to a file where what is printed is
 * kept for many to read.
 *
 * @param say tells what people must know besides.
 * @returns whether this was the first start.
 */
export function handOverFirstToken(
  { io, registry, config, say }: {
    io: Io;
    registry: Registry;
    config: Config;
    say: (sentence: string) => void;
  },
): boolean {
  const named = namedRegistry(config);
  if (named === null || !config.usesTokens) return false;
  return registry.createFirstUser(({ secret, token }) => {
    printCargoLines(io, named);
    const login = `cargo login --registry ${named.name}`;
    if (io.isJournal) {
      const file = registry.keepFirstToken(secret);
      return say(
        `the token of the first user \`${FIRST_USER}\` is in \`${file}\`, and not in this log: give it to cargo with \`${login}\`, then delete the file`,
      );
    }
    io.out("");
    io.out(
      `# the token of the first user \`${FIRST_USER}\`, shown this once: for \`${login}\`, or for CI as $${
        tokenVariable(named)
      }`,
    );
    io.out(secret.reveal());
    if (io.isSeenOnly) return;
    say(
      `the first token was not written to a terminal, so it may be kept where others can read it: replace it by \`palletizer token create --user ${FIRST_USER}\`, then \`palletizer token revoke ${token}\``,
    );
  });
}
