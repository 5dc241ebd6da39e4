/**
 * The log: events and requests as lines, for people or for programs.
 *
 * A line is a sentence that stands alone, and fields that are named alike
 * everywhere. Tokens, cookies and bodies never get here.
 *
 * @module
 */

import {
  type Clock,
  describeError,
  isRefusal,
  printableLine,
  type RegistryEvent,
  toIdentityText,
} from "../lib/mod.ts";
import type { LogConfig, LogLevel } from "./server_config.ts";

/** What a line says besides its sentence; names in snake_case, units last. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | null>
>;

/** What a log is made of. */
export interface EventLogParts {
  /** What is logged, and how. */
  readonly config: LogConfig;
  /** The time. */
  readonly clock: Clock;
  /** Writes a line, to stderr as a rule. */
  readonly write: (line: string) => void;
}

type PeopleEvent = Extract<RegistryEvent, { userId: number }>;

const LEVELS: readonly LogLevel[] = ["error", "warn", "info"];

/** The log of a server. */
export class EventLog {
  readonly #parts: EventLogParts;

  /** @param parts what it is made of. */
  constructor(parts: EventLogParts) {
    this.#parts = parts;
  }

  /** What is configured. */
  get config(): LogConfig {
    return this.#parts.config;
  }

  /** What happened. */
  info(event: string, sentence: string, fields: LogFields = {}): void {
    this.#line("info", event, sentence, fields);
  }

  /** Something that did not stop us, and made something worse. */
  warn(event: string, sentence: string, fields: LogFields = {}): void {
    this.#line("warn", event, sentence, fields);
  }

  /** Something for which someone must act. */
  error(event: string, sentence: string, fields: LogFields = {}): void {
    this.#line("error", event, sentence, fields);
  }

  /** An error, where it is answered: a refusal by its words, a bug by its stack. */
  failure(
    event: string,
    error: unknown,
    fields: LogFields = {},
    level: LogLevel = "error",
  ): void {
    if (isRefusal(error)) {
      const { code, message } = error;
      return this.#line(level, event, message, { code, ...fields });
    }
    const stack = describeError(error);
    const [sentence = ""] = stack.split("\n", 1);
    this.#line(level, event, sentence, { ...fields, stack });
  }

  /** An event of the registry. */
  registryEvent(event: RegistryEvent): void {
    if (event.kind === "background_failed") {
      return this.failure(event.kind, event.error, {}, "warn");
    }
    if (event.kind === "auth_turned_on") {
      return this.warn(
        event.kind,
        `the git index asks for a token from now on: whoever uses it needs \`credential-provider = ["cargo:token"]\` under [registries.${event.registry}] of cargo's configuration, and a token`,
      );
    }
    if ("userId" in event) return this.#peopleEvent(event);
    const { kind, crate, by } = event;
    const fields = { crate, identity: toIdentityText(by) };
    if (event.kind === "removed") {
      const versions = event.versions.join(" ");
      const what = event.wholeCrate ? "with all versions" : versions;
      return this.info(kind, `removed ${crate} ${what}`, {
        ...fields,
        versions,
      });
    }
    const { version } = event;
    const sentence = `${kind} ${crate} ${version}`;
    if (event.kind !== "published") {
      return this.info(kind, sentence, { ...fields, version });
    }
    const { checksum, sizeBytes: size_bytes } = event;
    this.info(kind, sentence, { ...fields, version, checksum, size_bytes });
  }

  /** An event of users, of their tokens or of what they own. */
  #peopleEvent(event: PeopleEvent): void {
    const { kind, user, userId: user_id, by } = event;
    const [noun = "", done = ""] = kind.split("_");
    const say = (whom: string, fields: LogFields) =>
      this.info(kind, `${done} ${noun} ${whom}`, {
        ...fields,
        ...{ user, user_id, identity: toIdentityText(by) },
      });
    if ("crate" in event) {
      const { crate } = event;
      return say(`${user} of ${crate}`, { crate });
    }
    if ("token" in event) {
      const { token, label } = event;
      return say(`${token} of ${user}`, { token, label });
    }
    say(user, "isAdmin" in event ? { admin: event.isAdmin } : {});
  }

  #line(
    level: LogLevel,
    event: string,
    sentence: string,
    fields: LogFields,
  ): void {
    const { config, clock, write } = this.#parts;
    if (LEVELS.indexOf(level) > LEVELS.indexOf(config.level)) return;
    const time = clock.now().toISOString();
    const line = config.format === "json"
      ? JSON.stringify({ time, level, event, message: sentence, ...fields })
      : toText(time, level, sentence, fields);
    try {
      write(line);
    } catch {
      // A log that cannot be written, on a full disk, must not stop the service.
    }
  }
}

function toText(
  time: string,
  level: LogLevel,
  sentence: string,
  { stack, ...fields }: LogFields,
): string {
  const pairs = Object.entries(fields)
    .map(([name, value]) => ` ${name}=${toValue(value)}`);
  const line = `${time} ${level.padEnd(5)} ${printableLine(sentence)}${
    pairs.join("")
  }`;
  if (typeof stack !== "string") return line;
  const rest = stack.split("\n").map((it) => `\n    ${printableLine(it)}`);
  return line + rest.join("");
}

function toValue(value: string | number | boolean | null): string {
  if (typeof value !== "string") return String(value);
  return /^[\w.:/@+~*-]+$/.test(value)
    ? value
    : printableLine(JSON.stringify(value));
}
