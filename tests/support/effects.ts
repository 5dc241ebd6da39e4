/**
 * Which effects some code has: every function of `Deno`, every method of its
 * files and every statement of SQLite that it calls.
 *
 * For claims about what something does not do. All of the program's effects go
 * through these (`architecture_test.ts`).
 *
 * @module
 */

import { DatabaseSync, StatementSync } from "node:sqlite";

/** How often each effect was had, by its name, like `Deno.statSync`. */
export type Effects = Readonly<Record<string, number>>;

/** Does something, and tells which effects it and whatever goes on meanwhile had. */
export async function effectsOf(
  act: () => unknown | Promise<unknown>,
): Promise<Effects> {
  const effects: Record<string, number> = {};
  using _watch = watch((name) => effects[name] = (effects[name] ?? 0) + 1);
  await act();
  return effects;
}

function watch(had: (name: string) => void): DisposableStack {
  const watched = new DisposableStack();
  watchFunctions(watched, "Deno", Deno, had);
  watchFunctions(watched, "file", Deno.FsFile.prototype, had);
  watchFunctions(watched, "SQL", StatementSync.prototype, had);
  const database = DatabaseSync.prototype;
  watchFunctions(watched, "SQL", database, had);
  watchFunctions(watched, "SQL", Object.getPrototypeOf(database), had);
  return watched;
}

/** Puts functions that tell of themselves in the place of those that are there. */
function watchFunctions(
  watched: DisposableStack,
  prefix: string,
  object: object,
  had: (name: string) => void,
): void {
  if (object === Object.prototype) return;
  const properties = Object.entries(Object.getOwnPropertyDescriptors(object));
  for (const [name, property] of properties) {
    if (!property.configurable || name === "constructor") continue;
    // Some of Deno's functions are behind a getter, until they are asked for.
    const it: unknown = object === Deno
      ? Reflect.get(object, name)
      : property.value;
    if (typeof it !== "function") continue;
    const note = () => had(`${prefix}.${name}`);
    const value = new Proxy(it, {
      apply: (method, self, values) => {
        note();
        return Reflect.apply(method as () => unknown, self, values);
      },
      construct: (method, values, asked) => {
        note();
        return Reflect.construct(method, values, asked);
      },
    });
    const telling = { value, configurable: true, writable: true };
    Object.defineProperty(object, name, telling);
    watched.defer(() => Object.defineProperty(object, name, property));
  }
}
