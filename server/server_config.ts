/**
 * The server's part of the configuration: where it listens and for whom, and
 * what it logs.
 *
 * Pure. Each key with its default and its consequences is explained in
 * `palletizer.example.toml`. What bounds requests is among the registry's
 * limits.
 *
 * @module
 */

import {
  BASE_URL,
  type ConfigReader,
  type ConfigTable,
  type SettingKind,
} from "../lib/mod.ts";
import {
  type BindAddress,
  formatBindAddress,
  parseBindAddress,
} from "./address.ts";

/** All that a server must be told; complete, defaults included. */
export interface ServerConfig {
  /** Where to listen; `serve` needs at least one. */
  readonly listeners: readonly ListenerConfig[];
  /** What to log, and how. */
  readonly log: LogConfig;
}

/** One place to listen, and what those who come there may do. */
export interface ListenerConfig {
  /** The address. */
  readonly bind: BindAddress;
  /** How people and cargo reach it, without a final slash. */
  readonly url: string;
  /** Who may see index, crate files, search and pages. */
  readonly read: ReadPolicy;
  /** Who may publish, yank and change owners. */
  readonly publish: PublishPolicy;
}

/** Who may read at a listener: all, or users alone. */
export type ReadPolicy = "anyone" | "token";

/** Who may make changes at a listener: all, users alone, or not even they. */
export type PublishPolicy = "anyone" | "token" | "nobody";

/** What is logged, and how. */
export interface LogConfig {
  /** The least important events that are logged. */
  readonly level: LogLevel;
  /** A line for people, or a JSON object. */
  readonly format: "text" | "json";
  /** Which requests are logged: those that could change something, all, none. */
  readonly access: "changes" | "all" | "none";
}

/**
 * How much an event matters. `error`: someone must act; `warn`: it went on
 * worse; `info`: what happened.
 */
export type LogLevel = "error" | "warn" | "info";

/** What holds where there is no configuration file: one listener, that shows all. */
export const BUILT_IN = '[[listener]]\nread = "anyone"\n';

/** Where a listener listens that does not say. */
const DEFAULT_BIND: BindAddress = { hostname: "127.0.0.1", port: 7171 };

/**
 * Reads the server's keys; `config.finish()` then tells their problems with
 * those of all others.
 *
 * @param url how listeners are reached that do not say.
 */
export function readServerConfig(
  config: ConfigReader,
  url: string,
): ServerConfig {
  const bind = bindAddress();
  return {
    log: readLog(config.root.table("log")),
    listeners: config.root.tables("listener").map((table) => ({
      bind: table.value("bind", bind, DEFAULT_BIND),
      url: table.value("url", BASE_URL, url),
      read: table.value("read", READ, "token"),
      publish: table.value("publish", PUBLISH, "token"),
    })),
  };
}

/** The URLs under which the index is reached by way of the listeners. */
export function indexUrlsOf({ listeners }: ServerConfig): string[] {
  // A listener below a path is served at the root of its host as well.
  return listeners.flatMap(({ url }) => [
    `${url}/index/`,
    new URL("/index/", url).href,
  ]);
}

/** Whether cargo must bring a token for what the git index leads to. */
export function isAuthRequired({ listeners }: ServerConfig): boolean {
  return listeners.some(({ read }) => read === "token");
}

/** Whether there is an address at which a token is of use. */
export function usesTokens({ listeners }: ServerConfig): boolean {
  return listeners.some(({ read, publish }) =>
    read === "token" || publish === "token"
  );
}

function readLog(table: ConfigTable): LogConfig {
  return {
    level: table.value("level", oneOf("error", "warn", "info"), "info"),
    format: table.value("format", oneOf("text", "json"), "text"),
    access: table.value("access", oneOf("changes", "all", "none"), "changes"),
  };
}

const READ: SettingKind<ReadPolicy> = oneOf("anyone", "token");
const PUBLISH: SettingKind<PublishPolicy> = oneOf("anyone", "token", "nobody");

/** An address that no other listener of the same file has. */
function bindAddress(): SettingKind<BindAddress> {
  const seen = new Set<string>();
  return {
    expected:
      'an address and a port like "127.0.0.1:7171" or "[::1]:7171", which no other listener has',
    read(value) {
      const address = typeof value === "string"
        ? parseBindAddress(value)
        : null;
      if (address === null) return null;
      const text = formatBindAddress(address).toLowerCase();
      if (address.port !== 0 && seen.has(text)) return null;
      seen.add(text);
      return address;
    },
    show: formatBindAddress,
  };
}

function oneOf<const Word extends string>(
  ...words: readonly Word[]
): SettingKind<Word> {
  return {
    expected: words.map((word) => JSON.stringify(word)).join(" or "),
    read: (value) => words.find((word) => word === value) ?? null,
    show: (value) => value,
  };
}
