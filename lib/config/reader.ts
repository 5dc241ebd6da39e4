/**
 * Reading a configuration strictly: every key must be known and every value of
 * its kind; what is wrong is collected and reported together.
 *
 * Pure. Each room reads its own tables with this reader (`registry_config.ts`
 * the registry's) and knows its own keys; `finish()` then tells what nobody has
 * asked for. For each setting it is remembered what it came to and whether the
 * file or the default said so.
 *
 * @module
 */

import { nearest } from "./nearest.ts";
import { type ConfigProblem, ConfigProblems } from "./problems.ts";
import {
  describeTomlValue,
  isTomlTable,
  parseToml,
  type TomlTable,
  type TomlValue,
} from "./toml.ts";

/** What a setting may be. */
export interface SettingKind<T> {
  /** What is expected, range included: ends the sentence "expected …". */
  readonly expected: string;
  /** The value, or null when it is not of this kind. */
  read(value: TomlValue): T | null;
  /** The value as the file would spell it, without quotation marks. */
  show(value: T): string;
}

/** A setting as it came out. */
export interface Setting {
  /** Path of the key from the root, like `limits.crate_file`. */
  readonly keyPath: string;
  /** What it came to. */
  readonly value: string | readonly string[];
  /** The file that says so; null for the default. */
  readonly file: string | null;
}

/** A configuration file as text. */
export interface ConfigText {
  /** How the file is called in problems and in `Setting.file`. */
  readonly file: string;
  /** Where relative paths start: an absolute path. */
  readonly folder: string;
  /** What it says. */
  readonly text: string;
}

/** One table of a configuration that is being read. */
export interface ConfigTable {
  /** A setting, or `fallback` where the file does not have it or has it wrong. */
  value<T>(key: string, kind: SettingKind<T>, fallback: T): T;
  /** A setting that is a list, each item of the same kind. */
  list<T>(
    key: string,
    kind: SettingKind<T>,
    fallback: readonly T[],
  ): readonly T[];
  /** A table inside this one; an empty one where the file does not have it. */
  table(key: string): ConfigTable;
  /** The tables of a list, `[[key]]`; none where the file does not have it. */
  tables(key: string): readonly ConfigTable[];
}

/** A configuration that is being read. */
export class ConfigReader {
  readonly #gathered: Gathered;

  /** The keys outside all tables. */
  readonly root: ConfigTable;

  private constructor(
    /** The file that is read; null where there is none and all are defaults. */
    readonly file: string | null,
    /** Where relative paths start: an absolute path. */
    readonly folder: string,
    table: TomlTable,
  ) {
    this.#gathered = { file, problems: [], settings: [], tables: [] };
    this.root = new TableReading("", table, this.#gathered);
  }

  /**
   * Begins with a file's text.
   *
   * @throws {ConfigProblems} when it is not TOML.
   */
  static parse({ file, folder, text }: ConfigText): ConfigReader {
    return new ConfigReader(file, folder, parseToml(text, file));
  }

  /**
   * Begins with no file: every setting is its default.
   *
   * @param text what is otherwise where there is no file at all.
   */
  static empty(folder: string, text = ""): ConfigReader {
    return new ConfigReader(null, folder, parseToml(text, "built-in default"));
  }

  /** All settings that were read, in the order in which they were asked for. */
  get settings(): readonly Setting[] {
    return this.#gathered.settings;
  }

  /**
   * Ends the reading.
   *
   * @throws {ConfigProblems} all problems: wrong values, then unknown keys.
   */
  finish(): void {
    const { problems, tables } = this.#gathered;
    const unknown = tables.flatMap((table) => table.unknownKeys());
    if (problems.length + unknown.length > 0) {
      throw new ConfigProblems([...problems, ...unknown]);
    }
  }
}

/** What is learnt while reading, by all tables together. */
interface Gathered {
  readonly file: string | null;
  readonly problems: ConfigProblem[];
  readonly settings: Setting[];
  readonly tables: TableReading[];
}

class TableReading implements ConfigTable {
  readonly #path: string;
  readonly #table: TomlTable;
  readonly #gathered: Gathered;
  readonly #known = new Set<string>();

