/**
 * Typed reading of objects of JSON: a value of the wrong type is refused with the
 * path of its field.
 *
 * Pure. What the fields mean is in `publish_json.ts` and `lib/index/entry.ts`.
 *
 * @module
 */

import { Refusal } from "../refusal.ts";

/**
 * A JSON object.
 *
 * @typeParam Key the keys that may be asked for; others do not matter.
 */
export class JsonTable<Key extends string = string> {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /**
   * @param values what `JSON.parse()` gives for an object.
   * @param path of the object, like `deps[2]`; empty for the outermost.
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
  has(key: Key): boolean {
    return Object.hasOwn(this.#values, key);
  }

  /** The path of a field, like `deps[2].name`. */
  path(key: Key): string {
    const shown = key.slice(0, 100);
    return this.#path === "" ? shown : `${this.#path}.${shown}`;
  }

  /**
   * A string.
   *
   * @throws {Refusal} `metadata_invalid` also when it is missing.
   */
  string(key: Key): string {
    const value = this.#get(key);
    if (typeof value === "string") return value;
    throw this.#refuse(key, "must be a string");
  }

  /**
   * A string; null also when it is missing.
   *
   * @throws {Refusal} `metadata_invalid`.
   */
  stringOrNull(key: Key): string | null {
    const value = this.#get(key) ?? null;
    if (value === null || typeof value === "string") return value;
    throw this.#refuse(key, "must be a string or null");
  }

  /**
   * A boolean; `missing` when it is missing.
   *
   * @throws {Refusal} `metadata_invalid`.
   */
  boolean(key: Key, missing: boolean): boolean {
    const value = this.has(key) ? this.#get(key) : missing;
    if (typeof value === "boolean") return value;
    throw this.#refuse(key, "must be a boolean");
  }

  /**
   * A boolean; null also when it is missing.
   *
   * @throws {Refusal} `metadata_invalid`.
   */
  booleanOrNull(key: Key): boolean | null {
    return this.#isNull(key) ? null : this.boolean(key, false);
  }

  /**
   * A whole number; null also when it is missing.
   *
   * @throws {Refusal} `metadata_invalid`.
   */
  integerOrNull(key: Key): number | null {
    const value = this.#get(key) ?? null;
    if (value === null) return null;
    if (typeof value === "number" && Number.isInteger(value)) return value;
    throw this.#refuse(key, "must be a whole number or null");
  }

  /**
   * An array of strings; empty when it is missing.
   *
   * @throws {Refusal} `metadata_invalid`.
   */
  strings(key: Key): string[] {
    const value = this.has(key) ? this.#get(key) : [];
    if (Array.isArray(value) && value.every((it) => typeof it === "string")) {
      return value;
    }
    throw this.#refuse(key, "must be an array of strings");
  }

  /**
   * An object; an empty one when it is missing.
   *
   * @throws {Refusal} `metadata_invalid`.
   */
  table(key: Key): JsonTable {
    const value = this.has(key) ? this.#get(key) : {};
    if (isObject(value)) return new JsonTable(value, this.path(key));
    throw this.#refuse(key, "must be an object");
  }

  /**
   * An object; null also when it is missing.
   *
   * @throws {Refusal} `metadata_invalid`.
   */
  tableOrNull(key: Key): JsonTable | null {
    return this.#isNull(key) ? null : this.table(key);
  }

  /**
   * An array of objects; empty when it is missing.
   *
   * @throws {Refusal} `metadata_invalid`.
   */
  tables<Inner extends string>(key: Key): JsonTable<Inner>[] {
    const value: unknown = this.has(key) ? this.#get(key) : [];
    if (Array.isArray(value) && value.every(isObject)) {
      return value.map((it, position) =>
        new JsonTable(it, `${this.path(key)}[${position}]`)
      );
    }
    throw this.#refuse(key, "must be an array of objects");
  }

  /** What an object inherits, like `constructor`, is none of its fields. */
  #get(key: Key): unknown {
    return this.has(key) ? this.#values[key] : undefined;
  }

  #isNull(key: Key): boolean {
    return (this.#get(key) ?? null) === null;
  }

  #refuse(key: Key, problem: string): Refusal {
    return new Refusal("metadata_invalid", { field: this.path(key), problem });
  }
}

/** Whether a parsed value is an object, no array. */
export function isObject(
  value: unknown,
): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
