/**
 * Typed reading of the tables of a Cargo.toml: a value of the wrong type is
 * refused with its key path.
 *
 * Pure. What the keys mean is in `manifest.ts`.
 *
 * @module
 */

import { Refusal } from "../refusal.ts";

/** A table of a Cargo.toml. Keys that are not asked for do not matter. */
export class ManifestTable {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /**
   * Wraps a table.
   *
   * @param values own properties only, as the TOML parser gives them.
   * @param path key path of the table, like `package`; empty for the root.
   */
  constructor(values: Readonly<Record<string, unknown>>, path: string) {
    this.#values = values;
    this.#path = path;
  }

  /** The keys, in their order. */
  keys(): string[] {
    return Object.keys(this.#values);
  }

  /** Whether the key is there, with whatever value. */
  has(key: string): boolean {
    return Object.hasOwn(this.#values, key);
  }

  /** The key path of a key, like `package.name`. */
  path(key: string): string {
    const shown = key.slice(0, 100);
    return this.#path === "" ? shown : `${this.#path}.${shown}`;
  }

  /**
   * A string, or null when the key is missing.
   *
   * @throws {Refusal} `manifest_invalid`.
   */
  string(key: string): string | null {
    const value = this.#get(key);
    if (value === null || typeof value === "string") return value;
    throw this.#wrongType(key, "a string");
  }

  /**
   * A boolean, or null when the key is missing.
   *
   * @throws {Refusal} `manifest_invalid`.
   */
  boolean(key: string): boolean | null {
    const value = this.#get(key);
    if (value === null || typeof value === "boolean") return value;
    throw this.#wrongType(key, "a boolean");
  }

  /**
   * A string or a boolean, or null when the key is missing.
   *
   * @throws {Refusal} `manifest_invalid`.
   */
  stringOrBoolean(key: string): string | boolean | null {
    const value = this.#get(key);
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "string") return value;
    throw this.#wrongType(key, "a string or a boolean");
  }

  /**
   * An array of strings, empty when the key is missing.
   *
   * @throws {Refusal} `manifest_invalid`.
   */
  strings(key: string): string[] {
    const value = this.#get(key) ?? [];
    if (Array.isArray(value) && value.every((it) => typeof it === "string")) {
      return value;
    }
    throw this.#wrongType(key, "an array of strings");
  }

  /**
   * A table, empty when the key is missing.
   *
   * @throws {Refusal} `manifest_invalid`.
   */
  table(key: string): ManifestTable {
    const value = this.#get(key) ?? {};
    if (isTable(value)) return new ManifestTable(value, this.path(key));
    throw this.#wrongType(key, "a table");
  }

  /**
   * What a dependency is: a table, or a string that is its `version`.
   *
   * @throws {Refusal} `manifest_invalid`.
   */
  dependency(key: string): ManifestTable {
    const value = this.#get(key);
    if (typeof value === "string") {
      return new ManifestTable({ version: value }, this.path(key));
    }
    if (isTable(value)) return new ManifestTable(value, this.path(key));
    throw this.#wrongType(key, "a version requirement or a table");
  }

  /** Whether the value is what a workspace member writes: `{ workspace = … }`. */
  isInherited(key: string): boolean {
    const value = this.#get(key);
    return isTable(value) && Object.hasOwn(value, "workspace");
  }

  /** TOML has no null: it stands for a missing key. */
  #get(key: string): unknown {
    return this.has(key) ? this.#values[key] : null;
  }

  #wrongType(key: string, expected: string): Refusal {
    return new Refusal("manifest_invalid", {
      problem: `\`${this.path(key)}\` must be ${expected}`,
    });
  }
}

/** Dates are objects too. */
function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null &&
    !Array.isArray(value) && !(value instanceof Date);
}