  constructor(path: string, table: TomlTable, gathered: Gathered) {
    this.#path = path;
    this.#table = table;
    this.#gathered = gathered;
    gathered.tables.push(this);
  }

  value<T>(key: string, kind: SettingKind<T>, fallback: T): T {
    const found = this.#take(key);
    const value = found === undefined
      ? fallback
      : this.#read(this.#pathOf(key), found, kind) ?? fallback;
    this.#remember(key, kind.show(value), found);
    return value;
  }

  list<T>(
    key: string,
    kind: SettingKind<T>,
    fallback: readonly T[],
  ): readonly T[] {
    const found = this.#take(key);
    let values = fallback;
    if (Array.isArray(found)) {
      values = found.flatMap((item: TomlValue, at) =>
        this.#read(`${this.#pathOf(key)}[${at}]`, item, kind) ?? []
      );
    } else if (found !== undefined) {
      const expected = `a list in brackets, each ${kind.expected}`;
      this.#refuse(this.#pathOf(key), describeTomlValue(found), expected);
    }
    this.#remember(key, values.map((value) => kind.show(value)), found);
    return values;
  }

  table(key: string): ConfigTable {
    const path = this.#pathOf(key);
    let found = this.#take(key) ?? new Map();
    if (!isTomlTable(found)) {
      this.#refuse(path, describeTomlValue(found), `a table, \`[${path}]\``);
      found = new Map();
    }
    return new TableReading(path, found, this.#gathered);
  }

  tables(key: string): readonly ConfigTable[] {
    const path = this.#pathOf(key);
    const found = this.#take(key) ?? [];
    if (!Array.isArray(found)) {
      const expected = `a list of tables, each \`[[${path}]]\``;
      this.#refuse(path, describeTomlValue(found), expected);
      return [];
    }
    return found.flatMap((item: TomlValue, at) => {
      const itemPath = `${path}[${at}]`;
      if (isTomlTable(item)) {
        return new TableReading(itemPath, item, this.#gathered);
      }
      const expected = `a table, \`[[${path}]]\``;
      this.#refuse(itemPath, describeTomlValue(item), expected);
      return [];
    });
  }

  /** A problem for each key that the file has and nobody asked for. */
  unknownKeys(): ConfigProblem[] {
    const known = [...this.#known].map((key) => `\`${key}\``).join(", ");
    return [...this.#table.keys()]
      .filter((key) => !this.#known.has(key))
      .map((key) => ({
        ...this.#problem(
          this.#pathOf(key),
          "an unknown key",
          `one of ${known}`,
        ),
        nearest: this.#nearestTo(key),
      }));
  }

  /** A misspelt key is looked for in this table, one misplaced in the others. */
  #nearestTo(key: string): string | null {
    const here = nearest(key, this.#known);
    if (here !== null) return this.#pathOf(here);
    const elsewhere = this.#gathered.tables.find((it) => it.#known.has(key));
    return elsewhere === undefined ? null : elsewhere.#pathOf(key);
  }

  #take(key: string): TomlValue | undefined {
    this.#known.add(key);
    return this.#table.get(key);
  }

  #read<T>(path: string, value: TomlValue, kind: SettingKind<T>): T | null {
    const read = kind.read(value);
    if (read === null) {
      this.#refuse(path, describeTomlValue(value), kind.expected);
    }
    return read;
  }

  #remember(
    key: string,
    value: string | readonly string[],
    found: TomlValue | undefined,
  ): void {
    const file = found === undefined ? null : this.#gathered.file;
    const keyPath = this.#pathOf(key);
    this.#gathered.settings.push({ keyPath, value, file });
  }

  #refuse(keyPath: string, found: string, expected: string): void {
    this.#gathered.problems.push(this.#problem(keyPath, found, expected));
  }

  #problem(keyPath: string, found: string, expected: string): ConfigProblem {
    const file = this.#gathered.file ?? "built-in default";
    return { file, keyPath, position: null, found, expected, nearest: null };
  }

  #pathOf(key: string): string {
    const spelt = /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
    return this.#path === "" ? spelt : `${this.#path}.${spelt}`;
  }
}
